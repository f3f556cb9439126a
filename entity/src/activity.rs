//! Activities: something volunteers do within a project, in shifts.

use sea_orm::entity::prelude::*;

use crate::ids::ActivityId;
use crate::ids::OrganizationId;
use crate::ids::ProjectId;
use crate::ids::TerritoryId;
use crate::ids::UserId;
use crate::types::AttendanceMode;
use crate::types::AutoClose;
use crate::types::PlanStatus;

/// One row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "activity")]
pub struct Model {
    /// Identifies the row.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: ActivityId,
    /// The organization it belongs to.
    pub organization_id: OrganizationId,
    /// The project it is part of.
    pub project_id: ProjectId,
    /// Title.
    pub title: String,
    /// Arabic title.
    pub title_ar: Option<String>,
    /// What is done.
    pub description: Option<String>,
    /// Where to go, in words.
    pub place: Option<String>,
    /// Where it takes place; null takes the project's.
    pub territory_id: Option<TerritoryId>,
    /// IANA name of the place's zone; null takes the project's, then the organization's.
    pub time_zone: Option<String>,
    /// Whether it takes place.
    pub status: PlanStatus,
    /// Why it does not.
    pub cancel_reason: Option<String>,
    /// Since when it does not.
    pub cancelled_at: Option<DateTimeUtc>,
    /// How its minutes are measured.
    pub attendance_mode: AttendanceMode,
    /// What a forgotten check-out is credited.
    pub auto_close: AutoClose,
    /// The minutes of `CREDIT_MINUTES`; null otherwise.
    pub auto_close_minutes: Option<i32>,
    /// Checking in opens this long before a shift starts.
    pub check_in_before_minutes: i32,
    /// Checking in ends this long after a shift started.
    pub check_in_after_minutes: i32,
    /// Whoever comes so many minutes late at most is credited from the start of the shift.
    pub late_in_tolerance_minutes: i32,
    /// Whoever leaves so many minutes early at most is credited until the end of the shift.
    pub early_out_tolerance_minutes: i32,
    /// Forgotten check-outs are closed this long after a shift ended.
    pub close_after_minutes: i32,
    /// North of the equator, in millionths of a degree; null where no place is fenced.
    pub latitude_micro: Option<i32>,
    /// East of Greenwich, in millionths of a degree; null where no place is fenced.
    pub longitude_micro: Option<i32>,
    /// How far from that point the place reaches; null where no place is fenced.
    pub radius_metres: Option<i32>,
    /// Who created it; null for the operator.
    pub created_by: Option<UserId>,
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
