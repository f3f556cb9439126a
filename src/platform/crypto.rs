//! Keys, signatures, digests and secrets.
//!
//! Nothing here is invented: aws-lc-rs does the work. Passwords are with the accounts.

use std::io::Write;
use std::path::Path;
use std::path::PathBuf;

use aws_lc_rs::digest;
use aws_lc_rs::hmac;
use aws_lc_rs::signature::ED25519;
use aws_lc_rs::signature::Ed25519KeyPair;
use aws_lc_rs::signature::KeyPair;
use aws_lc_rs::signature::UnparsedPublicKey;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::DateTime;
use chrono::Utc;
use serde::Deserialize;
use serde::Serialize;

use crate::platform::random::NoRandomness;
use crate::platform::random::Random;
use crate::platform::vault::KEY_LEN;
use crate::platform::vault::Vault;

/// Name of the sealing key that follows from the secret: of files that were made before there were others.
pub const FIRST_SEALING: &str = "0";

/// Why keys cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum KeyError {
    /// There is no key file, and this start may not make one.
    #[error(
        "no keys at {file}: make them with `tiwizi doctor --make-keys`, or set TIWIZI_KEYS_FILE"
    )]
    Missing {
        /// Where they were looked for.
        file: String,
    },
    /// The file can be neither read nor written.
    #[error(
        "cannot use the key file {file}: {cause}; give it to the user that runs tiwizi, or set \
         TIWIZI_KEYS_FILE to another"
    )]
    Unusable {
        /// The file.
        file: String,
        /// What the system said.
        cause: std::io::Error,
    },
    /// The file holds no keys.
    #[error("the key file {file} is damaged: restore it from a backup")]
    Damaged {
        /// The file.
        file: String,
    },
    /// The signing key does not sign.
    #[error("the signing key cannot be used: restore the key file from a backup")]
    Rejected,
    /// The system gives no randomness.
    #[error(transparent)]
    NoRandomness(#[from] NoRandomness),
}

/// What is stored in the key file.
#[derive(Serialize, Deserialize)]
struct StoredKeys {
    key_id: String,
    /// PKCS#8 of the Ed25519 key.
    signing: String,
    /// Secret of keyed hashes and cursors.
    secret: String,
    /// Signing keys of before, oldest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    retired: Vec<StoredRetired>,
    /// Keys that seal, oldest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    sealing: Vec<StoredSealing>,
}

/// What is stored of a key that seals.
#[derive(Serialize, Deserialize)]
struct StoredSealing {
    key_id: String,
    /// 32 bytes.
    key: String,
}

impl StoredSealing {
    fn new(random: &Random) -> Result<Self, NoRandomness> {
        Ok(Self {
            key_id: random.text::<6>()?,
            key: random.text::<KEY_LEN>()?,
        })
    }
}

/// What is stored of a signing key that signs no more.
#[derive(Serialize, Deserialize)]
struct StoredRetired {
    key_id: String,
    /// Its public half, 32 bytes.
    public: String,
    retired_at: DateTime<Utc>,
}

/// The keys of one installation. Never printed.
pub struct Keys {
    key_id: String,
    pkcs8: Vec<u8>,
    public: Vec<u8>,
    secret: hmac::Key,
    retired: Vec<RetiredKey>,
    vault: Vault,
}

/// The public half of a key that signs no more: what it signed is still checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RetiredKey {
    /// Its name.
    pub key_id: String,
    /// 32 bytes.
    pub public: Vec<u8>,
    /// When another took its place.
    pub retired_at: DateTime<Utc>,
}

impl std::fmt::Debug for Keys {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Keys({})", self.key_id)
    }
}

impl Keys {
    /// Reads the key file, or makes it when it is absent and `may_create` holds.
    ///
    /// # Errors
    /// [`KeyError`] when the file is absent in production, unreadable or damaged.
    pub fn load(file: &Path, may_create: MayCreate, random: &Random) -> Result<Self, KeyError> {
        match std::fs::read(file) {
            Ok(bytes) => Self::parse(&bytes).ok_or_else(|| KeyError::Damaged {
                file: file.display().to_string(),
            }),
            Err(cause) if cause.kind() == std::io::ErrorKind::NotFound => match may_create {
                MayCreate::No => Err(KeyError::Missing {
                    file: file.display().to_string(),
                }),
                MayCreate::Yes => Self::create(file, random),
            },
            Err(cause) => Err(KeyError::Unusable {
                file: file.display().to_string(),
                cause,
            }),
        }
    }

    fn parse(bytes: &[u8]) -> Option<Self> {
        let stored: StoredKeys = serde_json::from_slice(bytes).ok()?;
        let pkcs8 = URL_SAFE_NO_PAD.decode(stored.signing).ok()?;
        let pair = Ed25519KeyPair::from_pkcs8(&pkcs8).ok()?;
        let secret = URL_SAFE_NO_PAD.decode(stored.secret).ok()?;
        let first = hmac_sha256(&secret, b"sealing");
        let mut sealing = vec![(FIRST_SEALING.to_owned(), first)];
        for it in stored.sealing {
            sealing.push((it.key_id, URL_SAFE_NO_PAD.decode(it.key).ok()?));
        }
        let retired = stored.retired.into_iter().map(|it| {
            Some(RetiredKey {
                key_id: it.key_id,
                public: URL_SAFE_NO_PAD.decode(it.public).ok()?,
                retired_at: it.retired_at,
            })
        });
        Some(Self {
            key_id: stored.key_id,
            public: pair.public_key().as_ref().to_vec(),
            pkcs8,
            secret: hmac::Key::new(hmac::HMAC_SHA256, &secret),
            retired: retired.collect::<Option<_>>()?,
            vault: Vault::of(sealing)?,
        })
    }

    fn create(file: &Path, random: &Random) -> Result<Self, KeyError> {
        let stored = StoredKeys {
            key_id: random.text::<9>()?,
            signing: new_signing_key(random)?,
            secret: random.text::<32>()?,
            retired: Vec::new(),
            sealing: vec![StoredSealing::new(random)?],
        };
        let draft = draft(file, &stored, random)?;
        // Linked, not renamed: another instance may have been faster, then its keys are the keys.
        let linked = std::fs::hard_link(&draft, file);
        std::fs::remove_file(&draft).map_err(|it| unusable(file, it))?;
        match linked {
            Ok(()) => {}
            Err(cause) if cause.kind() == std::io::ErrorKind::AlreadyExists => {}
            Err(cause) => return Err(unusable(file, cause)),
        }
        Self::load(file, MayCreate::No, random)
    }

    /// Puts a new signing key in the place of the present one, of which the public half stays in the
    /// file, and adds a key that seals from now on: those of before stay, to open what they sealed. The secret
    /// stays: digests that were made with it are stored and cannot be made anew.
    ///
    /// Processes that run sign and seal with the old keys until they are started again, and cannot open what
    /// others seal with the new one.
    ///
    /// # Errors
    /// [`KeyError`] when the file is absent, unreadable, damaged, or cannot be written.
    pub fn rotate(file: &Path, random: &Random, now: DateTime<Utc>) -> Result<Self, KeyError> {
        let present = Self::load(file, MayCreate::No, random)?;
        let damaged = || KeyError::Damaged {
            file: file.display().to_string(),
        };
        let bytes = std::fs::read(file).map_err(|it| unusable(file, it))?;
        let mut stored: StoredKeys =
            serde_json::from_slice(&bytes).map_err(|_unreadable| damaged())?;
        stored.retired.push(StoredRetired {
            key_id: present.key_id,
            public: URL_SAFE_NO_PAD.encode(present.public),
            retired_at: now,
        });
        stored.key_id = random.text::<9>()?;
        stored.signing = new_signing_key(random)?;
        stored.sealing.push(StoredSealing::new(random)?);
        let draft = draft(file, &stored, random)?;
        put(&draft, file)?;
        Self::load(file, MayCreate::No, random)
    }

    /// Name of the signing key, as tokens carry it.
    #[must_use]
    pub fn key_id(&self) -> &str {
        &self.key_id
    }

    /// The signing key, PKCS#8.
    #[must_use]
    pub fn signing_pkcs8(&self) -> &[u8] {
        &self.pkcs8
    }

    /// The public half of the signing key, 32 bytes.
    #[must_use]
    pub fn public_key(&self) -> &[u8] {
        &self.public
    }

    /// Seals and opens what must be stored and read back.
    #[must_use]
    pub fn vault(&self) -> &Vault {
        &self.vault
    }

    /// Signs bytes with the signing key: Ed25519, 64 bytes.
    ///
    /// # Errors
    /// [`KeyError::Rejected`] for a key that cannot sign, which loading has ruled out.
    pub fn sign(&self, data: &[u8]) -> Result<Vec<u8>, KeyError> {
        let pair =
            Ed25519KeyPair::from_pkcs8(&self.pkcs8).map_err(|_rejected| KeyError::Rejected)?;
        Ok(pair.sign(data).as_ref().to_vec())
    }

    /// Signing keys of before, oldest first.
    #[must_use]
    pub fn retired(&self) -> &[RetiredKey] {
        &self.retired
    }

    /// Whether a signature of bytes was made with the key of this name: the signing key, or one of
    /// before.
    #[must_use]
    pub fn signed(&self, key_id: &str, data: &[u8], signature: &[u8]) -> bool {
        let before = self.retired.iter().map(|it| (&it.key_id, &it.public));
        std::iter::once((&self.key_id, &self.public))
            .chain(before)
            .any(|(name, public)| {
                name == key_id
                    && UnparsedPublicKey::new(&ED25519, public)
                        .verify(data, signature)
                        .is_ok()
            })
    }

    /// What tells these keys from others and says nothing of them: it stays the same when another key
    /// signs, since what was sealed stays checkable.
    #[must_use]
    pub fn fingerprint(&self) -> Vec<u8> {
        self.keyed_hash("key-fingerprint", &[])
    }

    /// A hash that only the holder of the keys can compute; `purpose` keeps uses apart.
    #[must_use]
    pub fn keyed_hash(&self, purpose: &str, data: &[u8]) -> Vec<u8> {
        let mut context = hmac::Context::with_key(&self.secret);
        context.update(purpose.as_bytes());
        context.update(&[0]);
        context.update(data);
        context.sign().as_ref().to_vec()
    }

    /// Whether a text that came from outside is that hash; takes the same time whatever it is.
    #[must_use]
    pub fn keyed_hash_is(&self, purpose: &str, data: &[u8], hash: &[u8]) -> bool {
        let all = [purpose.as_bytes(), &[0], data].concat();
        hmac::verify(&self.secret, &all, hash).is_ok()
    }
}

/// Whether a missing key file may be made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MayCreate {
    /// Made when missing.
    Yes,
    /// Missing is an error.
    No,
}

/// HMAC-SHA256 of bytes under a key: 32 bytes.
#[must_use]
pub fn hmac_sha256(key: &[u8], data: &[u8]) -> Vec<u8> {
    let key = hmac::Key::new(hmac::HMAC_SHA256, key);
    hmac::sign(&key, data).as_ref().to_vec()
}

/// HMAC-SHA1 of bytes under a key, 20 bytes: for codes of second factors alone, whose authenticators take nothing else.
#[must_use]
pub fn hmac_sha1(key: &[u8], data: &[u8]) -> Vec<u8> {
    let key = hmac::Key::new(hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, key);
    hmac::sign(&key, data).as_ref().to_vec()
}

/// SHA-256 of bytes.
#[must_use]
pub fn sha256(data: &[u8]) -> Vec<u8> {
    digest::digest(&digest::SHA256, data).as_ref().to_vec()
}

/// SHA-256 of what is written to it.
pub struct Digest(digest::Context);

impl Default for Digest {
    fn default() -> Self {
        Self::new()
    }
}

impl Digest {
    /// Of nothing so far.
    #[must_use]
    pub fn new() -> Self {
        Self(digest::Context::new(&digest::SHA256))
    }

    /// The digest.
    #[must_use]
    pub fn end(self) -> Vec<u8> {
        self.0.finish().as_ref().to_vec()
    }
}

impl Write for Digest {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.update(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// PKCS#8 of a new Ed25519 key, as text.
fn new_signing_key(random: &Random) -> Result<String, KeyError> {
    let pair = Ed25519KeyPair::from_seed_unchecked(&random.bytes::<32>()?)
        .map_err(|_rejected| KeyError::Rejected)?;
    let pkcs8 = pair.to_pkcs8().map_err(|_unspecified| KeyError::Rejected)?;
    Ok(URL_SAFE_NO_PAD.encode(pkcs8.as_ref()))
}

/// Keys in a file of their own beside the key file, whole and on the disk: nobody ever reads half a
/// file.
fn draft(file: &Path, stored: &StoredKeys, random: &Random) -> Result<PathBuf, KeyError> {
    let text = serde_json::to_vec_pretty(stored).unwrap_or_default();
    let draft = file.with_extension(random.text::<9>()?);
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut made = options.open(&draft).map_err(|it| unusable(file, it))?;
    let written = made.write_all(&text).and_then(|()| made.sync_all());
    match written {
        Ok(()) => Ok(draft),
        Err(cause) => {
            std::fs::remove_file(&draft).map_err(|it| unusable(file, it))?;
            Err(unusable(file, cause))
        }
    }
}

/// Puts a draft in the place of the key file, or takes it away: it holds secrets, and nobody would look
/// for it.
fn put(draft: &Path, file: &Path) -> Result<(), KeyError> {
    std::fs::rename(draft, file).map_err(|cause| {
        // Why the draft found no place is told; where that keeps it from going, too, it says as much.
        let _kept = std::fs::remove_file(draft);
        unusable(file, cause)
    })
}

fn unusable(file: &Path, cause: std::io::Error) -> KeyError {
    KeyError::Unusable {
        file: file.display().to_string(),
        cause,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_draft_that_finds_no_place_does_not_stay() {
        let folder = tempfile::tempdir().unwrap();
        let (draft, file) = (folder.path().join("draft"), folder.path().join("keys"));
        std::fs::write(&draft, "secrets").unwrap();
        // No file takes the place of a folder.
        std::fs::create_dir(&file).unwrap();

        assert!(matches!(put(&draft, &file), Err(KeyError::Unusable { .. })));

        assert!(!draft.exists());
    }
}
