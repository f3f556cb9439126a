//! Reports that make themselves.

use sea_orm::entity::prelude::*;

use crate::ids::RunId;
use crate::ids::ScheduleId;
use crate::ids::SessionId;
use crate::ids::UserId;
use crate::types::CoveredInterval;
use crate::types::ScheduleCadence;
use crate::types::ScheduleStatus;

/// One row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "schedule")]
pub struct Model {
    /// Identifies the row.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: ScheduleId,
    /// Whose it is: reports are made with what they may see then.
    pub owner_id: UserId,
    /// The session in which it was created; it may have ended since.
    pub session_id: SessionId,
    /// Its name.
    pub title: String,
    /// The report without its days, as JSON.
    pub question: String,
    /// When it is due.
    pub cadence: ScheduleCadence,
    /// The expression of `CRON`.
    pub cron: Option<String>,
    /// The day of the next month on which `MONTHLY_AFTER_CLOSING` waits no longer.
    pub latest_day: Option<i32>,
    /// The zone in which days begin and clocks show the times of `cron`.
    pub time_zone: String,
    /// Which days a report covers.
    pub covers: CoveredInterval,
    /// Where reports go, as JSON.
    pub targets: String,
    /// Whether it goes on.
    pub status: ScheduleStatus,
    /// The first tick that has no run; null exactly where it does not go on.
    pub next_tick_at: Option<DateTimeUtc>,
    /// The newest run that was not skipped.
    pub last_run_id: Option<RunId>,
    /// Counts the changes of people; 1 when created.
    pub version: i32,
    /// When the row was written.
    pub created_at: DateTimeUtc,
    /// When people last changed it.
    pub updated_at: DateTimeUtc,
}

/// None: statements join by column where they need to.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
