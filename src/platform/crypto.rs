//! Keys, signatures, digests and secrets.
//!
//! Nothing here is invented: aws-lc-rs does the work. Passwords are with the accounts.

use std::io::Write;
use std::path::Path;

use aws_lc_rs::digest;
use aws_lc_rs::hmac;
use aws_lc_rs::rand::SecureRandom;
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::ED25519;
use aws_lc_rs::signature::Ed25519KeyPair;
use aws_lc_rs::signature::KeyPair;
use aws_lc_rs::signature::UnparsedPublicKey;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Deserialize;
use serde::Serialize;

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
    #[error("the system gives no random bytes")]
    NoRandomness,
}

/// What is stored in the key file.
#[derive(Serialize, Deserialize)]
struct StoredKeys {
    key_id: String,
    /// PKCS#8 of the Ed25519 key.
    signing: String,
    /// Secret of keyed hashes and cursors.
    secret: String,
}

/// The keys of one installation. Never printed.
pub struct Keys {
    key_id: String,
    pkcs8: Vec<u8>,
    public: Vec<u8>,
    secret: hmac::Key,
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
    pub fn load(file: &Path, may_create: MayCreate) -> Result<Self, KeyError> {
        match std::fs::read(file) {
            Ok(bytes) => Self::parse(&bytes).ok_or_else(|| KeyError::Damaged {
                file: file.display().to_string(),
            }),
            Err(cause) if cause.kind() == std::io::ErrorKind::NotFound => match may_create {
                MayCreate::No => Err(KeyError::Missing {
                    file: file.display().to_string(),
                }),
                MayCreate::Yes => Self::create(file),
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
        Some(Self {
            key_id: stored.key_id,
            public: pair.public_key().as_ref().to_vec(),
            pkcs8,
            secret: hmac::Key::new(hmac::HMAC_SHA256, &secret),
        })
    }

    fn create(file: &Path) -> Result<Self, KeyError> {
        let random = SystemRandom::new();
        let pkcs8 = Ed25519KeyPair::generate_pkcs8(&random)
            .map_err(|_unspecified| KeyError::NoRandomness)?;
        let stored = StoredKeys {
            key_id: random_text(9)?,
            signing: URL_SAFE_NO_PAD.encode(pkcs8.as_ref()),
            secret: random_text(32)?,
        };
        let unusable = |cause| KeyError::Unusable {
            file: file.display().to_string(),
            cause,
        };
        let text = serde_json::to_vec_pretty(&stored).unwrap_or_default();
        // Written whole under a name of its own, then linked: nobody ever reads half a file.
        let draft = file.with_extension(random_text(9)?);
        let mut options = std::fs::OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let mut made = options.open(&draft).map_err(unusable)?;
        let linked = made
            .write_all(&text)
            .and_then(|()| made.sync_all())
            .and_then(|()| std::fs::hard_link(&draft, file));
        std::fs::remove_file(&draft).map_err(unusable)?;
        match linked {
            Ok(()) => {}
            // Another instance was faster: its keys are the keys.
            Err(cause) if cause.kind() == std::io::ErrorKind::AlreadyExists => {}
            Err(cause) => return Err(unusable(cause)),
        }
        Self::load(file, MayCreate::No)
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

    /// Signs bytes with the signing key: Ed25519, 64 bytes.
    ///
    /// # Errors
    /// [`KeyError::Rejected`] for a key that cannot sign, which loading has ruled out.
    pub fn sign(&self, data: &[u8]) -> Result<Vec<u8>, KeyError> {
        let pair =
            Ed25519KeyPair::from_pkcs8(&self.pkcs8).map_err(|_rejected| KeyError::Rejected)?;
        Ok(pair.sign(data).as_ref().to_vec())
    }

    /// Whether a signature of bytes was made with the signing key.
    #[must_use]
    pub fn signed(&self, data: &[u8], signature: &[u8]) -> bool {
        UnparsedPublicKey::new(&ED25519, &self.public)
            .verify(data, signature)
            .is_ok()
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

/// SHA-256 of bytes.
#[must_use]
pub fn sha256(data: &[u8]) -> Vec<u8> {
    digest::digest(&digest::SHA256, data).as_ref().to_vec()
}

/// Bytes as lower-case hexadecimal digits.
#[must_use]
pub fn hex(data: &[u8]) -> String {
    use std::fmt::Write;
    data.iter().fold(String::new(), |mut text, byte| {
        // Writing to a text cannot fail.
        let _infallible = write!(text, "{byte:02x}");
        text
    })
}

/// Random bytes from the system as URL-safe text.
///
/// # Errors
/// [`KeyError::NoRandomness`] when the system has none.
pub fn random_text(bytes: usize) -> Result<String, KeyError> {
    let mut buffer = vec![0; bytes];
    SystemRandom::new()
        .fill(&mut buffer)
        .map_err(|_unspecified| KeyError::NoRandomness)?;
    Ok(URL_SAFE_NO_PAD.encode(buffer))
}
