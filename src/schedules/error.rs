//! Why an act on a schedule was refused.
//!
//! Sentences are in `locales/`; why a report may not be asked is said by `reports`.

use sea_orm::DbErr;

use crate::identity::Denied;
use crate::identity::IdentityError;
use crate::jobs::JobError;
use crate::refusal::Code;
use crate::refusal::Refusal;
use crate::refusal::Refuse;

/// Why an act was refused.
#[derive(Debug, thiserror::Error)]
pub enum ScheduleError {
    /// There is no such schedule, or it is not visible.
    #[error("there is no such schedule")]
    NotFound,
    /// It changed meanwhile.
    #[error("version {current} is the present one")]
    VersionConflict {
        /// The present version.
        current: i32,
    },
    /// It came to its end.
    #[error("the schedule came to its end")]
    Ended,
    /// Somebody else made it: a report is made with what its owner may see.
    #[error("the schedule is somebody else's")]
    OfAnother,
    /// The key was used for another input.
    #[error("the idempotency key was used for another input")]
    KeyReused,
    /// So many of one user go on already.
    #[error("more than {most} go on")]
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
    /// What is said of the export.
    #[error(transparent)]
    Export(#[from] JobError),
    /// What is said of the owner's account.
    #[error(transparent)]
    Owner(#[from] IdentityError),
    /// A fault of ours.
    #[error(transparent)]
    Database(#[from] DbErr),
    /// A fault of ours.
    #[error("{0}")]
    Fault(String),
}

impl Refuse for ScheduleError {
    fn refusals(&self) -> Option<Vec<Refusal>> {
        Some(match self {
            Self::NotFound => vec![Refusal::of(Code::NotFound, "id")],
            Self::VersionConflict { current } => {
                let refusal = Refusal::of(Code::VersionConflict, "expectedVersion");
                vec![refusal.with("current", current)]
            }
            Self::Ended => vec![Refusal::of(Code::ScheduleEnded, "id")],
            Self::OfAnother => vec![Refusal::of(Code::Forbidden, "id")],
            Self::KeyReused => vec![Refusal::of(Code::IdempotencyConflict, "idempotencyKey")],
            Self::TooMany { most } => {
                vec![Refusal::new(Code::TooManySchedules).with("most", most)]
            }
            Self::Invalid(refusals) => refusals.clone(),
            Self::Denied(denied) => vec![Refusal::new(denied.code())],
            Self::Export(cause) => return cause.refusals(),
            Self::Owner(cause) => return cause.refusals(),
            Self::Database(_) | Self::Fault(_) => return None,
        })
    }
}
