//! Why an act on a contract or an accreditation was refused.
//!
//! Sentences are in `locales/`.

use sea_orm::DbErr;

use crate::identity::Denied;
use crate::refusal::Code;
use crate::refusal::Refusal;
use crate::refusal::Refuse;

/// Why an act on a contract or an accreditation was refused.
#[derive(Debug, thiserror::Error)]
pub enum ContractError {
    /// Values of the input are not acceptable.
    #[error("the input is not acceptable")]
    Invalid(Vec<Refusal>),
    /// There is no such thing, or it is not visible.
    #[error("there is no such {0}")]
    NotFound(&'static str),
    /// Another accreditation of the organization has the number.
    #[error("the number is taken")]
    NumberTaken,
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
    /// A fault of ours.
    #[error(transparent)]
    Database(#[from] DbErr),
}

impl From<Refusal> for ContractError {
    fn from(refusal: Refusal) -> Self {
        Self::Invalid(vec![refusal])
    }
}

impl Refuse for ContractError {
    fn refusals(&self) -> Option<Vec<Refusal>> {
        let refusal = match self {
            Self::Invalid(refusals) => return Some(refusals.clone()),
            Self::NotFound(field) => Refusal::of(Code::NotFound, field),
            Self::NumberTaken => Refusal::of(Code::Taken, "number"),
            Self::VersionConflict { current } => {
                Refusal::of(Code::VersionConflict, "expectedVersion").with("current", current)
            }
            Self::KeyReused => Refusal::of(Code::IdempotencyConflict, "idempotencyKey"),
            Self::Denied(denied) => Refusal::new(denied.code()),
            Self::Database(_) => return None,
        };
        Some(vec![refusal])
    }
}
