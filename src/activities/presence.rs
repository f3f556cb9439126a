//! What an activity asks of presence: its windows, its tolerances, its rule for who forgets to leave.
//!
//! Pure. What a presence is worth by it is in `attendance::rules`, where it takes place in `geofence`.

use entity::activity;
use entity::types::AutoClose;
use serde::Serialize;

use crate::refusal::Checks;
use crate::refusal::Code;
use crate::refusal::Refusal;

/// Checking in opens this long before a shift where nothing else is said, in minutes.
pub const BEFORE_DEFAULT: i32 = 30;
/// Checking in ends this long after a shift started where nothing else is said, in minutes.
pub const AFTER_DEFAULT: i32 = 60;
/// Forgotten check-outs are closed this long after a shift where nothing else is said, in minutes.
pub const CLOSE_DEFAULT: i32 = 120;
/// The widest tolerance, in minutes: more is another shift.
pub const TOLERANCE_MOST: i32 = 120;
/// The longest window, and the most minutes that a forgotten check-out is credited: a day.
pub const DAY_MINUTES: i32 = 1_440;

/// What a forgotten check-out is credited, as one value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum AutoCloseRule {
    /// The time until the end of the shift.
    ShiftEnd,
    /// So many minutes.
    Minutes(i32),
    /// Nothing.
    Nothing,
}

impl AutoCloseRule {
    /// The columns of the rule.
    #[must_use]
    pub fn columns(self) -> (AutoClose, Option<i32>) {
        match self {
            Self::ShiftEnd => (AutoClose::CreditShiftEnd, None),
            Self::Minutes(minutes) => (AutoClose::CreditMinutes, Some(minutes)),
            Self::Nothing => (AutoClose::NoCredit, None),
        }
    }

    /// The rule of an activity.
    #[must_use]
    pub fn of(activity: &activity::Model) -> Self {
        match (activity.auto_close, activity.auto_close_minutes) {
            (AutoClose::CreditMinutes, Some(minutes)) => Self::Minutes(minutes),
            (AutoClose::NoCredit, _) => Self::Nothing,
            _ => Self::ShiftEnd,
        }
    }
}

/// Refuses minutes that no activity can ask for.
pub(super) fn bounds(checks: &mut Checks, activity: &activity::Model) {
    let mut within = |field: &str, value: i32, least: i32, most: i32| {
        checks.demand((least..=most).contains(&value), || {
            Refusal::of(Code::OutOfRange, field)
                .with("least", least)
                .with("most", most)
        });
    };
    let (before, after) = (
        activity.check_in_before_minutes,
        activity.check_in_after_minutes,
    );
    within("checkInBeforeMinutes", before, 0, DAY_MINUTES);
    within("checkInAfterMinutes", after, 0, DAY_MINUTES);
    let (late, early) = (
        activity.late_in_tolerance_minutes,
        activity.early_out_tolerance_minutes,
    );
    within("lateInToleranceMinutes", late, 0, TOLERANCE_MOST);
    within("earlyOutToleranceMinutes", early, 0, TOLERANCE_MOST);
    let close = activity.close_after_minutes;
    within("closeAfterMinutes", close, 0, DAY_MINUTES);
    if let Some(minutes) = activity.auto_close_minutes {
        within("autoCloseMinutes", minutes, 1, DAY_MINUTES);
    }
}
