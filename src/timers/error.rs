//! Why an act on a timer was refused.
//!
//! Sentences are in `locales/`; why an entry was refused is said by `hours`.

use chrono::NaiveDateTime;
use entity::timer;
use entity::types::TimerStatus;
use sea_orm::DbErr;

use crate::hours::HoursError;
use crate::identity::Denied;
use crate::platform::zones;
use crate::refusal::Code;
use crate::refusal::Refusal;
use crate::refusal::Refuse;

/// Word in the place of a time that the actor may not learn.
const BUSY: &str = "busy";

/// Why an act was refused.
#[derive(Debug, thiserror::Error)]
pub enum TimerError {
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
    /// The person has a timer running; `None` where the actor may not see it.
    #[error("a timer is running")]
    Running(Option<Box<timer::Model>>),
    /// The actor never had a timer.
    #[error("there is no timer to stop")]
    NoTimer,
    /// The state does not allow the act.
    #[error("not possible to a timer that is {0:?}")]
    State(TimerStatus),
    /// The key was used for another input.
    #[error("the idempotency key was used for another input")]
    KeyReused,
    /// Not allowed.
    #[error(transparent)]
    Denied(#[from] Denied),
    /// What hours say of it.
    #[error(transparent)]
    Hours(#[from] HoursError),
    /// A fault of ours.
    #[error(transparent)]
    Database(#[from] DbErr),
}

impl From<Refusal> for TimerError {
    fn from(refusal: Refusal) -> Self {
        Self::Invalid(vec![refusal])
    }
}

impl Refuse for TimerError {
    fn refusals(&self) -> Option<Vec<Refusal>> {
        let refusal = match self {
            Self::Invalid(refusals) => return Some(refusals.clone()),
            Self::Hours(error) => return refusals_of_entry(error),
            Self::Database(_) => return None,
            Self::NotFound(field) => Refusal::of(Code::NotFound, field),
            Self::VersionConflict { current } => {
                Refusal::of(Code::VersionConflict, "expectedVersion").with("current", current)
            }
            Self::Running(timer) => {
                let since = timer
                    .as_deref()
                    .map_or_else(|| BUSY.to_owned(), |it| moment(began(it)));
                Refusal::new(Code::TimerRunning).with("since", since)
            }
            Self::NoTimer => Refusal::of(Code::NoTimer, "id"),
            Self::State(status) => {
                let status: String = sea_orm::ActiveEnum::to_value(status);
                Refusal::of(Code::TimerState, "id").with("status", status)
            }
            Self::KeyReused => Refusal::of(Code::IdempotencyConflict, "idempotencyKey"),
            Self::Denied(denied) => Refusal::new(denied.code()),
        };
        Some(vec![refusal])
    }
}

/// Why an entry is refused, in the words of timers; `None` for a fault.
pub(super) fn refusals_of_entry(error: &HoursError) -> Option<Vec<Refusal>> {
    let mut refusals = error.refusals()?;
    for part in refusals.iter_mut().flat_map(|it| &mut it.path) {
        // What ends an entry stops a timer.
        if part == "endedAt" {
            "stoppedAt".clone_into(part);
        }
    }
    Some(refusals)
}

/// When a timer was started, on the clock on the wall of its place.
fn began(timer: &timer::Model) -> NaiveDateTime {
    zones::parse(&timer.time_zone)
        .unwrap_or_else(zones::country)
        .local_time(timer.started_at)
}

fn moment(at: NaiveDateTime) -> String {
    at.format("%Y-%m-%d %H:%M").to_string()
}
