//! Why an act on an account was refused.
//!
//! Sentences are in `locales/`.

use sea_orm::DbErr;

use crate::identity::Denied;
use crate::identity::IdentityError;
use crate::refusal::Code;
use crate::refusal::Refusal;
use crate::refusal::Refuse;

/// Why an act on an account was refused.
#[derive(Debug, thiserror::Error)]
pub enum CredentialError {
    /// Values of the input are not acceptable.
    #[error("the input is not acceptable")]
    Invalid(Vec<Refusal>),
    /// The password is not that of the account.
    #[error("the password in {field} is not right")]
    Password {
        /// In which field it was given.
        field: &'static str,
    },
    /// There is no such session of the actor.
    #[error("there is no such session")]
    NoSession,
    /// It changed since the version that the caller expected.
    #[error("it is at version {current} now")]
    VersionConflict {
        /// What it is at.
        current: i32,
    },
    /// Not allowed.
    #[error(transparent)]
    Denied(#[from] Denied),
    /// Of identity.
    #[error(transparent)]
    Identity(#[from] IdentityError),
    /// A fault of ours.
    #[error(transparent)]
    Database(#[from] DbErr),
}

impl CredentialError {
    /// After how many seconds it may be tried again; `None` where waiting does not help.
    #[must_use]
    pub fn retry_after(&self) -> Option<i64> {
        match self {
            Self::Identity(IdentityError::Attempts { seconds }) => Some(*seconds),
            _ => None,
        }
    }
}

impl Refuse for CredentialError {
    fn refusals(&self) -> Option<Vec<Refusal>> {
        Some(match self {
            Self::Invalid(refusals) => refusals.clone(),
            Self::Password { field } => vec![Refusal::of(Code::PasswordWrong, field)],
            Self::NoSession => vec![Refusal::of(Code::NotFound, "id")],
            Self::VersionConflict { current } => {
                vec![Refusal::of(Code::VersionConflict, "expectedVersion").with("current", current)]
            }
            Self::Denied(denied) => vec![Refusal::new(denied.code())],
            Self::Identity(cause) => return cause.refusals(),
            Self::Database(_) => return None,
        })
    }
}
