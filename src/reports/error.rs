//! Why a report was not answered.
//!
//! Sentences are in `locales/`.

use sea_orm::DbErr;

use crate::identity::Denied;
use crate::refusal::Refusal;
use crate::refusal::Refuse;
use crate::valuation::ValuationError;

/// Why a report was not answered.
#[derive(Debug, thiserror::Error)]
pub enum ReportError {
    /// The question cannot be answered as it stands.
    #[error("the question is not acceptable")]
    Invalid(Vec<Refusal>),
    /// Not the actor's to ask.
    #[error(transparent)]
    Denied(#[from] Denied),
    /// A fault of ours: rows do not add up to their total. Nothing is answered then.
    #[error("{breakdown} adds up to {sum} minutes, the total is {total}")]
    DoesNotFoot {
        /// Which breakdown.
        breakdown: &'static str,
        /// What its rows add up to.
        sum: i64,
        /// The total.
        total: i64,
    },
    /// A fault of ours: a row names a thing that is not there.
    #[error("the figures name an unknown {kind}")]
    Unknown {
        /// What kind of thing.
        kind: &'static str,
    },
    /// A fault of ours: what full time is cannot be read.
    #[error(transparent)]
    Valuation(#[from] ValuationError),
    /// A fault of ours: a list of the program cannot be read.
    #[error(transparent)]
    List(#[from] csv::Error),
    /// A fault of ours.
    #[error(transparent)]
    Database(#[from] DbErr),
}

impl Refuse for ReportError {
    fn refusals(&self) -> Option<Vec<Refusal>> {
        match self {
            Self::Invalid(refusals) => Some(refusals.clone()),
            Self::Denied(denied) => Some(vec![Refusal::new(denied.code())]),
            Self::DoesNotFoot { .. }
            | Self::Unknown { .. }
            | Self::Valuation(_)
            | Self::List(_)
            | Self::Database(_) => None,
        }
    }
}
