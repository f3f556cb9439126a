//! What an organization said of a month, each time it said it; a trigger writes it.

use sea_orm::entity::prelude::*;

use crate::ids::OrganizationId;

/// One row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "reporting_period_said")]
pub struct Model {
    /// Counts what was said.
    #[sea_orm(primary_key)]
    pub id: i32,
    /// The organization.
    pub organization_id: OrganizationId,
    /// First day of the month.
    pub month: Date,
    /// Whether the month was attested.
    pub submitted: bool,
    /// Whether it was stated that nobody worked.
    pub declared_zero: bool,
    /// When it was said.
    pub said_at: DateTimeUtc,
}

/// None: statements join by column where they need to.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
