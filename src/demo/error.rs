//! Why demonstration data cannot be made.
//!
//! The words are for the operator: nobody else makes it.

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
