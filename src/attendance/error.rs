//! Why an act on an attendance was refused.
//!
//! Sentences are in `locales/`.

use chrono::NaiveDateTime;
use sea_orm::DbErr;

use crate::attendance::picture::PictureError;
use crate::hours::HoursError;
use crate::identity::Denied;
use crate::notifications::moment;
use crate::refusal::Code;
use crate::refusal::Refusal;
use crate::refusal::Refuse;

/// Why an act was refused.
#[derive(Debug, thiserror::Error)]
pub enum AttendanceError {
    /// Values of the input are not acceptable.
    #[error("the input is not acceptable")]
    Invalid(Vec<Refusal>),
    /// There is no such thing, or it is not visible.
    #[error("there is no such {0}")]
    NotFound(&'static str),
    /// It changed meanwhile.
    #[error("version {current} is the present one")]
    VersionConflict {
        /// The present version.
        current: i32,
    },
    /// The shift was cancelled.
    #[error("the shift was cancelled")]
    Cancelled,
    /// The volunteer takes no new work.
    #[error("the volunteer is archived")]
    Archived,
    /// What was scanned is no code of ours.
    #[error("no code of a shift")]
    TokenInvalid,
    /// The code is too old.
    #[error("the code was replaced")]
    TokenExpired,
    /// Nobody checks in at that time.
    #[error("checking in is possible from {from} to {to}")]
    CheckInClosed {
        /// From when, on the clock of the place.
        from: NaiveDateTime,
        /// Until when, on the clock of the place.
        to: NaiveDateTime,
    },
    /// Nobody checks in for the activity at all.
    #[error("a coordinator marks the attendance")]
    Marked,
    /// The volunteer has not checked in.
    #[error("the volunteer has not checked in")]
    NotCheckedIn,
    /// The shift lies ahead.
    #[error("the shift begins at {at}")]
    NotBegun {
        /// When, on the clock of the place.
        at: NaiveDateTime,
    },
    /// The presence has made hours that stand.
    #[error("the presence has made hours")]
    Recorded,
    /// Without a place nobody stays away.
    #[error("the volunteer had no place")]
    NotSignedUp,
    /// The hours were refused.
    #[error(transparent)]
    Hours(#[from] HoursError),
    /// Not allowed.
    #[error(transparent)]
    Denied(#[from] Denied),
    /// A fault of ours.
    #[error(transparent)]
    Picture(#[from] PictureError),
    /// A fault of ours.
    #[error(transparent)]
    Database(#[from] DbErr),
}

impl From<Refusal> for AttendanceError {
    fn from(refusal: Refusal) -> Self {
        Self::Invalid(vec![refusal])
    }
}

impl AttendanceError {
    /// Whether no client can mend it.
    #[must_use]
    pub fn is_fault(&self) -> bool {
        self.refusals().is_none()
    }
}

impl Refuse for AttendanceError {
    fn refusals(&self) -> Option<Vec<Refusal>> {
        let refusal = match self {
            Self::Invalid(refusals) => return Some(refusals.clone()),
            Self::Hours(error) => return error.refusals(),
            Self::Picture(_) | Self::Database(_) => return None,
            Self::NotFound(field) => Refusal::of(Code::NotFound, field),
            Self::VersionConflict { current } => {
                Refusal::of(Code::VersionConflict, "expectedVersion").with("current", current)
            }
            Self::Cancelled => Refusal::of(Code::Cancelled, "shiftId"),
            Self::Archived => Refusal::of(Code::Archived, "volunteerId"),
            Self::TokenInvalid => Refusal::of(Code::TokenInvalid, "token"),
            Self::TokenExpired => Refusal::of(Code::TokenExpired, "token"),
            Self::CheckInClosed { from, to } => Refusal::new(Code::CheckInClosed)
                .with("from", moment(*from))
                .with("to", moment(*to)),
            Self::Marked => Refusal::of(Code::AttendanceMarked, "shiftId"),
            Self::NotCheckedIn => Refusal::new(Code::NotCheckedIn),
            Self::NotBegun { at } => Refusal::new(Code::ShiftNotBegun).with("at", moment(*at)),
            Self::Recorded => Refusal::new(Code::AttendanceRecorded),
            Self::NotSignedUp => Refusal::of(Code::NotSignedUp, "volunteerId"),
            Self::Denied(denied) => Refusal::new(denied.code()),
        };
        Some(vec![refusal])
    }
}
