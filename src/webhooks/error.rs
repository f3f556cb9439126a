//! Why an act on a webhook was refused.
//!
//! Why an attempt failed is said by `dial`, and kept with what was to be told.

use sea_orm::DbErr;

use crate::identity::Denied;
use crate::platform::random::NoRandomness;
use crate::refusal::Code;
use crate::refusal::Refusal;
use crate::refusal::Refuse;

/// Why an act was refused.
#[derive(Debug, thiserror::Error)]
pub enum WebhookError {
    /// There is no such thing, or it is not visible.
    #[error("there is no such webhook: {0}")]
    NotFound(&'static str),
    /// It changed meanwhile.
    #[error("the webhook changed: its version is {current}")]
    VersionConflict {
        /// Its version now.
        current: i32,
    },
    /// The key was used for something else.
    #[error("the idempotency key was used for something else")]
    KeyReused,
    /// As many as one organization may have.
    #[error("the organization has {most} webhooks")]
    TooMany {
        /// How many.
        most: u64,
    },
    /// It is told of nothing until somebody lets it go on.
    #[error("the webhook is disabled")]
    Disabled,
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

impl Refuse for WebhookError {
    fn refusals(&self) -> Option<Vec<Refusal>> {
        Some(match self {
            Self::NotFound(field) => vec![Refusal::of(Code::NotFound, field)],
            Self::VersionConflict { current } => {
                vec![Refusal::of(Code::VersionConflict, "expectedVersion").with("current", current)]
            }
            Self::KeyReused => vec![Refusal::of(Code::IdempotencyConflict, "idempotencyKey")],
            Self::TooMany { most } => {
                vec![Refusal::of(Code::TooManyWebhooks, "organizationId").with("most", most)]
            }
            Self::Disabled => vec![Refusal::of(Code::WebhookDisabled, "id")],
            Self::Invalid(refusals) => refusals.clone(),
            Self::Denied(denied) => vec![Refusal::new(denied.code())],
            Self::Database(_) | Self::Random(_) | Self::Fault(_) => return None,
        })
    }
}
