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
use entity::types::AttendanceTimeBasis;
use entity::types::AutoClose;
use entity::types::EvidenceLevel;

/// When checking in for a shift begins and ends; never after the shift.
#[must_use]
pub fn window(activity: &activity::Model, shift: &shift::Model) -> (DateTime<Utc>, DateTime<Utc>) {
    let minutes = |it: i32| TimeDelta::minutes(i64::from(it));
    let from = shift.starts_at - minutes(activity.check_in_before_minutes);
    let to = shift.starts_at + minutes(activity.check_in_after_minutes);
    (from, to.min(shift.ends_at))
}

/// When nothing is waited for any more, so many minutes being left to check out: then the attendance of
/// a shift is closed.
#[must_use]
pub fn closes_at(mode: AttendanceMode, ends_at: DateTime<Utc>, minutes: i32) -> DateTime<Utc> {
    match mode {
        AttendanceMode::Marked | AttendanceMode::CheckIn => ends_at,
        AttendanceMode::CheckInAndOut => ends_at + TimeDelta::minutes(i64::from(minutes)),
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
    /// Which time it is.
    pub basis: AttendanceTimeBasis,
}

/// The time of the whole shift.
#[must_use]
pub fn whole(shift: &shift::Model) -> Counted {
    Counted {
        from: shift.starts_at,
        to: shift.ends_at,
        break_minutes: i64::from(shift.break_minutes),
        basis: AttendanceTimeBasis::Shift,
    }
}

/// The time between coming and leaving, by the tolerances of the activity. Waiting for the shift to
/// begin is no work.
///
/// This is the only place where clocked times are rounded, and once: to the start or the end of the
/// shift where they are within the tolerance, and not at all beyond it.
#[must_use]
pub fn between(
    activity: &activity::Model,
    shift: &shift::Model,
    came: DateTime<Utc>,
    left: DateTime<Utc>,
) -> Counted {
    let minutes = |it: i32| TimeDelta::minutes(i64::from(it));
    let late = came - shift.starts_at;
    let early = shift.ends_at - left;
    let none = TimeDelta::zero();
    // Who was there for no part of the shift is not rounded into it.
    let met = came < shift.ends_at && left > shift.starts_at;
    let came_in_time = met && late > none && late <= minutes(activity.late_in_tolerance_minutes);
    let left_in_time =
        met && early > none && early <= minutes(activity.early_out_tolerance_minutes);
    Counted {
        basis: if came_in_time || left_in_time {
            AttendanceTimeBasis::Tolerance
        } else {
            AttendanceTimeBasis::Clocked
        },
        ..spent(
            shift,
            if came_in_time {
                shift.starts_at
            } else {
                came.max(shift.starts_at)
            },
            if left_in_time { shift.ends_at } else { left },
        )
    }
}

/// Times that a coordinator said, as they were said, also before the shift or after it.
#[must_use]
pub fn given(shift: &shift::Model, from: DateTime<Utc>, to: DateTime<Utc>) -> Counted {
    let counted = spent(shift, from.max(shift.starts_at), to);
    Counted {
        from,
        basis: AttendanceTimeBasis::Given,
        ..counted
    }
}

/// A time of a shift: whoever was there for a part of it had that part of the break, rounded down.
fn spent(shift: &shift::Model, from: DateTime<Utc>, to: DateTime<Utc>) -> Counted {
    let there = (to - from).num_minutes().max(0);
    let length = (shift.ends_at - shift.starts_at).num_minutes().max(1);
    let pause = i64::from(shift.break_minutes);
    Counted {
        from,
        to,
        break_minutes: (pause * there / length).min(pause),
        basis: AttendanceTimeBasis::Clocked,
    }
}

/// The time that an attendance shows: that of the shift where a coordinator said so or the activity
/// measures no other; `None` while it shows none.
#[must_use]
pub fn shown(
    activity: &activity::Model,
    shift: &shift::Model,
    row: &attendance::Model,
) -> Option<Counted> {
    if row.time_basis == Some(AttendanceTimeBasis::Shift) {
        return Some(whole(shift));
    }
    match activity.attendance_mode {
        AttendanceMode::Marked | AttendanceMode::CheckIn => Some(whole(shift)),
        AttendanceMode::CheckInAndOut => Some(between(
            activity,
            shift,
            row.checked_in_at?,
            row.checked_out_at?,
        )),
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
/// there; a word afterwards is that of the coordinator. Where the time of the shift stands for clocked
/// ones, leaving shows nothing of what counts.
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
    } else if mode == AttendanceMode::CheckInAndOut
        && row.time_basis != Some(AttendanceTimeBasis::Shift)
        && there(row.check_out_method)
    {
        EvidenceLevel::CheckedInAndOut
    } else {
        EvidenceLevel::CheckedIn
    }
}

#[cfg(test)]
mod tests {
    use entity::ids::ActivityId;
    use entity::ids::OrganizationId;
    use entity::ids::ProjectId;
    use entity::ids::ShiftId;
    use entity::types::PlanStatus;
    use proptest::prelude::*;
    use uuid::Uuid;

    use super::*;

    fn at(time: &str) -> DateTime<Utc> {
        format!("2026-11-02T{time}Z").parse().unwrap()
    }

    /// From ten to one, with half an hour's break.
    fn shift() -> shift::Model {
        shift::Model {
            id: ShiftId(Uuid::nil()),
            organization_id: OrganizationId(Uuid::nil()),
            activity_id: ActivityId(Uuid::nil()),
            series_id: None,
            starts_at: at("10:00:00"),
            ends_at: at("13:00:00"),
            time_zone: "Africa/Casablanca".to_owned(),
            capacity: None,
            break_minutes: 30,
            status: PlanStatus::Planned,
            cancel_reason: None,
            cancelled_at: None,
            attendance_closed_at: None,
            confirmed_count: 0,
            waitlisted_count: 0,
            version: 1,
            created_at: at("00:00:00"),
            updated_at: at("00:00:00"),
        }
    }

    fn activity(late: i32, early: i32) -> activity::Model {
        activity::Model {
            id: ActivityId(Uuid::nil()),
            organization_id: OrganizationId(Uuid::nil()),
            project_id: ProjectId(Uuid::nil()),
            title: String::new(),
            title_ar: None,
            description: None,
            place: None,
            territory_id: None,
            time_zone: None,
            status: PlanStatus::Planned,
            cancel_reason: None,
            cancelled_at: None,
            attendance_mode: AttendanceMode::CheckInAndOut,
            auto_close: AutoClose::CreditShiftEnd,
            auto_close_minutes: None,
            check_in_before_minutes: 30,
            check_in_after_minutes: 60,
            late_in_tolerance_minutes: late,
            early_out_tolerance_minutes: early,
            close_after_minutes: 120,
            latitude_micro: None,
            longitude_micro: None,
            radius_metres: None,
            created_by: None,
            version: 1,
            created_at: at("00:00:00"),
            updated_at: at("00:00:00"),
        }
    }

    #[test]
    fn times_within_the_tolerance_are_those_of_the_shift_and_beyond_it_the_real_ones() {
        use AttendanceTimeBasis as B;
        let table = [
            // came, left, credited from, to, break, basis
            (
                "10:00:00",
                "13:00:00",
                "10:00:00",
                "13:00:00",
                30,
                B::Clocked,
            ),
            (
                "09:40:00",
                "13:00:00",
                "10:00:00",
                "13:00:00",
                30,
                B::Clocked,
            ),
            (
                "10:10:00",
                "13:00:00",
                "10:00:00",
                "13:00:00",
                30,
                B::Tolerance,
            ),
            (
                "10:10:01",
                "13:00:00",
                "10:10:01",
                "13:00:00",
                28,
                B::Clocked,
            ),
            (
                "10:00:00",
                "12:55:00",
                "10:00:00",
                "13:00:00",
                30,
                B::Tolerance,
            ),
            (
                "10:00:00",
                "12:54:59",
                "10:00:00",
                "12:54:59",
                29,
                B::Clocked,
            ),
            (
                "10:10:00",
                "12:00:00",
                "10:00:00",
                "12:00:00",
                20,
                B::Tolerance,
            ),
            (
                "10:20:00",
                "12:56:00",
                "10:20:00",
                "13:00:00",
                26,
                B::Tolerance,
            ),
            (
                "10:00:00",
                "13:20:00",
                "10:00:00",
                "13:20:00",
                30,
                B::Clocked,
            ),
            (
                "09:40:00",
                "09:50:00",
                "10:00:00",
                "09:50:00",
                0,
                B::Clocked,
            ),
        ];
        let activity = activity(10, 5);
        for (came, left, from, to, break_minutes, basis) in table {
            let counted = between(&activity, &shift(), at(came), at(left));
            let (from, to) = (at(from), at(to));
            let expected = Counted {
                from,
                to,
                break_minutes,
                basis,
            };
            assert_eq!(counted, expected, "{came} to {left}");
        }
    }

    proptest! {
        #[test]
        fn tolerance_only_ever_adds_time_and_never_reaches_out_of_the_shift(
            came in -60_i64..240, stayed in 0_i64..300, late in 0..=120_i32, early in 0..=120_i32,
        ) {
            let shift = shift();
            let came = shift.starts_at + TimeDelta::minutes(came);
            let left = came + TimeDelta::minutes(stayed);
            let strict = between(&activity(0, 0), &shift, came, left);
            let mild = between(&activity(late, early), &shift, came, left);
            prop_assert_eq!(strict.basis, AttendanceTimeBasis::Clocked);
            prop_assert!(mild.from <= strict.from && mild.to >= strict.to);
            prop_assert!(mild.from >= shift.starts_at);
            prop_assert!(mild.to <= left.max(shift.ends_at));
            prop_assert_eq!(mild.basis == AttendanceTimeBasis::Tolerance,
                (mild.from, mild.to) != (strict.from, strict.to));
        }
    }
}
