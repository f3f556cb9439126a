//! Closed sets of activities, shifts, sign-ups and what is told of them.
//!
//! Those of other areas are in `types`.

use sea_orm::DeriveActiveEnum;
use sea_orm::EnumIter;
use sea_orm::prelude::StringLen;
use serde::Deserialize;
use serde::Serialize;

/// Whether an activity or a shift takes place.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    EnumIter,
    DeriveActiveEnum,
    Serialize,
    Deserialize,
)]
#[sea_orm(rs_type = "String", db_type = "String(StringLen::N(32))")]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum PlanStatus {
    /// It takes place.
    #[sea_orm(string_value = "PLANNED")]
    Planned,
    /// It does not take place; the people were told.
    #[sea_orm(string_value = "CANCELLED")]
    Cancelled,
}

/// How the minutes of an activity are measured. Signing up alone never makes hours.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    EnumIter,
    DeriveActiveEnum,
    Serialize,
    Deserialize,
)]
#[sea_orm(rs_type = "String", db_type = "String(StringLen::N(32))")]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum AttendanceMode {
    /// A coordinator marks who was there; the length of the shift is credited.
    #[sea_orm(string_value = "MARKED")]
    Marked,
    /// Checking in shows who was there; the length of the shift is credited.
    #[sea_orm(string_value = "CHECK_IN")]
    CheckIn,
    /// Checking in and out gives the times that are credited.
    #[sea_orm(string_value = "CHECK_IN_AND_OUT")]
    CheckInAndOut,
}

/// What is credited where somebody checked in and forgot to check out.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    EnumIter,
    DeriveActiveEnum,
    Serialize,
    Deserialize,
)]
#[sea_orm(rs_type = "String", db_type = "String(StringLen::N(32))")]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum AutoClose {
    /// The time until the end of the shift.
    #[sea_orm(string_value = "CREDIT_SHIFT_END")]
    CreditShiftEnd,
    /// A fixed number of minutes.
    #[sea_orm(string_value = "CREDIT_MINUTES")]
    CreditMinutes,
    /// Nothing.
    #[sea_orm(string_value = "NO_CREDIT")]
    NoCredit,
}

/// Where a volunteer's sign-up for a shift stands.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    EnumIter,
    DeriveActiveEnum,
    Serialize,
    Deserialize,
)]
#[sea_orm(rs_type = "String", db_type = "String(StringLen::N(32))")]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum SignupStatus {
    /// The volunteer has a place.
    #[sea_orm(string_value = "CONFIRMED")]
    Confirmed,
    /// The shift was full; the volunteer waits for a place.
    #[sea_orm(string_value = "WAITLISTED")]
    Waitlisted,
    /// Taken back by the volunteer or a coordinator, or the shift was cancelled.
    #[sea_orm(string_value = "CANCELLED")]
    Cancelled,
    /// Attendance showed that the volunteer was there.
    #[sea_orm(string_value = "ATTENDED")]
    Attended,
    /// The volunteer had a place and did not come.
    #[sea_orm(string_value = "NO_SHOW")]
    NoShow,
}

/// What a user is told.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    EnumIter,
    DeriveActiveEnum,
    Serialize,
    Deserialize,
)]
#[sea_orm(rs_type = "String", db_type = "String(StringLen::N(32))")]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum NotificationKind {
    /// An activity they had a place in, or waited for, does not take place.
    #[sea_orm(string_value = "ACTIVITY_CANCELLED")]
    ActivityCancelled,
    /// A shift they had a place in, or waited for, does not take place.
    #[sea_orm(string_value = "SHIFT_CANCELLED")]
    ShiftCancelled,
    /// A shift they had a place in, or waited for, has other times.
    #[sea_orm(string_value = "SHIFT_MOVED")]
    ShiftMoved,
    /// A place became free, and it is theirs.
    #[sea_orm(string_value = "SIGNUP_PROMOTED")]
    SignupPromoted,
    /// Somebody else signed them up for a shift.
    #[sea_orm(string_value = "SIGNED_UP")]
    SignedUp,
    /// Somebody else took their sign-up back.
    #[sea_orm(string_value = "SIGNUP_CANCELLED")]
    SignupCancelled,
    /// A report of their schedule was not made.
    #[sea_orm(string_value = "SCHEDULE_FAILED")]
    ScheduleFailed,
    /// A report of their schedule takes too long.
    #[sea_orm(string_value = "SCHEDULE_OVERDUE")]
    ScheduleOverdue,
    /// A report of their schedule did not arrive where it goes.
    #[sea_orm(string_value = "DELIVERY_FAILED")]
    DeliveryFailed,
    /// A webhook that they look after takes nothing.
    #[sea_orm(string_value = "WEBHOOK_FAILING")]
    WebhookFailing,
    /// A webhook that they look after is told of nothing more.
    #[sea_orm(string_value = "WEBHOOK_DISABLED")]
    WebhookDisabled,
    /// Hours of theirs, or that they wrote, were returned.
    #[sea_orm(string_value = "HOURS_RETURNED")]
    HoursReturned,
    /// An erasure waits for their decision.
    #[sea_orm(string_value = "ERASURE_REQUESTED")]
    ErasureRequested,
    /// An erasure that they asked for, or of their data, was approved.
    #[sea_orm(string_value = "ERASURE_APPROVED")]
    ErasureApproved,
    /// It was refused.
    #[sea_orm(string_value = "ERASURE_REFUSED")]
    ErasureRefused,
}

/// Where a volunteer's attendance of a shift stands.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    EnumIter,
    DeriveActiveEnum,
    Serialize,
    Deserialize,
)]
#[sea_orm(rs_type = "String", db_type = "String(StringLen::N(32))")]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum AttendanceStatus {
    /// They came; the hours follow when they leave or the shift ends.
    #[sea_orm(string_value = "PRESENT")]
    Present,
    /// They were there, and the hours are written.
    #[sea_orm(string_value = "COMPLETED")]
    Completed,
    /// They came, but a coordinator has to say what counts; nothing counts until then.
    #[sea_orm(string_value = "NEEDS_REVIEW")]
    NeedsReview,
    /// They had a place and did not come.
    #[sea_orm(string_value = "NO_SHOW")]
    NoShow,
    /// A coordinator decided that nothing counts.
    #[sea_orm(string_value = "DISMISSED")]
    Dismissed,
}

/// What shows when somebody came or left.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    EnumIter,
    DeriveActiveEnum,
    Serialize,
    Deserialize,
)]
#[sea_orm(rs_type = "String", db_type = "String(StringLen::N(32))")]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum AttendanceMethod {
    /// They scanned the code that was shown at the place.
    #[sea_orm(string_value = "CODE")]
    Code,
    /// They said so themselves, without the code.
    #[sea_orm(string_value = "SELF_REPORTED")]
    SelfReported,
    /// A coordinator recorded it at the place.
    #[sea_orm(string_value = "COORDINATOR")]
    Coordinator,
    /// A coordinator said so afterwards.
    #[sea_orm(string_value = "MARKED")]
    Marked,
    /// The activity's rule for a forgotten check-out.
    #[sea_orm(string_value = "RULE")]
    Rule,
}

/// Why a coordinator has to look at an attendance.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    EnumIter,
    DeriveActiveEnum,
    Serialize,
    Deserialize,
)]
#[sea_orm(rs_type = "String", db_type = "String(StringLen::N(32))")]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum AttendanceReview {
    /// Nobody checked out; the time is that of the activity's rule.
    #[sea_orm(string_value = "FORGOTTEN_CHECK_OUT")]
    ForgottenCheckOut,
    /// The hours were refused when they were to be written.
    #[sea_orm(string_value = "HOURS_REFUSED")]
    HoursRefused,
    /// The device delivered it long after the code was shown.
    #[sea_orm(string_value = "DELIVERED_LATE")]
    DeliveredLate,
    /// The device was not at the place when it checked in.
    #[sea_orm(string_value = "OUTSIDE_GEOFENCE")]
    OutsideGeofence,
}

/// Which time of an attendance counts.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    EnumIter,
    DeriveActiveEnum,
    Serialize,
    Deserialize,
)]
#[sea_orm(rs_type = "String", db_type = "String(StringLen::N(32))")]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum AttendanceTimeBasis {
    /// From coming, not before the start of the shift, until leaving.
    #[sea_orm(string_value = "CLOCKED")]
    Clocked,
    /// The same, with a start or an end of the shift where the clocked one is within the tolerance.
    #[sea_orm(string_value = "TOLERANCE")]
    Tolerance,
    /// The whole shift.
    #[sea_orm(string_value = "SHIFT")]
    Shift,
    /// What a coordinator said.
    #[sea_orm(string_value = "GIVEN")]
    Given,
}
