//! Seals what must be stored and read back, such as secrets of second factors: AES-256-GCM.
//!
//! Its keys are in the key file, apart from the database. What is only compared is hashed with `crypto`
//! instead, and what is nobody's business is not stored at all.

use aws_lc_rs::aead::AES_256_GCM;
use aws_lc_rs::aead::Aad;
use aws_lc_rs::aead::LessSafeKey;
use aws_lc_rs::aead::NONCE_LEN;
use aws_lc_rs::aead::Nonce;
use aws_lc_rs::aead::UnboundKey;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use entity::types::Sealed;
use uuid::Uuid;

use crate::platform::random::NoRandomness;
use crate::platform::random::Random;

/// How sealed texts begin; another way to seal would have another number.
const FORM: &str = "s1";
/// Bytes of a key.
pub const KEY_LEN: usize = 32;

/// Why something cannot be sealed or opened.
#[derive(Debug, thiserror::Error)]
pub enum VaultError {
    /// It was sealed with a key that this process does not hold.
    #[error(
        "sealed with the key {key_id}, which is not in the key file that this process read: start it again, or \
         restore the key file from a backup"
    )]
    UnknownKey {
        /// The key's name.
        key_id: String,
    },
    /// It is no sealed text, was changed, or belongs to another place.
    #[error("what was sealed is damaged, or was moved from another row")]
    Damaged,
    /// The system gives no randomness.
    #[error(transparent)]
    NoRandomness(#[from] NoRandomness),
}

/// Whose a sealed text is: it opens for this use and this row alone, so that it cannot be moved to another.
#[derive(Clone, Copy, Debug)]
pub struct Place {
    /// What it is for; never renamed.
    pub purpose: &'static str,
    /// The row that it stands in.
    pub row: Uuid,
}

impl Place {
    fn bytes(self) -> Vec<u8> {
        [self.purpose.as_bytes(), &[0], self.row.as_bytes()].concat()
    }
}

/// Keys that seal and open. Never printed.
pub struct Vault {
    /// Oldest first; the last one seals.
    keys: Vec<(String, LessSafeKey)>,
}

impl Vault {
    /// A vault with these keys, each with its name, oldest first; `None` for a key of another length, and for
    /// none.
    #[must_use]
    pub fn of(keys: impl IntoIterator<Item = (String, Vec<u8>)>) -> Option<Self> {
        let keys = keys.into_iter().map(|(name, key)| {
            let key = UnboundKey::new(&AES_256_GCM, &key).ok()?;
            Some((name, LessSafeKey::new(key)))
        });
        let keys: Vec<_> = keys.collect::<Option<_>>()?;
        (!keys.is_empty()).then_some(Self { keys })
    }

    /// Seals bytes for a place, as a text of `s1.KEY.BYTES`.
    ///
    /// # Errors
    /// [`VaultError::NoRandomness`].
    pub fn seal(&self, random: &Random, place: Place, plain: &[u8]) -> Result<Sealed, VaultError> {
        let (name, key) = self.keys.last().ok_or(VaultError::Damaged)?;
        let nonce = random.bytes::<NONCE_LEN>()?;
        let mut sealed = plain.to_vec();
        key.seal_in_place_append_tag(
            Nonce::assume_unique_for_key(nonce),
            Aad::from(place.bytes()),
            &mut sealed,
        )
        // Only bytes that no row could hold are too many.
        .map_err(|_unspecified| VaultError::Damaged)?;
        let all = [nonce.as_slice(), &sealed].concat();
        let all = URL_SAFE_NO_PAD.encode(all);
        Ok(Sealed(format!("{FORM}.{name}.{all}")))
    }

    /// The bytes of a sealed text.
    ///
    /// # Errors
    /// [`VaultError::UnknownKey`] of a key that the file does not hold, [`VaultError::Damaged`] of anything else
    /// that was not sealed for this place.
    pub fn open(&self, place: Place, sealed: &Sealed) -> Result<Vec<u8>, VaultError> {
        let (name, bytes) = parts(sealed).ok_or(VaultError::Damaged)?;
        let (_, key) = self
            .keys
            .iter()
            .find(|(known, _)| known == name)
            .ok_or_else(|| VaultError::UnknownKey {
                key_id: name.to_owned(),
            })?;
        let mut bytes = URL_SAFE_NO_PAD
            .decode(bytes)
            .map_err(|_no_base64| VaultError::Damaged)?;
        let (nonce, sealed) = bytes
            .split_at_mut_checked(NONCE_LEN)
            .ok_or(VaultError::Damaged)?;
        let nonce =
            Nonce::try_assume_unique_for_key(nonce).map_err(|_wrong_length| VaultError::Damaged)?;
        let plain = key
            .open_in_place(nonce, Aad::from(place.bytes()), sealed)
            .map_err(|_unspecified| VaultError::Damaged)?;
        Ok(plain.to_vec())
    }

    /// The same bytes under the key that seals now; `None` where it is the one that sealed them.
    ///
    /// # Errors
    /// As [`Vault::open`] and [`Vault::seal`].
    pub fn seal_anew(
        &self,
        random: &Random,
        place: Place,
        sealed: &Sealed,
    ) -> Result<Option<Sealed>, VaultError> {
        if self.is_current(sealed) {
            return Ok(None);
        }
        let plain = self.open(place, sealed)?;
        Ok(Some(self.seal(random, place, &plain)?))
    }

    /// How every text begins that is sealed with the key that seals now.
    #[must_use]
    pub fn beginning(&self) -> String {
        let name = self.keys.last().map_or("", |(name, _)| name);
        format!("{FORM}.{name}.")
    }

    /// Names of the keys, oldest first; the last one seals.
    #[must_use]
    pub fn key_ids(&self) -> Vec<&str> {
        self.keys.iter().map(|(name, _)| name.as_str()).collect()
    }

    /// Whether a text was sealed with the key that seals now: others are sealed anew, so that an old key can go.
    #[must_use]
    pub fn is_current(&self, sealed: &Sealed) -> bool {
        let present = self.keys.last().map(|(name, _)| name.as_str());
        parts(sealed).map(|(name, _)| name) == present
    }
}

/// Name of the key and the bytes of a sealed text.
fn parts(sealed: &Sealed) -> Option<(&str, &str)> {
    sealed
        .0
        .strip_prefix(FORM)?
        .strip_prefix('.')?
        .split_once('.')
}

#[cfg(test)]
mod tests {
    use super::*;

    const PLACE: Place = Place {
        purpose: "test",
        row: Uuid::from_u128(1),
    };

    fn vault(keys: &[&str]) -> Vault {
        let keys = keys.iter().map(|it| {
            let byte = it.as_bytes().first().copied().unwrap_or_default();
            ((*it).to_owned(), vec![byte; KEY_LEN])
        });
        Vault::of(keys).unwrap()
    }

    #[test]
    fn what_is_sealed_opens_for_its_place_alone() {
        let vault = vault(&["a"]);
        let sealed = vault.seal(&Random::seeded(1), PLACE, b"secret").unwrap();

        assert_eq!(vault.open(PLACE, &sealed).unwrap(), b"secret");
        let row = Uuid::from_u128(2);
        let moved = vault.open(Place { row, ..PLACE }, &sealed);
        assert!(matches!(moved, Err(VaultError::Damaged)));
        let purpose = "other";
        let misused = vault.open(Place { purpose, ..PLACE }, &sealed);
        assert!(matches!(misused, Err(VaultError::Damaged)));
    }

    #[test]
    fn the_same_bytes_are_never_sealed_alike() {
        let (vault, random) = (vault(&["a"]), Random::seeded(1));
        let once = vault.seal(&random, PLACE, b"secret").unwrap();
        let twice = vault.seal(&random, PLACE, b"secret").unwrap();

        assert_ne!(once, twice);
        assert!(!once.0.contains("secret"));
    }

    #[test]
    fn another_key_seals_and_those_of_before_still_open() {
        let before = vault(&["a"]);
        let sealed = before.seal(&Random::seeded(1), PLACE, b"secret").unwrap();
        let after = vault(&["a", "b"]);

        assert_eq!(after.open(PLACE, &sealed).unwrap(), b"secret");
        assert!(before.is_current(&sealed));
        assert!(!after.is_current(&sealed));
        let anew = after.seal(&Random::seeded(2), PLACE, b"secret").unwrap();
        assert!(after.is_current(&anew));
        let again = after.seal_anew(&Random::seeded(3), PLACE, &sealed).unwrap();
        let again = again.expect("of another key");
        assert!(again.0.starts_with(&after.beginning()));
        assert_eq!(after.open(PLACE, &again).unwrap(), b"secret");
        let twice = after.seal_anew(&Random::seeded(4), PLACE, &again).unwrap();
        assert_eq!(twice, None);
        let unknown = before.open(PLACE, &anew);
        assert!(matches!(unknown, Err(VaultError::UnknownKey { key_id }) if key_id == "b"));
    }

    #[test]
    fn nothing_that_was_changed_opens() {
        let vault = vault(&["a"]);
        let sealed = vault.seal(&Random::seeded(1), PLACE, b"secret").unwrap();
        let bytes = URL_SAFE_NO_PAD
            .decode(sealed.0.strip_prefix("s1.a.").unwrap())
            .unwrap();
        for at in 0..bytes.len() {
            let mut changed = bytes.clone();
            changed[at] ^= 1;
            let changed = Sealed(format!("s1.a.{}", URL_SAFE_NO_PAD.encode(changed)));
            assert!(matches!(
                vault.open(PLACE, &changed),
                Err(VaultError::Damaged)
            ));
        }
        for text in [
            "",
            "s1",
            "s1.",
            "s1.a",
            "s1.a.",
            "s1.a.!",
            "s1.a.AAAA",
            "s2.a.AAAA",
            "secret",
        ] {
            assert!(
                matches!(
                    vault.open(PLACE, &Sealed(text.to_owned())),
                    Err(VaultError::Damaged)
                ),
                "{text}"
            );
        }
    }
}
