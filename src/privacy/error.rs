//! Why an act on personal data was refused.
//!
//! Sentences are in `locales/`.

use sea_orm::DbErr;

use crate::identity::Denied;
use crate::refusal::Code;
use crate::refusal::Refusal;
use crate::refusal::Refuse;

/// Why an act on personal data was refused.
#[derive(Debug, thiserror::Error)]
pub enum PrivacyError {
    /// Values of the input are not acceptable.
    #[error("the input is not acceptable")]
    Invalid(Vec<Refusal>),
    /// There is no such thing, or it is not visible.
    #[error("there is no such {0}")]
    NotFound(&'static str),
    /// Another request about the same data is open.
    #[error("another request is open")]
    Open,
    /// The request was decided, taken back or done.
    #[error("the request is not open")]
    State,
    /// Organizations still have the holder of the account.
    #[error("the account is held by memberships, records or roles")]
    AccountHeld,
    /// The record says nothing of a person any more.
    #[error("the personal data of the record was erased")]
    Erased,
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
    /// Something cannot be made.
    #[error("{0}")]
    Fault(String),
    /// A fault of ours.
    #[error(transparent)]
    Database(#[from] DbErr),
}

impl From<Refusal> for PrivacyError {
    fn from(refusal: Refusal) -> Self {
        Self::Invalid(vec![refusal])
    }
}

impl Refuse for PrivacyError {
    fn refusals(&self) -> Option<Vec<Refusal>> {
        let refusal = match self {
            Self::Invalid(refusals) => return Some(refusals.clone()),
            Self::NotFound(field) => Refusal::of(Code::NotFound, field),
            Self::Open => Refusal::of(Code::ErasureOpen, "volunteerId"),
            Self::State => Refusal::of(Code::ErasureState, "id"),
            Self::AccountHeld => Refusal::new(Code::AccountHeld),
            Self::Erased => Refusal::of(Code::RecordErased, "volunteerId"),
            Self::VersionConflict { current } => {
                Refusal::of(Code::VersionConflict, "expectedVersion").with("current", current)
            }
            Self::KeyReused => Refusal::of(Code::IdempotencyConflict, "idempotencyKey"),
            Self::Denied(denied) => Refusal::new(denied.code()),
            Self::Fault(_) | Self::Database(_) => return None,
        };
        Some(vec![refusal])
    }
}
