//! Randomness, in one place.
//!
//! Nothing else asks the system; what is made of it (keys, secrets, ids) is elsewhere. Only the
//! salts of passwords come from the library that hashes them.

use std::sync::Arc;
use std::sync::Mutex;
use std::sync::PoisonError;

use aws_lc_rs::rand::SecureRandom;
use aws_lc_rs::rand::SystemRandom;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use rand::RngCore;
use rand::SeedableRng;
use rand::rngs::StdRng;

/// Gives random bytes: the system's, or those that tests foresee.
#[derive(Clone, Debug)]
pub enum Random {
    /// The system's, fit for secrets.
    System,
    /// The same ones for the same seed.
    Seeded(Arc<Mutex<StdRng>>),
}

/// The system gives no randomness.
#[derive(Debug, thiserror::Error)]
#[error("the system gives no random bytes")]
pub struct NoRandomness;

impl Random {
    /// Bytes that follow from a seed.
    #[must_use]
    pub fn seeded(seed: u64) -> Self {
        Self::Seeded(Arc::new(Mutex::new(StdRng::seed_from_u64(seed))))
    }

    /// As many bytes as are asked for.
    ///
    /// # Errors
    /// [`NoRandomness`] when the system has none.
    pub fn bytes<const COUNT: usize>(&self) -> Result<[u8; COUNT], NoRandomness> {
        let mut bytes = [0; COUNT];
        match self {
            Self::System => {
                #[expect(clippy::disallowed_methods, reason = "this is the one place")]
                let system = SystemRandom::new();
                system
                    .fill(&mut bytes)
                    .map_err(|_unspecified| NoRandomness)?;
            }
            Self::Seeded(seeded) => {
                let mut seeded = seeded.lock().unwrap_or_else(PoisonError::into_inner);
                seeded.fill_bytes(&mut bytes);
            }
        }
        Ok(bytes)
    }

    /// As many bytes as URL-safe text.
    ///
    /// # Errors
    /// [`NoRandomness`] when the system has none.
    pub fn text<const COUNT: usize>(&self) -> Result<String, NoRandomness> {
        Ok(URL_SAFE_NO_PAD.encode(self.bytes::<COUNT>()?))
    }
}

#[cfg(test)]
mod tests {
    use super::Random;

    #[test]
    fn a_seed_gives_the_same_bytes_again_and_the_system_never() {
        let (one, again) = (Random::seeded(7), Random::seeded(7));
        let drawn = [(); 3].map(|()| one.text::<16>().unwrap());

        assert_eq!(drawn, [(); 3].map(|()| again.text::<16>().unwrap()));
        assert_ne!(drawn[0], drawn[1]);
        assert_ne!(drawn[0], Random::seeded(8).text::<16>().unwrap());
        let system = || Random::System.bytes::<16>().unwrap();
        assert_ne!(system(), system());
    }
}
