//! Whether work in the background goes on.
//!
//! What is worked on is elsewhere: whoever works beats, whoever watches looks.

use std::sync::Mutex;
use std::sync::PoisonError;

use chrono::DateTime;
use chrono::TimeDelta;
use chrono::Utc;

/// A worker that has not beaten for so long has stopped: it beats every few seconds, however long
/// its work takes.
const LONGEST: TimeDelta = TimeDelta::minutes(1);

/// When a worker of this process was last seen, if one ever began.
#[derive(Debug, Default)]
pub struct Pulse(Mutex<Option<DateTime<Utc>>>);

impl Pulse {
    /// Notes that the worker is alive.
    pub fn beat(&self, now: DateTime<Utc>) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(now);
    }

    /// Whether a worker began here and has not been seen for too long. Where none began, others
    /// work.
    #[must_use]
    pub fn stopped(&self, now: DateTime<Utc>) -> bool {
        let last = *self.0.lock().unwrap_or_else(PoisonError::into_inner);
        last.is_some_and(|it| now - it > LONGEST)
    }
}
