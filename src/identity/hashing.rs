//! Hashes passwords and compares them: Argon2id, away from the threads that serve others.
//!
//! Which passwords are taken is in `password`.

use std::num::NonZeroUsize;
use std::sync::LazyLock;
use std::sync::atomic::AtomicU64;
use std::sync::atomic::Ordering;

use argon2::Argon2;
use argon2::PasswordHasher;
use argon2::PasswordVerifier;
use argon2::password_hash::phc::PasswordHash;
use tokio::sync::Semaphore;

use crate::identity::ctx::Core;
use crate::identity::error::IdentityError;

/// A hash of no password of anybody, so that an unknown address takes as much work as a known one.
static NOBODYS_HASH: LazyLock<String> =
    LazyLock::new(|| hash_now("nobody's password").unwrap_or_default());

/// How often passwords were hashed, each comparison included: what an answer costs must not tell what was found.
#[derive(Debug, Default)]
pub struct Work(AtomicU64);

impl Work {
    /// How often until now.
    #[must_use]
    pub fn done(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }

    fn more(&self) {
        self.0.fetch_add(1, Ordering::Relaxed);
    }
}

/// Hashes a password for storage.
///
/// # Errors
/// [`IdentityError::Crypto`] when the system cannot.
pub async fn hash(core: &Core, password: String) -> Result<String, IdentityError> {
    core.hashing.more();
    in_turn(move || hash_now(&password)).await
}

/// Whether a password is the one that was hashed; with nothing to compare it with the same work is done, and it is not.
///
/// # Errors
/// [`IdentityError::Crypto`] when what is stored is no hash.
pub async fn verify(
    core: &Core,
    password: String,
    stored: Option<String>,
) -> Result<bool, IdentityError> {
    core.hashing.more();
    in_turn(move || {
        let known = stored.is_some();
        let stored = stored.unwrap_or_else(|| NOBODYS_HASH.clone());
        let hash =
            PasswordHash::new(&stored).map_err(|it| IdentityError::Crypto(it.to_string()))?;
        let fits = Argon2::default().verify_password(password.as_bytes(), &hash);
        Ok(fits.is_ok() && known)
    })
    .await
}

/// Does the work when its turn comes. Each takes 19 MiB for tens of milliseconds: as many at once as there are cores, not
/// on a thread that serves others, and the others wait. The turn is that of the work, which goes on where nobody waits for
/// it any more.
async fn in_turn<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, IdentityError> + Send + 'static,
) -> Result<T, IdentityError> {
    static TURNS: LazyLock<Semaphore> = LazyLock::new(|| {
        Semaphore::new(std::thread::available_parallelism().map_or(2, NonZeroUsize::get))
    });
    let turn = TURNS.acquire().await;
    let turn = turn.map_err(|it| IdentityError::Crypto(it.to_string()))?;
    let done = tokio::task::spawn_blocking(move || {
        let _turn = turn;
        work()
    });
    done.await
        .map_err(|it| IdentityError::Crypto(it.to_string()))?
}

fn hash_now(password: &str) -> Result<String, IdentityError> {
    Argon2::default()
        .hash_password(password.as_bytes())
        .map(|it: PasswordHash| it.to_string())
        .map_err(|it| IdentityError::Crypto(it.to_string()))
}
