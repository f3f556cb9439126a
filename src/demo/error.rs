//! Why demonstration data cannot be made.
//!
//! The words are for the operator: nobody else makes it.

use chrono::DateTime;
use chrono::Utc;
use sea_orm::DbErr;

use crate::identity::IdentityError;

/// Why demonstration data cannot be made.
#[derive(Debug, thiserror::Error)]
pub enum DemoError {
    /// The database holds something already.
    #[error(
        "the database holds organizations or accounts already: demonstration data needs an empty one"
    )]
    NotEmpty,
    /// Somebody else fills the database now, or was interrupted while they did.
    #[error(
        "the database holds half of the demonstration data, the last of it written at {since}: \
         another instance is filling it, so wait until that is done; or one was interrupted, so \
         begin again with an empty database (remove the SQLite file, or drop and create the \
         PostgreSQL database)"
    )]
    HalfFilled {
        /// When the last part was written.
        since: DateTime<Utc>,
    },
    /// The sizes do not fit together.
    #[error("{0}")]
    Sizes(&'static str),
    /// A place or term of the reference lists is missing.
    #[error("the reference lists hold no {0}")]
    NoReference(String),
    /// The password cannot be hashed.
    #[error(transparent)]
    Identity(#[from] IdentityError),
    /// The database failed.
    #[error(transparent)]
    Database(#[from] DbErr),
}
