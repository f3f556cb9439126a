//! Why nothing was asked for, or called off.
//!
//! Sentences are in `locales/`.

use sea_orm::DbErr;

use crate::identity::Denied;
use crate::refusal::Code;
use crate::refusal::Refusal;
use crate::refusal::Refuse;

/// Why nothing was asked for, or called off.
#[derive(Debug, thiserror::Error)]
pub enum JobError {
    /// There is no such job, or it is not visible.
    #[error("there is no such job")]
    NotFound,
    /// It changed meanwhile.
    #[error("version {current} is the present one")]
    VersionConflict {
        /// The present version.
        current: i32,
    },
    /// It has come to an end, or has not failed.
    #[error("the job is not in a state in which this can be done")]
    State,
    /// The key was used for another input.
    #[error("the idempotency key was used for another input")]
    KeyReused,
    /// So many of one user wait already.
    #[error("more than {most} wait")]
    TooMany {
        /// The most.
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
    #[error("{0}")]
    Fault(String),
}

impl Refuse for JobError {
    fn refusals(&self) -> Option<Vec<Refusal>> {
        Some(match self {
            Self::NotFound => vec![Refusal::of(Code::NotFound, "id")],
            Self::VersionConflict { current } => {
                let refusal = Refusal::of(Code::VersionConflict, "expectedVersion");
                vec![refusal.with("current", current)]
            }
            Self::State => vec![Refusal::of(Code::JobState, "id")],
            Self::KeyReused => vec![Refusal::of(Code::IdempotencyConflict, "idempotencyKey")],
            Self::TooMany { most } => vec![Refusal::new(Code::TooManyJobs).with("most", most)],
            Self::Invalid(refusals) => refusals.clone(),
            Self::Denied(denied) => vec![Refusal::new(denied.code())],
            Self::Database(_) | Self::Fault(_) => return None,
        })
    }
}
