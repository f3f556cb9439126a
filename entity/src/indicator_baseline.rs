//! Where an indicator stood before a project.

use sea_orm::entity::prelude::*;

use crate::ids::IndicatorId;
use crate::ids::ProjectId;

/// One row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "indicator_baseline")]
pub struct Model {
    /// The indicator.
    #[sea_orm(primary_key, auto_increment = false)]
    pub indicator_id: IndicatorId,
    /// The project.
    #[sea_orm(primary_key, auto_increment = false)]
    pub project_id: ProjectId,
    /// The day of the value.
    pub measured_on: Date,
    /// The value, in millionths; of a part of a whole, the part.
    pub value: i64,
    /// The whole, in millionths, where the value is a part of one.
    pub denominator: Option<i64>,
    /// Counts the changes; 1 when created.
    pub version: i32,
    /// When it last changed.
    pub updated_at: DateTimeUtc,
}

/// None: statements join by column where they need to.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
