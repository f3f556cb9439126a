//! Why no new password was set.
//!
//! Sentences are in `locales/`.

use sea_orm::DbErr;

use crate::identity::IdentityError;
use crate::refusal::Code;
use crate::refusal::Refusal;
use crate::refusal::Refuse;

/// Why no new password was set.
#[derive(Debug, thiserror::Error)]
pub enum RecoveryError {
    /// Values of the input are not acceptable.
    #[error("the input is not acceptable")]
    Invalid(Vec<Refusal>),
    /// The token is unknown, used or too old.
    #[error("the token is worth nothing")]
    Token,
    /// The address asked too often.
    #[error("too many requests, wait {minutes} minutes")]
    TooOften {
        /// How long.
        minutes: i64,
    },
    /// A fault of ours, or of the system.
    #[error(transparent)]
    Identity(#[from] IdentityError),
    /// A fault of ours.
    #[error(transparent)]
    Database(#[from] DbErr),
}

impl Refuse for RecoveryError {
    fn refusals(&self) -> Option<Vec<Refusal>> {
        Some(match self {
            Self::Invalid(refusals) => refusals.clone(),
            Self::Token => vec![Refusal::of(Code::ResetInvalid, "token")],
            Self::TooOften { minutes } => {
                let refusal = Refusal::of(Code::TooManyAttempts, "email").with("minutes", minutes);
                vec![refusal.with("seconds", minutes.saturating_mul(60))]
            }
            Self::Identity(cause) => return cause.refusals(),
            Self::Database(_) => return None,
        })
    }
}
