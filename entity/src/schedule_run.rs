//! What a schedule did at its ticks.

use sea_orm::entity::prelude::*;

use crate::ids::JobId;
use crate::ids::RunId;
use crate::ids::ScheduleId;
use crate::types::RunCause;
use crate::types::RunSkip;
use crate::types::RunStatus;

/// One row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "schedule_run")]
pub struct Model {
    /// Identifies the row.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: RunId,
    /// The schedule.
    pub schedule_id: ScheduleId,
    /// The instant that it is for: a schedule has one run for each.
    pub tick_at: DateTimeUtc,
    /// What called for it.
    pub cause: RunCause,
    /// First civil day that the report covers.
    pub covers_from: Date,
    /// Last civil day that the report covers.
    pub covers_to: Date,
    /// What became of it.
    pub status: RunStatus,
    /// Why nothing was asked for.
    pub skip: Option<RunSkip>,
    /// Whether it was asked for long after it was due.
    pub late: bool,
    /// Of `MONTHLY_AFTER_CLOSING`: whether the month was closed when it was asked for.
    pub month_closed: Option<bool>,
    /// The export; null where none was asked for.
    pub job_id: Option<JobId>,
    /// Why the export could not even be asked for: codes with their values, as JSON.
    pub refusals: Option<String>,
    /// When the owner was told that it takes too long.
    pub overdue_at: Option<DateTimeUtc>,
    /// When it was asked for, or skipped.
    pub created_at: DateTimeUtc,
    /// When it came to an end, whichever.
    pub ended_at: Option<DateTimeUtc>,
}

/// None: statements join by column where they need to.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
