//! Why an act on wage rates was refused.
//!
//! Sentences are in `locales/`.

use sea_orm::DbErr;

use crate::identity::Denied;
use crate::refusal::Code;
use crate::refusal::Refusal;
use crate::refusal::Refuse;

/// Why an act on wage rates was refused.
#[derive(Debug, thiserror::Error)]
pub enum ValuationError {
    /// Values of the input are not acceptable.
    #[error("the input is not acceptable")]
    Invalid(Vec<Refusal>),
    /// It changed meanwhile.
    #[error("version {current} is the present one")]
    VersionConflict {
        /// The present version; 0 where there is none.
        current: i32,
    },
    /// The key was used for another input.
    #[error("the idempotency key was used for another input")]
    KeyReused,
    /// Not allowed.
    #[error(transparent)]
    Denied(#[from] Denied),
    /// A list that the binary carries is at fault.
    #[error("the list cannot be read: {0}")]
    List(#[from] csv::Error),
    /// A fault of ours.
    #[error(transparent)]
    Database(#[from] DbErr),
}

impl From<Refusal> for ValuationError {
    fn from(refusal: Refusal) -> Self {
        Self::Invalid(vec![refusal])
    }
}

impl Refuse for ValuationError {
    fn refusals(&self) -> Option<Vec<Refusal>> {
        Some(match self {
            Self::Invalid(refusals) => refusals.clone(),
            Self::VersionConflict { current } => {
                let refusal = Refusal::of(Code::VersionConflict, "expectedVersion");
                vec![refusal.with("current", current)]
            }
            Self::KeyReused => vec![Refusal::of(Code::IdempotencyConflict, "idempotencyKey")],
            Self::Denied(denied) => vec![Refusal::new(denied.code())],
            Self::List(_) | Self::Database(_) => return None,
        })
    }
}
