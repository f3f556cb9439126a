//! What was recorded of a contract, an accreditation or an incident, each time it changed.

use sea_orm::entity::prelude::*;

use crate::ids::OrganizationId;

/// One row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "contract_said")]
pub struct Model {
    /// The contract, accreditation or incident.
    #[sea_orm(primary_key, auto_increment = false)]
    pub subject_id: Uuid,
    /// Its version.
    #[sea_orm(primary_key, auto_increment = false)]
    pub version: i32,
    /// Name of its table.
    pub kind: String,
    /// The organization.
    pub organization_id: OrganizationId,
    /// What figures rest on, as JSON.
    pub content: String,
    /// When it was recorded.
    pub said_at: DateTimeUtc,
}

/// None: statements join by column where they need to.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
