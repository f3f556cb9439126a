//! The time, in one place.
//!
//! Nothing else asks the system; zones and civil days are not here.

use std::sync::Arc;
use std::sync::Mutex;
use std::sync::PoisonError;

use chrono::DateTime;
use chrono::DurationRound;
use chrono::TimeDelta;
use chrono::Utc;

/// Tells the time: the system's, or one that tests set by hand.
#[derive(Clone, Debug)]
pub enum Clock {
    /// The system's time.
    System,
    /// A time that stands still until it is moved.
    Fixed(Arc<Mutex<DateTime<Utc>>>),
}

impl Clock {
    /// A clock that stands at an instant until it is moved.
    #[must_use]
    pub fn fixed(at: DateTime<Utc>) -> Self {
        Self::Fixed(Arc::new(Mutex::new(at)))
    }

    /// The present instant, in whole microseconds.
    ///
    /// Finer digits would survive in SQLite and be cut in PostgreSQL, and cursors would differ.
    #[must_use]
    pub fn now(&self) -> DateTime<Utc> {
        match self {
            Self::System => {
                #[expect(clippy::disallowed_methods, reason = "this is the one place")]
                let now = Utc::now();
                now.duration_trunc(TimeDelta::microseconds(1))
                    .unwrap_or(now)
            }
            Self::Fixed(at) => *at.lock().unwrap_or_else(PoisonError::into_inner),
        }
    }

    /// Moves a fixed clock; the system's stays as it is.
    pub fn advance(&self, by: TimeDelta) {
        if let Self::Fixed(at) = self {
            let mut at = at.lock().unwrap_or_else(PoisonError::into_inner);
            *at += by;
        }
    }
}
