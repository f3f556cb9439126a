//! Why an act on an organization was refused.
//!
//! Sentences are in `locales/`.

use sea_orm::DbErr;

use crate::identity::Denied;
use crate::identity::IdentityError;
use crate::platform::crypto::KeyError;
use crate::refusal::Code;
use crate::refusal::Refusal;
use crate::refusal::Refuse;

/// Why an act on an organization was refused.
#[derive(Debug, thiserror::Error)]
pub enum OrganizationError {
    /// Values of the input are not acceptable.
    #[error("the input is not acceptable")]
    Invalid(Vec<Refusal>),
    /// There is no such thing, or it is not visible.
    #[error("there is no such {0}")]
    NotFound(&'static str),
    /// The short name is another organization's.
    #[error("the short name is taken")]
    SlugTaken,
    /// It changed meanwhile.
    #[error("version {current} is the present one")]
    VersionConflict {
        /// The present version.
        current: i32,
    },
    /// The key was used for another input.
    #[error("the idempotency key was used for another input")]
    KeyReused,
    /// The user belongs to the organization already.
    #[error("the user belongs to the organization already")]
    Member,
    /// The invitation is unknown, used or too old, or was sent to somebody else.
    #[error("the invitation does not hold")]
    InvitationInvalid,
    /// No owner would remain.
    #[error("no owner would remain")]
    LastOwner,
    /// Not allowed.
    #[error(transparent)]
    Denied(#[from] Denied),
    /// A fault of ours.
    #[error(transparent)]
    Identity(#[from] IdentityError),
    /// A fault of ours.
    #[error(transparent)]
    Keys(#[from] KeyError),
    /// A fault of ours: the list of sectors cannot be read.
    #[error(transparent)]
    Sectors(#[from] csv::Error),
    /// A fault of ours.
    #[error(transparent)]
    Database(#[from] DbErr),
}

impl From<Refusal> for OrganizationError {
    fn from(refusal: Refusal) -> Self {
        Self::Invalid(vec![refusal])
    }
}

impl Refuse for OrganizationError {
    fn refusals(&self) -> Option<Vec<Refusal>> {
        let refusal = match self {
            Self::Invalid(refusals) => return Some(refusals.clone()),
            Self::NotFound(field) => Refusal::of(Code::NotFound, field),
            Self::SlugTaken => Refusal::of(Code::Taken, "slug"),
            Self::VersionConflict { current } => {
                Refusal::of(Code::VersionConflict, "expectedVersion").with("current", current)
            }
            Self::KeyReused => Refusal::of(Code::IdempotencyConflict, "idempotencyKey"),
            Self::Member => Refusal::of(Code::Taken, "email"),
            Self::InvitationInvalid => Refusal::of(Code::InvitationInvalid, "token"),
            Self::LastOwner => Refusal::new(Code::LastOwner),
            Self::Denied(denied) => Refusal::new(denied.code()),
            Self::Identity(error) => return error.refusals(),
            Self::Keys(_) | Self::Sectors(_) | Self::Database(_) => return None,
        };
        Some(vec![refusal])
    }
}
