//! When an attempt that failed is made again, and when that is enough.
//!
//! Pure: what is kept of it is in `send`.

use chrono::TimeDelta;

/// Seconds before each further attempt: about a day together.
const PAUSES: [i64; 11] = [
    5, 30, 120, 600, 1_800, 3_600, 7_200, 14_400, 18_000, 18_000, 21_600,
];

/// An endpoint that takes nothing for so long is told of nothing more.
pub const FAILING_MOST: TimeDelta = TimeDelta::days(5);

/// How long to wait after so many failed attempts; `None` where that is enough.
#[must_use]
pub fn pause(attempts: i32) -> Option<TimeDelta> {
    let at = usize::try_from(attempts.saturating_sub(1)).ok()?;
    PAUSES.get(at).copied().map(TimeDelta::seconds)
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;

    use super::PAUSES;
    use super::pause;

    #[test]
    fn an_event_is_tried_for_about_a_day() {
        let whole: TimeDelta = (1..=11).filter_map(pause).sum();

        assert!((23..25).contains(&whole.num_hours()), "{whole}");
        assert_eq!(pause(1), Some(TimeDelta::seconds(5)));
        assert_eq!((pause(0), pause(12)), (None, None));
        assert!(PAUSES.is_sorted());
    }
}
