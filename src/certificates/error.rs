//! Why an act on a certificate was refused.
//!
//! Sentences are in `locales/`.

use sea_orm::DbErr;

use crate::identity::Denied;
use crate::platform::random::NoRandomness;
use crate::refusal::Code;
use crate::refusal::Refusal;
use crate::refusal::Refuse;

/// Why an act on a certificate was refused.
#[derive(Debug, thiserror::Error)]
pub enum CertificateError {
    /// Values of the input are not acceptable.
    #[error("the input is not acceptable")]
    Invalid(Vec<Refusal>),
    /// There is no such thing, or it is not visible.
    #[error("there is no such {0}")]
    NotFound(&'static str),
    /// The volunteer has no approved hours in the interval.
    #[error("nothing to certify")]
    Nothing,
    /// It was taken back already.
    #[error("the certificate is revoked")]
    Revoked,
    /// Only the holder lets more be shown than before.
    #[error("only the holder shows more")]
    HolderChooses,
    /// It changed meanwhile.
    #[error("version {current} is the present one")]
    VersionConflict {
        /// The present version.
        current: i32,
    },
    /// The key was used for another input.
    #[error("the idempotency key was used for another input")]
    KeyReused,
    /// Not allowed.
    #[error(transparent)]
    Denied(#[from] Denied),
    /// No code can be drawn.
    #[error(transparent)]
    NoRandomness(#[from] NoRandomness),
    /// A fault of ours.
    #[error(transparent)]
    Database(#[from] DbErr),
}

impl From<Refusal> for CertificateError {
    fn from(refusal: Refusal) -> Self {
        Self::Invalid(vec![refusal])
    }
}

impl Refuse for CertificateError {
    fn refusals(&self) -> Option<Vec<Refusal>> {
        let refusal = match self {
            Self::Invalid(refusals) => return Some(refusals.clone()),
            Self::NotFound(field) => Refusal::of(Code::NotFound, field),
            Self::Nothing => Refusal::of(Code::NothingToCertify, "volunteerIds"),
            Self::Revoked => Refusal::of(Code::CertificateRevoked, "id"),
            Self::HolderChooses => Refusal::of(Code::HolderChooses, "shown"),
            Self::VersionConflict { current } => {
                Refusal::of(Code::VersionConflict, "expectedVersion").with("current", current)
            }
            Self::KeyReused => Refusal::of(Code::IdempotencyConflict, "idempotencyKey"),
            Self::Denied(denied) => Refusal::new(denied.code()),
            Self::NoRandomness(_) | Self::Database(_) => return None,
        };
        Some(vec![refusal])
    }
}
