//! Why an act on letters was refused.
//!
//! Sentences are in `locales/`.

use sea_orm::DbErr;

use crate::identity::Denied;
use crate::identity::IdentityError;
use crate::jobs::JobError;
use crate::refusal::Code;
use crate::refusal::Refusal;
use crate::refusal::Refuse;

/// Why an act was refused.
#[derive(Debug, thiserror::Error)]
pub enum LetterError {
    /// There is no such letter, or it is not visible.
    #[error("there is no such letter")]
    NotFound,
    /// Letters of the kind keep an account safe: nobody can do without.
    #[error("letters of this kind cannot be switched off")]
    Needed {
        /// Where it stands in the input.
        at: usize,
    },
    /// Values of the input are not acceptable.
    #[error("the input is not acceptable")]
    Invalid(Vec<Refusal>),
    /// Not allowed.
    #[error(transparent)]
    Denied(#[from] Denied),
    /// What is said of its work.
    #[error(transparent)]
    Job(#[from] JobError),
    /// A fault of ours.
    #[error(transparent)]
    Identity(#[from] IdentityError),
    /// A fault of ours.
    #[error(transparent)]
    Database(#[from] DbErr),
}

impl Refuse for LetterError {
    fn refusals(&self) -> Option<Vec<Refusal>> {
        Some(match self {
            Self::NotFound => vec![Refusal::of(Code::NotFound, "id")],
            Self::Needed { at } => {
                vec![Refusal::of(
                    Code::LetterNeeded,
                    &format!("letters.{at}.enabled"),
                )]
            }
            Self::Invalid(refusals) => refusals.clone(),
            Self::Denied(denied) => vec![Refusal::new(denied.code())],
            Self::Job(cause) => return cause.refusals(),
            Self::Identity(cause) => return cause.refusals(),
            Self::Database(_) => return None,
        })
    }
}
