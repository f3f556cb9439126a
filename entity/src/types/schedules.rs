//! Closed sets of schedules.
//!
//! Those of other areas are in `types`.

use sea_orm::DeriveActiveEnum;
use sea_orm::EnumIter;
use sea_orm::prelude::StringLen;
use serde::Deserialize;
use serde::Serialize;

/// When a schedule is due.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum, Serialize, Deserialize,
)]
#[sea_orm(rs_type = "String", db_type = "String(StringLen::N(32))")]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum ScheduleCadence {
    /// By a cron expression in a time zone.
    #[sea_orm(string_value = "CRON")]
    Cron,
    /// Once a month has ended and is closed, at the latest on a day of the next.
    #[sea_orm(string_value = "MONTHLY_AFTER_CLOSING")]
    MonthlyAfterClosing,
}

/// Which days a report covers, told from the day on which it is due.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum, Serialize, Deserialize,
)]
#[sea_orm(rs_type = "String", db_type = "String(StringLen::N(32))")]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum CoveredInterval {
    /// The day before.
    #[sea_orm(string_value = "PREVIOUS_DAY")]
    PreviousDay,
    /// The week before, from Monday to Sunday.
    #[sea_orm(string_value = "PREVIOUS_WEEK")]
    PreviousWeek,
    /// The calendar month before.
    #[sea_orm(string_value = "PREVIOUS_MONTH")]
    PreviousMonth,
    /// The calendar quarter before.
    #[sea_orm(string_value = "PREVIOUS_QUARTER")]
    PreviousQuarter,
    /// The calendar year before.
    #[sea_orm(string_value = "PREVIOUS_YEAR")]
    PreviousYear,
    /// The month of the day before, up to that day.
    #[sea_orm(string_value = "MONTH_TO_DATE")]
    MonthToDate,
    /// The quarter of the day before, up to that day.
    #[sea_orm(string_value = "QUARTER_TO_DATE")]
    QuarterToDate,
    /// The year of the day before, up to that day.
    #[sea_orm(string_value = "YEAR_TO_DATE")]
    YearToDate,
}

/// Whether a schedule goes on.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum, Serialize, Deserialize,
)]
#[sea_orm(rs_type = "String", db_type = "String(StringLen::N(32))")]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum ScheduleStatus {
    /// It makes reports.
    #[sea_orm(string_value = "ACTIVE")]
    Active,
    /// It waits until it is resumed.
    #[sea_orm(string_value = "PAUSED")]
    Paused,
    /// It came to its end; what it made stays.
    #[sea_orm(string_value = "ENDED")]
    Ended,
}

/// What called for a run.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum, Serialize, Deserialize,
)]
#[sea_orm(rs_type = "String", db_type = "String(StringLen::N(32))")]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum RunCause {
    /// It was due.
    #[sea_orm(string_value = "TICK")]
    Tick,
    /// Somebody asked for it.
    #[sea_orm(string_value = "BY_HAND")]
    ByHand,
}

/// What became of a run.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum, Serialize, Deserialize,
)]
#[sea_orm(rs_type = "String", db_type = "String(StringLen::N(32))")]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum RunStatus {
    /// The file is asked for.
    #[sea_orm(string_value = "REQUESTED")]
    Requested,
    /// The file is made.
    #[sea_orm(string_value = "SUCCEEDED")]
    Succeeded,
    /// There is no file.
    #[sea_orm(string_value = "FAILED")]
    Failed,
    /// Somebody called the export off.
    #[sea_orm(string_value = "CANCELLED")]
    Cancelled,
    /// Nothing was asked for.
    #[sea_orm(string_value = "SKIPPED")]
    Skipped,
}

/// Why nothing was asked for.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum, Serialize, Deserialize,
)]
#[sea_orm(rs_type = "String", db_type = "String(StringLen::N(32))")]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum RunSkip {
    /// No server looked when it was due, and a later one was due meanwhile.
    #[sea_orm(string_value = "MISSED")]
    Missed,
}
