//! Why an identity act was refused.
//!
//! Sentences are in `locales/`.

use sea_orm::DbErr;

use crate::platform::crypto::KeyError;
use crate::refusal::Code;
use crate::refusal::Refusal;
use crate::refusal::Refuse;

/// Why the actor may not do what they asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Denied {
    /// Nobody is signed in.
    #[error("nobody is signed in")]
    SignedOut,
    /// The thing is outside what the actor sees.
    #[error("not visible to the actor")]
    Invisible,
    /// The thing is seen, the act is not allowed.
    #[error("not allowed to the actor")]
    NotAllowed,
}

impl Denied {
    /// The code that clients see.
    #[must_use]
    pub fn code(self) -> Code {
        match self {
            Self::Invisible => Code::NotFound,
            Self::SignedOut | Self::NotAllowed => Code::Forbidden,
        }
    }
}

/// Why an identity act was refused.
#[derive(Debug, thiserror::Error)]
pub enum IdentityError {
    /// Values of the input are not acceptable.
    #[error("the input is not acceptable")]
    Invalid(Vec<Refusal>),
    /// No account with this address and password.
    #[error("address and password do not fit together")]
    Credentials,
    /// Too many failures.
    #[error("too many failed attempts, wait {seconds} seconds")]
    Attempts {
        /// How long.
        seconds: i64,
    },
    /// The session or refresh token is over, unknown or used twice.
    #[error("the session is over")]
    Session,
    /// The address has an account.
    #[error("the address has an account")]
    Taken,
    /// Not allowed.
    #[error(transparent)]
    Denied(#[from] Denied),
    /// A fault of ours.
    #[error(transparent)]
    Database(#[from] DbErr),
    /// A fault of ours.
    #[error(transparent)]
    Keys(#[from] KeyError),
    /// A fault of ours: a stored hash or a token could not be made.
    #[error("cryptography failed: {0}")]
    Crypto(String),
}

impl Refuse for IdentityError {
    fn refusals(&self) -> Option<Vec<Refusal>> {
        Some(match self {
            Self::Invalid(refusals) => refusals.clone(),
            Self::Credentials => vec![Refusal::new(Code::InvalidCredentials)],
            Self::Attempts { seconds } => {
                // Less than a minute is told in seconds.
                let minutes = match *seconds {
                    ..60 => 0,
                    _ => seconds.saturating_add(59).div_euclid(60),
                };
                let refusal = Refusal::new(Code::TooManyAttempts).with("minutes", minutes);
                vec![refusal.with("seconds", *seconds)]
            }
            Self::Session => vec![Refusal::new(Code::SessionEnded)],
            Self::Taken => vec![Refusal::of(Code::Taken, "email")],
            Self::Denied(denied) => vec![Refusal::new(denied.code())],
            Self::Database(_) | Self::Keys(_) | Self::Crypto(_) => return None,
        })
    }
}
