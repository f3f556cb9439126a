//! What a presence is worth: when somebody may check in, which time counts, what shows it.
//!
//! Pure; what becomes of it is in `check`, `mark` and `close`.

use chrono::DateTime;
use chrono::TimeDelta;
use chrono::Utc;
use entity::activity;
use entity::attendance;
use entity::shift;
use entity::types::AttendanceMethod;
use entity::types::AttendanceMode;
use entity::types::AutoClose;
use entity::types::EvidenceLevel;

/// How long after a shift people still check out; then they have forgotten it.
pub const GRACE: TimeDelta = TimeDelta::hours(2);

/// When checking in for a shift begins and ends; never after the shift.
#[must_use]
pub fn window(activity: &activity::Model, shift: &shift::Model) -> (DateTime<Utc>, DateTime<Utc>) {
    let minutes = |it: i32| TimeDelta::minutes(i64::from(it));
    let from = shift.starts_at - minutes(activity.check_in_before_minutes);
    let to = shift.starts_at + minutes(activity.check_in_after_minutes);
    (from, to.min(shift.ends_at))
}

/// When nothing is waited for any more: then the attendance of a shift is closed.
#[must_use]
pub fn closes_at(mode: AttendanceMode, shift: &shift::Model) -> DateTime<Utc> {
    match mode {
        AttendanceMode::Marked | AttendanceMode::CheckIn => shift.ends_at,
        AttendanceMode::CheckInAndOut => shift.ends_at + GRACE,
    }
}

/// A time that counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Counted {
    /// From when.
    pub from: DateTime<Utc>,
    /// Until when.
    pub to: DateTime<Utc>,
    /// Minutes of it that were no work.
    pub break_minutes: i64,
}

/// The time of the whole shift.
#[must_use]
pub fn whole(shift: &shift::Model) -> Counted {
    Counted {
        from: shift.starts_at,
        to: shift.ends_at,
        break_minutes: i64::from(shift.break_minutes),
    }
}

/// The time between coming and leaving. Waiting for the shift to begin is no work; whoever was there
/// for a part of it had that part of the break, rounded down.
#[must_use]
pub fn between(shift: &shift::Model, came: DateTime<Utc>, left: DateTime<Utc>) -> Counted {
    let from = came.max(shift.starts_at);
    let there = (left - from).num_minutes().max(0);
    let length = (shift.ends_at - shift.starts_at).num_minutes().max(1);
    let pause = i64::from(shift.break_minutes);
    Counted {
        from,
        to: left,
        break_minutes: (pause * there / length).min(pause),
    }
}

/// The time that an attendance shows by the mode of its activity; `None` while it shows none.
#[must_use]
pub fn shown(
    mode: AttendanceMode,
    shift: &shift::Model,
    row: &attendance::Model,
) -> Option<Counted> {
    match mode {
        AttendanceMode::Marked | AttendanceMode::CheckIn => Some(whole(shift)),
        AttendanceMode::CheckInAndOut => {
            Some(between(shift, row.checked_in_at?, row.checked_out_at?))
        }
    }
}

/// When somebody left who forgot to say so; `None` where the activity credits nothing.
#[must_use]
pub fn forgotten(
    activity: &activity::Model,
    shift: &shift::Model,
    came: DateTime<Utc>,
) -> Option<DateTime<Utc>> {
    match activity.auto_close {
        AutoClose::NoCredit => None,
        AutoClose::CreditShiftEnd => Some(shift.ends_at.max(came)),
        AutoClose::CreditMinutes => {
            let minutes = activity.auto_close_minutes.unwrap_or_default();
            Some(came.max(shift.starts_at) + TimeDelta::minutes(i64::from(minutes)))
        }
    }
}

/// What shows the hours of an attendance. Only what happened at the place shows that somebody was
/// there; a word afterwards is that of the coordinator.
#[must_use]
pub fn evidence(mode: AttendanceMode, row: &attendance::Model) -> EvidenceLevel {
    let there = |method: Option<AttendanceMethod>| {
        matches!(
            method,
            Some(AttendanceMethod::Code | AttendanceMethod::Coordinator)
        )
    };
    if !there(row.check_in_method) {
        EvidenceLevel::CoordinatorAttested
    } else if mode == AttendanceMode::CheckInAndOut && there(row.check_out_method) {
        EvidenceLevel::CheckedInAndOut
    } else {
        EvidenceLevel::CheckedIn
    }
}
