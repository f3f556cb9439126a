//! Why a list of terms cannot be used, and why an act on a vocabulary was refused.
//!
//! Sentences are in `locales/`. What is at fault in a list is never a client's mistake.

use sea_orm::DbErr;

use crate::identity::Denied;
use crate::refusal::Code;
use crate::refusal::Refusal;
use crate::refusal::Refuse;

/// Why a list of terms cannot be used, or an act on a vocabulary was refused.
#[derive(Debug, thiserror::Error)]
pub enum VocabularyError {
    /// It is no table of the expected form.
    #[error("the list of terms cannot be read: {0}")]
    Unreadable(#[from] csv::Error),
    /// A term names a parent that is not there, or comes after it.
    #[error("term {code} of {vocabulary} lies in {parent}, which no line before it defines")]
    NoParent {
        /// The vocabulary.
        vocabulary: &'static str,
        /// The term.
        code: String,
        /// What it names.
        parent: String,
    },
    /// A term has a code that stands for something else where figures are published.
    #[error(
        "no term of {vocabulary} can have the code {code}: it stands for all of them, or for none"
    )]
    Reserved {
        /// The vocabulary.
        vocabulary: &'static str,
        /// The term.
        code: String,
    },
    /// Values of the input are not acceptable.
    #[error("the input is not acceptable")]
    Invalid(Vec<Refusal>),
    /// There is no such thing, or it is not visible.
    #[error("there is no such {0}")]
    NotFound(&'static str),
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
    /// The database failed.
    #[error(transparent)]
    Database(#[from] DbErr),
}

impl From<Refusal> for VocabularyError {
    fn from(refusal: Refusal) -> Self {
        Self::Invalid(vec![refusal])
    }
}

impl Refuse for VocabularyError {
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
            Self::Unreadable(_)
            | Self::NoParent { .. }
            | Self::Reserved { .. }
            | Self::Database(_) => return None,
        })
    }
}
