//! What was measured.

use sea_orm::entity::prelude::*;

use crate::ids::IndicatorId;
use crate::ids::MeasurementId;
use crate::ids::OrganizationId;
use crate::ids::ProjectId;
use crate::ids::TerritoryId;
use crate::ids::UserId;
use crate::types::MeasurementStatus;

/// One row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "measurement")]
pub struct Model {
    /// Identifies the row.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: MeasurementId,
    /// The indicator.
    pub indicator_id: IndicatorId,
    /// The project.
    pub project_id: ProjectId,
    /// The organization of the project.
    pub organization_id: OrganizationId,
    /// The place.
    pub territory_id: TerritoryId,
    /// First day of the period.
    pub from_day: Date,
    /// Last day of the period, inclusive.
    pub to_day: Date,
    /// The value, in millionths; of a part of a whole, the part.
    pub value: i64,
    /// The whole, in millionths, where the value is a part of one.
    pub denominator: Option<i64>,
    /// Breakdowns of the value, as JSON: dimension, category, millionths.
    pub parts: String,
    /// What was said of it.
    pub note: Option<String>,
    /// Status.
    pub status: MeasurementStatus,
    /// Who wrote its present value.
    pub recorded_by: UserId,
    /// Who decided last.
    pub decided_by: Option<UserId>,
    /// When that was.
    pub decided_at: Option<DateTimeUtc>,
    /// Why it was given back.
    pub reason: Option<String>,
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
