//! Why an act on indicators or measurements was refused.
//!
//! Sentences are in `locales/`.

use sea_orm::DbErr;

use crate::identity::Denied;
use crate::refusal::Code;
use crate::refusal::Refusal;
use crate::refusal::Refuse;

/// Why an act on indicators or measurements was refused.
#[derive(Debug, thiserror::Error)]
pub enum ImpactError {
    /// Values of the input are not acceptable.
    #[error("the input is not acceptable")]
    Invalid(Vec<Refusal>),
    /// There is no such thing, or it is not visible.
    #[error("there is no such {0}")]
    NotFound(&'static str),
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
    /// The catalogue that the binary carries is at fault.
    #[error("the catalogue of indicators cannot be read: {0}")]
    Catalogue(#[from] csv::Error),
    /// A fault of ours.
    #[error(transparent)]
    Database(#[from] DbErr),
}

impl From<Refusal> for ImpactError {
    fn from(refusal: Refusal) -> Self {
        Self::Invalid(vec![refusal])
    }
}

impl Refuse for ImpactError {
    fn refusals(&self) -> Option<Vec<Refusal>> {
        Some(match self {
            Self::Invalid(refusals) => refusals.clone(),
            Self::NotFound(field) => vec![Refusal::of(Code::NotFound, field)],
            Self::VersionConflict { current } => {
                let refusal = Refusal::of(Code::VersionConflict, "expectedVersion");
                vec![refusal.with("current", current)]
            }
            Self::KeyReused => vec![Refusal::of(Code::IdempotencyConflict, "idempotencyKey")],
            Self::Denied(denied) => vec![Refusal::new(denied.code())],
            Self::Catalogue(_) | Self::Database(_) => return None,
        })
    }
}
