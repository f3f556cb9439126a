//! Why an act on a project was refused.
//!
//! Sentences are in `locales/`.

use chrono::NaiveDate;
use rust_decimal::Decimal;
use sea_orm::DbErr;

use crate::identity::Denied;
use crate::refusal::Code;
use crate::refusal::Mend;
use crate::refusal::Refusal;
use crate::refusal::Refuse;

/// Why an act on a project was refused.
#[derive(Debug, thiserror::Error)]
pub enum ProjectError {
    /// Values of the input are not acceptable.
    #[error("the input is not acceptable")]
    Invalid(Vec<Refusal>),
    /// There is no such project, or it is not visible.
    #[error("there is no such {0}")]
    NotFound(&'static str),
    /// Another project of the organization has the code.
    #[error("the code is taken")]
    CodeTaken,
    /// It changed meanwhile.
    #[error("version {current} is the present one")]
    VersionConflict {
        /// The present version.
        current: i32,
    },
    /// The shares of a vocabulary are not the whole.
    #[error("the shares of {vocabulary} sum to {percent} %")]
    SharesNotWhole {
        /// The field that holds them.
        field: String,
        /// Which vocabulary.
        vocabulary: String,
        /// What they sum to.
        percent: Decimal,
    },
    /// Hours of the project in this month are closed, and other shares would change their figures.
    #[error("{month} is closed")]
    PeriodClosed {
        /// Its first day.
        month: NaiveDate,
    },
    /// The key was used for another input.
    #[error("the idempotency key was used for another input")]
    KeyReused,
    /// Not allowed.
    #[error(transparent)]
    Denied(#[from] Denied),
    /// A fault of ours: the list of sectors cannot be read.
    #[error(transparent)]
    Sectors(#[from] csv::Error),
    /// A fault of ours.
    #[error(transparent)]
    Database(#[from] DbErr),
}

impl From<Refusal> for ProjectError {
    fn from(refusal: Refusal) -> Self {
        Self::Invalid(vec![refusal])
    }
}

impl Refuse for ProjectError {
    fn refusals(&self) -> Option<Vec<Refusal>> {
        let refusal = match self {
            Self::Invalid(refusals) => return Some(refusals.clone()),
            Self::NotFound(field) => Refusal::of(Code::NotFound, field),
            Self::CodeTaken => Refusal::of(Code::Taken, "code"),
            Self::VersionConflict { current } => {
                Refusal::of(Code::VersionConflict, "expectedVersion").with("current", current)
            }
            Self::SharesNotWhole {
                field,
                vocabulary,
                percent,
            } => Refusal::of(Code::SharesNotWhole, field)
                .with("vocabulary", vocabulary)
                .with("sum", percent.normalize()),
            Self::PeriodClosed { month } => Refusal::of(Code::PeriodClosed, "validFrom")
                .with("month", month.format("%Y-%m"))
                .mended(Mend::SharesClosed),
            Self::KeyReused => Refusal::of(Code::IdempotencyConflict, "idempotencyKey"),
            Self::Denied(denied) => Refusal::new(denied.code()),
            Self::Sectors(_) | Self::Database(_) => return None,
        };
        Some(vec![refusal])
    }
}
