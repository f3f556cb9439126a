//! What an indicator should reach.

use sea_orm::entity::prelude::*;

use crate::ids::IndicatorId;
use crate::ids::ProjectId;
use crate::ids::TargetId;

/// One row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "indicator_target")]
pub struct Model {
    /// Identifies the row.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: TargetId,
    /// The indicator.
    pub indicator_id: IndicatorId,
    /// The project.
    pub project_id: ProjectId,
    /// First day of the period.
    pub from_day: Date,
    /// Last day of the period, inclusive.
    pub to_day: Date,
    /// The value, in millionths; of a part of a whole, the part.
    pub value: i64,
    /// The whole, in millionths, where the value is a part of one.
    pub denominator: Option<i64>,
    /// When the row was written.
    pub created_at: DateTimeUtc,
}

/// None: statements join by column where they need to.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
