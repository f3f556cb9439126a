//! Why a list of territories cannot be used.
//!
//! Every case is a fault of the list, never of a client.

use chrono::NaiveDate;
use sea_orm::DbErr;

/// Why a list of territories cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum TerritoryError {
    /// It is no table of the expected form.
    #[error("the list of territories cannot be read: {0}")]
    Unreadable(#[from] csv::Error),
    /// A word or number of a line means nothing.
    #[error("territory {code}: `{value}` is no {column}")]
    Meaningless {
        /// The line.
        code: String,
        /// The column.
        column: &'static str,
        /// What it holds.
        value: String,
    },
    /// Two lines say the same thing twice.
    #[error("territory {code} has two lines from {from}")]
    Duplicate {
        /// The code of both.
        code: String,
        /// The day of both.
        from: NaiveDate,
    },
    /// The place above is not in force.
    #[error("territory {code} lies in {parent}, which is not in force on {day}")]
    NoParent {
        /// The line.
        code: String,
        /// What it names.
        parent: String,
        /// When it is needed.
        day: NaiveDate,
    },
    /// A place lies elsewhere than before, and the line does not say since when.
    #[error("territory {code} changed its parent or level: give the line its own valid_from")]
    Moved {
        /// The line.
        code: String,
    },
    /// The database failed.
    #[error(transparent)]
    Database(#[from] DbErr),
}
