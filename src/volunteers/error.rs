//! Why an act on a volunteer's record was refused.
//!
//! Sentences are in `locales/`.

use sea_orm::DbErr;

use crate::identity::Denied;
use crate::platform::vault::VaultError;
use crate::refusal::Code;
use crate::refusal::Refusal;
use crate::refusal::Refuse;

/// Why an act on a volunteer's record was refused.
#[derive(Debug, thiserror::Error)]
pub enum VolunteerError {
    /// Values of the input are not acceptable.
    #[error("the input is not acceptable")]
    Invalid(Vec<Refusal>),
    /// There is no such record, or it is not visible.
    #[error("there is no such {0}")]
    NotFound(&'static str),
    /// Another record of the organization has the reference.
    #[error("the reference is taken")]
    ReferenceTaken,
    /// The organization has a record of this person.
    #[error("the person has a record in the organization")]
    PersonTaken,
    /// Another record of the same person took it over.
    #[error("the record was merged into another")]
    Merged,
    /// It says nothing of a person any more.
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
    /// What was sealed cannot be opened.
    #[error(transparent)]
    Sealed(#[from] VaultError),
    /// A fault of ours.
    #[error(transparent)]
    Database(#[from] DbErr),
}

impl From<Refusal> for VolunteerError {
    fn from(refusal: Refusal) -> Self {
        Self::Invalid(vec![refusal])
    }
}

impl Refuse for VolunteerError {
    fn refusals(&self) -> Option<Vec<Refusal>> {
        let refusal = match self {
            Self::Invalid(refusals) => return Some(refusals.clone()),
            Self::NotFound(field) => Refusal::of(Code::NotFound, field),
            Self::ReferenceTaken => Refusal::of(Code::Taken, "reference"),
            Self::PersonTaken => Refusal::of(Code::Taken, "nationalId"),
            Self::Merged => Refusal::of(Code::Merged, "id"),
            Self::Erased => Refusal::of(Code::RecordErased, "id"),
            Self::VersionConflict { current } => {
                Refusal::of(Code::VersionConflict, "expectedVersion").with("current", current)
            }
            Self::KeyReused => Refusal::of(Code::IdempotencyConflict, "idempotencyKey"),
            Self::Denied(denied) => Refusal::new(denied.code()),
            Self::Sealed(_) | Self::Database(_) => return None,
        };
        Some(vec![refusal])
    }
}
