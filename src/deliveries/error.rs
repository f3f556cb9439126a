//! Why a delivery was not tried again.
//!
//! Why a file did not arrive is said by `send`, and kept with its work.

use sea_orm::DbErr;

use crate::identity::Denied;
use crate::jobs::JobError;
use crate::refusal::Code;
use crate::refusal::Refusal;
use crate::refusal::Refuse;

/// Why an act was refused.
#[derive(Debug, thiserror::Error)]
pub enum DeliveryError {
    /// There is no such delivery, or it is not visible.
    #[error("there is no such delivery")]
    NotFound,
    /// The file is kept no longer: there is nothing to deliver.
    #[error("the file is kept no longer")]
    FileGone,
    /// Values of the input are not acceptable.
    #[error("the input is not acceptable")]
    Invalid(Vec<Refusal>),
    /// Not allowed.
    #[error(transparent)]
    Denied(#[from] Denied),
    /// What is said of its work.
    #[error(transparent)]
    Job(#[from] JobError),
    /// A fault of ours.
    #[error(transparent)]
    Database(#[from] DbErr),
    /// A fault of ours.
    #[error("{0}")]
    Fault(String),
}

impl Refuse for DeliveryError {
    fn refusals(&self) -> Option<Vec<Refusal>> {
        Some(match self {
            Self::NotFound => vec![Refusal::of(Code::NotFound, "id")],
            Self::FileGone => vec![Refusal::of(Code::FileGone, "id")],
            Self::Invalid(refusals) => refusals.clone(),
            Self::Denied(denied) => vec![Refusal::new(denied.code())],
            Self::Job(cause) => return cause.refusals(),
            Self::Database(_) | Self::Fault(_) => return None,
        })
    }
}
