//! Why a change to hours was refused.
//!
//! Sentences are in `locales/`.

use chrono::DateTime;
use chrono::NaiveDate;
use chrono::NaiveDateTime;
use chrono::Utc;
use entity::types::EntryStatus;
use sea_orm::DbErr;

use crate::identity::Denied;
use crate::refusal::Code;
use crate::refusal::Refusal;
use crate::refusal::Refuse;

/// Word in the place of times that the actor may not learn.
const BUSY: &str = "busy";

/// Why a change to hours was refused.
#[derive(Debug, thiserror::Error)]
pub enum HoursError {
    /// The input says too little, too much, or what cannot be.
    #[error("the input is not acceptable")]
    Invalid(Vec<Refusal>),
    /// There is no such thing for the actor.
    #[error("not found: {field}")]
    NotFound {
        /// The field that names it; empty for the entry itself.
        field: &'static str,
    },
    /// The actor may not do this.
    #[error(transparent)]
    Denied(#[from] Denied),
    /// It changed since the version that the actor saw.
    #[error("changed meanwhile, now at version {current}")]
    VersionConflict {
        /// The present version.
        current: i32,
    },
    /// The idempotency key was used for something else.
    #[error("the idempotency key was used for another input")]
    IdempotencyConflict,
    /// No such territory on the day of the work.
    #[error("no territory {code} on that day")]
    UnknownTerritory {
        /// The code given.
        code: String,
    },
    /// Organization, project or volunteer take no new work.
    #[error("archived: {field}")]
    Archived {
        /// The field that names it.
        field: &'static str,
    },
    /// The person has another interval at that time.
    #[error("overlaps another entry of the person")]
    Overlap {
        /// Start and end of the other, in local time; `None` where the actor may not see it.
        other: Option<(NaiveDateTime, NaiveDateTime)>,
    },
    /// The day of the person would be too long.
    #[error("{day} would hold {planned} minutes, {cap} is the most")]
    DailyCap {
        /// The day.
        day: NaiveDate,
        /// With this work on top.
        planned: i64,
        /// The most.
        cap: i64,
    },
    /// The work has not ended, or its day has not begun.
    #[error("{day} lies in the future")]
    InFuture {
        /// The day.
        day: NaiveDate,
        /// The field that says so.
        field: &'static str,
    },
    /// The project did not run then.
    #[error("{day} lies outside the project")]
    OutsideProject {
        /// First day.
        from: NaiveDate,
        /// Last day, where it has one.
        to: Option<NaiveDate>,
        /// The day of the work.
        day: NaiveDate,
    },
    /// A month that the work touches is closed.
    #[error("{month} is closed")]
    PeriodClosed {
        /// Its first day.
        month: NaiveDate,
        /// Since when.
        since: Option<DateTime<Utc>>,
        /// Whether it is certified, too.
        certified: bool,
    },
    /// The month is certified already.
    #[error("{month} is certified")]
    PeriodCertified {
        /// Its first day.
        month: NaiveDate,
    },
    /// What is asked applies only to closed months.
    #[error("{month} is not closed")]
    PeriodNotClosed {
        /// Its first day.
        month: NaiveDate,
    },
    /// The month has not ended.
    #[error("{month} has not ended")]
    PeriodRunning {
        /// Its first day.
        month: NaiveDate,
    },
    /// An approved entry is not changed in place.
    #[error("the entry is approved")]
    Approved,
    /// A correction of the entry waits for a decision already.
    #[error("a correction waits for a decision")]
    AmendmentPending,
    /// The correction says what the entry says already.
    #[error("the correction changes nothing")]
    NothingChanged,
    /// The state does not allow the act.
    #[error("not possible to an entry that is {status:?}")]
    WrongState {
        /// The state.
        status: EntryStatus,
    },
    /// Whoever wrote or did the work does not decide on it.
    #[error("the actor wrote or did the work")]
    SelfApproval,
    /// The act needs a reason.
    #[error("a reason is missing")]
    ReasonRequired,
    /// A month with entries is not declared to be without.
    #[error("the month holds {entries} entries")]
    NotZero {
        /// How many.
        entries: i64,
    },
    /// The month has not begun.
    #[error("{month} lies in the future")]
    FutureMonth {
        /// Its first day.
        month: NaiveDate,
    },
    /// A fault of ours.
    #[error(transparent)]
    Database(#[from] DbErr),
    /// A fault of ours: what is stored contradicts itself.
    #[error("stored data is inconsistent: {0}")]
    Inconsistent(&'static str),
}

impl HoursError {
    /// Whether no client can mend it.
    #[must_use]
    pub fn is_fault(&self) -> bool {
        matches!(self, Self::Database(_) | Self::Inconsistent(_))
    }
}

impl Refuse for HoursError {
    fn refusals(&self) -> Option<Vec<Refusal>> {
        let refusal = match self {
            Self::Invalid(refusals) => return Some(refusals.clone()),
            Self::Database(_) | Self::Inconsistent(_) => return None,
            Self::NotFound { field } => at(Code::NotFound, field),
            Self::Denied(denied) => Refusal::new(denied.code()),
            Self::VersionConflict { current } => {
                Refusal::of(Code::VersionConflict, "expectedVersion").with("current", current)
            }
            Self::IdempotencyConflict => Refusal::of(Code::IdempotencyConflict, "idempotencyKey"),
            Self::UnknownTerritory { code } => {
                Refusal::of(Code::UnknownTerritory, "territoryCode").with("value", code)
            }
            Self::Archived { field } => at(Code::Archived, field),
            Self::Overlap { other } => {
                let (from, to) = match other {
                    Some((from, to)) => (wall(*from), wall(*to)),
                    None => (BUSY.to_owned(), BUSY.to_owned()),
                };
                Refusal::of(Code::EntryOverlap, "startedAt")
                    .with("from", from)
                    .with("to", to)
            }
            Self::DailyCap { day, planned, cap } => Refusal::new(Code::DailyCapExceeded)
                .with("day", day)
                .with("planned", planned)
                .with("cap", cap),
            Self::InFuture { day, field } => Refusal::of(Code::InFuture, field).with("day", day),
            Self::OutsideProject { from, to, day } => {
                Refusal::of(Code::OutsideProject, "projectId")
                    .with("from", from)
                    .with("to", to.map_or_else(|| "…".to_owned(), |it| it.to_string()))
                    .with("day", day)
            }
            Self::PeriodClosed { month, .. } => of_month(Code::PeriodClosed, *month),
            Self::PeriodCertified { month } => of_month(Code::PeriodCertified, *month),
            Self::PeriodNotClosed { month } => of_month(Code::PeriodNotClosed, *month),
            Self::PeriodRunning { month } => of_month(Code::PeriodRunning, *month),
            Self::Approved => Refusal::new(Code::EntryApproved),
            Self::AmendmentPending => Refusal::new(Code::AmendmentPending),
            Self::NothingChanged => Refusal::new(Code::NothingChanged),
            Self::WrongState { status } => {
                Refusal::new(Code::WrongState).with("status", word(*status))
            }
            Self::SelfApproval => Refusal::new(Code::SelfApproval),
            Self::ReasonRequired => Refusal::of(Code::ReasonRequired, "reason"),
            Self::NotZero { entries } => {
                Refusal::of(Code::NotZero, "declaredZero").with("entries", entries)
            }
            Self::FutureMonth { month } => {
                Refusal::of(Code::InFuture, "month").with("day", month.format("%Y-%m"))
            }
        };
        Some(vec![refusal])
    }
}

fn of_month(code: Code, month: NaiveDate) -> Refusal {
    Refusal::new(code).with("month", month.format("%Y-%m"))
}

fn at(code: Code, field: &str) -> Refusal {
    if field.is_empty() {
        Refusal::new(code)
    } else {
        Refusal::of(code, field)
    }
}

fn wall(at: NaiveDateTime) -> String {
    at.format("%Y-%m-%d %H:%M").to_string()
}

fn word(status: EntryStatus) -> String {
    sea_orm::ActiveEnum::to_value(&status)
}
