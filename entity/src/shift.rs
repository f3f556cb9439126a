//! Shifts: when an activity takes place, for how many volunteers.

use sea_orm::entity::prelude::*;

use crate::ids::ActivityId;
use crate::ids::OrganizationId;
use crate::ids::ShiftId;
use crate::ids::ShiftSeriesId;
use crate::types::PlanStatus;

/// One row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "shift")]
pub struct Model {
    /// Identifies the row.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: ShiftId,
    /// The organization it belongs to.
    pub organization_id: OrganizationId,
    /// The activity.
    pub activity_id: ActivityId,
    /// The series it came from.
    pub series_id: Option<ShiftSeriesId>,
    /// When it starts.
    pub starts_at: DateTimeUtc,
    /// When it ends; the end does not belong to it.
    pub ends_at: DateTimeUtc,
    /// IANA name of the zone of its civil days, fixed when it was created.
    pub time_zone: String,
    /// Places; null for no limit.
    pub capacity: Option<i32>,
    /// Minutes that do not count as work.
    pub break_minutes: i32,
    /// Whether it takes place.
    pub status: PlanStatus,
    /// Why it does not.
    pub cancel_reason: Option<String>,
    /// Since when it does not.
    pub cancelled_at: Option<DateTimeUtc>,
    /// When its attendance was closed: forgotten check-outs and no-shows recorded; null until then.
    pub attendance_closed_at: Option<DateTimeUtc>,
    /// Places taken. Kept by triggers: statements never write it.
    pub confirmed_count: i32,
    /// Volunteers who wait. Kept by triggers: statements never write it.
    pub waitlisted_count: i32,
    /// Counts the changes; 1 when created.
    pub version: i32,
    /// When the row was written.
    pub created_at: DateTimeUtc,
    /// When it last changed.
    pub updated_at: DateTimeUtc,
}

/// None: statements join by column where they need to.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
