//! Why an act on an activity, a shift or a sign-up was refused.
//!
//! Sentences are in `locales/`.

use chrono::NaiveDate;
use chrono::NaiveDateTime;
use sea_orm::DbErr;

use crate::activities::recurrence::RuleError;
use crate::activities::recurrence::SHIFTS_MOST;
use crate::activities::recurrence::Unreadable;
use crate::identity::Denied;
use crate::notifications::moment;
use crate::refusal::Code;
use crate::refusal::Refusal;
use crate::refusal::Refuse;

/// Why an act was refused.
#[derive(Debug, thiserror::Error)]
pub enum ActivityError {
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
    /// The activity, shift or sign-up was cancelled.
    #[error("{0} was cancelled")]
    Cancelled(&'static str),
    /// The project, volunteer or organization takes no new work.
    #[error("{0} is archived")]
    Archived(&'static str),
    /// The shift has begun.
    #[error("the shift began at {at}")]
    Started {
        /// When, on the clock on the wall.
        at: NaiveDateTime,
    },
    /// The project does not run then.
    #[error("{day} lies outside the project")]
    OutsideProject {
        /// First day.
        from: NaiveDate,
        /// Last day, where it has one.
        to: Option<NaiveDate>,
        /// The day of the shift.
        day: NaiveDate,
    },
    /// The volunteer has a place or waits for one.
    #[error("the volunteer is signed up")]
    AlreadySignedUp,
    /// The person has a place in another shift at that time.
    #[error("the person has a place elsewhere at that time")]
    Overlap {
        /// The field that holds what overlaps.
        field: &'static str,
        /// From when to when, where the actor may know.
        times: Option<(NaiveDateTime, NaiveDateTime)>,
    },
    /// More places are taken than the capacity would have.
    #[error("{taken} places are taken")]
    CapacityTaken {
        /// How many.
        taken: i32,
    },
    /// The recurrence rule gives no series.
    #[error(transparent)]
    Rule(#[from] RuleError),
    /// The key was used for another input.
    #[error("the idempotency key was used for another input")]
    KeyReused,
    /// Not allowed.
    #[error(transparent)]
    Denied(#[from] Denied),
    /// A fault of ours.
    #[error(transparent)]
    Database(#[from] DbErr),
}

impl From<Refusal> for ActivityError {
    fn from(refusal: Refusal) -> Self {
        Self::Invalid(vec![refusal])
    }
}

impl Refuse for ActivityError {
    fn refusals(&self) -> Option<Vec<Refusal>> {
        let refusal = match self {
            Self::Invalid(refusals) => return Some(refusals.clone()),
            Self::NotFound(field) => Refusal::of(Code::NotFound, field),
            Self::VersionConflict { current } => {
                Refusal::of(Code::VersionConflict, "expectedVersion").with("current", current)
            }
            Self::Cancelled(field) => Refusal::of(Code::Cancelled, field),
            Self::Archived(field) => Refusal::of(Code::Archived, field),
            Self::Started { at } => Refusal::new(Code::ShiftStarted).with("at", moment(*at)),
            Self::OutsideProject { from, to, day } => Refusal::of(Code::OutsideProject, "startsAt")
                .with("from", from)
                .with("to", to.map_or_else(|| "…".to_owned(), |it| it.to_string()))
                .with("day", day),
            Self::AlreadySignedUp => Refusal::of(Code::AlreadySignedUp, "volunteerId"),
            Self::Overlap { field, times } => {
                let (from, to) = times.map_or_else(
                    || ("busy".to_owned(), String::new()),
                    |(from, to)| (moment(from), moment(to)),
                );
                Refusal::of(Code::ShiftOverlap, field)
                    .with("from", from)
                    .with("to", to)
            }
            Self::CapacityTaken { taken } => {
                Refusal::of(Code::CapacityTaken, "capacity").with("taken", taken)
            }
            Self::Rule(error) => rule(error),
            Self::KeyReused => Refusal::of(Code::IdempotencyConflict, "idempotencyKey"),
            Self::Denied(denied) => Refusal::new(denied.code()),
            Self::Database(_) => return None,
        };
        Some(vec![refusal])
    }
}

fn rule(error: &RuleError) -> Refusal {
    match error {
        RuleError::Unreadable(what) => {
            let (why, detail) = match what {
                Unreadable::TooLong(most) => ("too-long", most.to_string()),
                Unreadable::Missing(part) => ("missing", (*part).to_owned()),
                Unreadable::TwoEnds => ("two-ends", String::new()),
                Unreadable::Part(part) => ("part", part.clone()),
            };
            let refusal = Refusal::of(Code::RuleUnreadable, "rule");
            refusal.with("why", why).with("detail", detail)
        }
        RuleError::TooLong => Refusal::of(Code::SeriesTooLong, "rule").with("most", SHIFTS_MOST),
        RuleError::FirstOutside(first) => {
            Refusal::of(Code::FirstOutsideRule, "startsAt").with("first", moment(*first))
        }
        RuleError::OverClockChange(at) => {
            Refusal::of(Code::AmbiguousTime, "startsAt").with("value", moment(*at))
        }
    }
}
