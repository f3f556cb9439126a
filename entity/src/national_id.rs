//! National identity numbers, where they are kept.

use sea_orm::entity::prelude::*;

use crate::ids::OrganizationId;
use crate::ids::VolunteerId;
use crate::types::Sealed;

/// One row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "national_id")]
pub struct Model {
    /// Whose.
    #[sea_orm(primary_key, auto_increment = false)]
    pub volunteer_id: VolunteerId,
    /// The organization that keeps it.
    pub organization_id: OrganizationId,
    /// The number, sealed for this record alone.
    pub sealed: Sealed,
    /// When it was written.
    pub created_at: DateTimeUtc,
}

/// None: statements join by column where they need to.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
