//! Shift series: the recurrence rules that shifts came from.

use sea_orm::entity::prelude::*;

use crate::ids::ActivityId;
use crate::ids::OrganizationId;
use crate::ids::ShiftSeriesId;
use crate::ids::UserId;

/// One row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "shift_series")]
pub struct Model {
    /// Identifies the row.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: ShiftSeriesId,
    /// The organization it belongs to.
    pub organization_id: OrganizationId,
    /// The activity.
    pub activity_id: ActivityId,
    /// RFC 5545, expanded in local wall time.
    pub rule: String,
    /// Local wall time of the first start.
    pub first_start: DateTime,
    /// IANA name of the zone.
    pub time_zone: String,
    /// Length of each shift by the clock on the wall.
    pub minutes: i32,
    /// Who created it; null for the operator.
    pub created_by: Option<UserId>,
    /// When the row was written.
    pub created_at: DateTimeUtc,
}

/// None: statements join by column where they need to.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
