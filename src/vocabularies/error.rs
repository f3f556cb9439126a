//! Why a list of terms cannot be used.
//!
//! Every case is a fault of the list, never of a client.

use sea_orm::DbErr;

/// Why a list of terms cannot be used.
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
    /// The database failed.
    #[error(transparent)]
    Database(#[from] DbErr),
}
