//! Why an act on an API token was refused.
//!
//! Why a token does not let somebody in is nobody's business but ours: all of them look the same.

use sea_orm::DbErr;

use crate::identity::Denied;
use crate::platform::random::NoRandomness;
use crate::refusal::Code;
use crate::refusal::Refusal;
use crate::refusal::Refuse;

/// Why an act was refused.
#[derive(Debug, thiserror::Error)]
pub enum TokenError {
    /// There is no such thing, or it is not visible.
    #[error("there is no such thing: {0}")]
    NotFound(&'static str),
    /// The key was used for something else.
    #[error("the idempotency key was used for something else")]
    KeyReused,
    /// As many as one user may have.
    #[error("the user has {most} tokens in force or made within a day")]
    TooMany {
        /// How many.
        most: u64,
    },
    /// Values of the input are not acceptable.
    #[error("the input is not acceptable")]
    Invalid(Vec<Refusal>),
    /// Not allowed.
    #[error(transparent)]
    Denied(#[from] Denied),
    /// A fault of ours.
    #[error(transparent)]
    Database(#[from] DbErr),
    /// A fault of ours.
    #[error(transparent)]
    Random(#[from] NoRandomness),
    /// A fault of ours.
    #[error("{0}")]
    Fault(String),
}

impl Refuse for TokenError {
    fn refusals(&self) -> Option<Vec<Refusal>> {
        Some(match self {
            Self::NotFound(field) => vec![Refusal::of(Code::NotFound, field)],
            Self::KeyReused => vec![Refusal::of(Code::IdempotencyConflict, "idempotencyKey")],
            Self::TooMany { most } => {
                vec![Refusal::new(Code::TooManyApiTokens).with("most", most)]
            }
            Self::Invalid(refusals) => refusals.clone(),
            Self::Denied(denied) => vec![Refusal::new(denied.code())],
            Self::Database(_) | Self::Random(_) | Self::Fault(_) => return None,
        })
    }
}
