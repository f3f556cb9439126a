//! What makes an attendance an exception.
//!
//! Pure. `store` says the same to the database; a test holds the two together.

use chrono::DateTime;
use chrono::Utc;
use entity::activity;
use entity::attendance;
use entity::shift;
use entity::types::AttendanceMethod;
use entity::types::AttendanceReview;
use entity::types::AttendanceStatus;

/// Who stayed longer than the shift by more than this is looked at, in minutes.
pub const OVER_LONG_MINUTES: i64 = 60;

/// Why an attendance needs a look.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Reason {
    /// Nobody checked out, and nobody has looked at it yet.
    ForgottenCheckOut,
    /// Came later than the activity tolerates.
    Late,
    /// Left earlier than the activity tolerates.
    Early,
    /// Had a place and did not come.
    NoShow,
    /// Came without a place.
    WalkIn,
    /// The hours were refused.
    HoursRefused,
    /// The device delivered it long after the code was shown.
    DeliveredLate,
    /// The device was not at the place.
    OutsideGeofence,
    /// Stayed longer than the shift by more than an hour.
    OverLong,
}

impl Reason {
    /// All of them, those that nobody can leave open first.
    pub const ALL: [Self; 9] = [
        Self::ForgottenCheckOut,
        Self::HoursRefused,
        Self::DeliveredLate,
        Self::OutsideGeofence,
        Self::NoShow,
        Self::Late,
        Self::Early,
        Self::OverLong,
        Self::WalkIn,
    ];
}

/// States of whoever was there, and whose presence nobody dismissed.
pub const THERE: [AttendanceStatus; 3] = [
    AttendanceStatus::Present,
    AttendanceStatus::Completed,
    AttendanceStatus::NeedsReview,
];

/// Why an attendance needs a look; empty for one that does not.
#[must_use]
pub fn reasons(
    activity: &activity::Model,
    shift: &shift::Model,
    row: &attendance::Model,
) -> Vec<Reason> {
    Reason::ALL
        .into_iter()
        .filter(|it| holds(*it, activity, shift, row))
        .collect()
}

fn holds(
    reason: Reason,
    activity: &activity::Model,
    shift: &shift::Model,
    row: &attendance::Model,
) -> bool {
    let there = THERE.contains(&row.status);
    // What a rule proposed is no time of leaving.
    let left = row
        .checked_out_at
        .filter(|_| row.check_out_method != Some(AttendanceMethod::Rule));
    let late = i64::from(activity.late_in_tolerance_minutes);
    let early = i64::from(activity.early_out_tolerance_minutes);
    match reason {
        Reason::ForgottenCheckOut => row.review == Some(AttendanceReview::ForgottenCheckOut),
        Reason::HoursRefused => row.review == Some(AttendanceReview::HoursRefused),
        Reason::DeliveredLate => row.review == Some(AttendanceReview::DeliveredLate),
        Reason::OutsideGeofence => there && row.within_geofence == Some(false),
        Reason::NoShow => row.status == AttendanceStatus::NoShow,
        Reason::WalkIn => there && row.signup_id.is_none(),
        Reason::Late => {
            let came = row.checked_in_at;
            there && came.is_some_and(|it| seconds(shift.starts_at, it) > late * 60)
        }
        Reason::Early => there && left.is_some_and(|it| seconds(it, shift.ends_at) > early * 60),
        Reason::OverLong => {
            let length = seconds(shift.starts_at, shift.ends_at);
            let stayed = row.checked_in_at.zip(left);
            let stayed = stayed.map(|(came, left)| seconds(came, left));
            there && stayed.is_some_and(|it| it - length > OVER_LONG_MINUTES * 60)
        }
    }
}

/// From one instant to another in whole seconds of the clock, as both databases count them.
fn seconds(from: DateTime<Utc>, to: DateTime<Utc>) -> i64 {
    to.timestamp() - from.timestamp()
}
