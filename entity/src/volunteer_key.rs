//! Keys under which records of one person meet.

use sea_orm::entity::prelude::*;

use crate::ids::OrganizationId;
use crate::ids::VolunteerId;

/// One row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "volunteer_key")]
pub struct Model {
    /// The organization of the record.
    #[sea_orm(primary_key, auto_increment = false)]
    pub organization_id: OrganizationId,
    /// What the record says, folded; a letter for its kind before it.
    #[sea_orm(primary_key, auto_increment = false)]
    pub key: String,
    /// The record.
    #[sea_orm(primary_key, auto_increment = false)]
    pub volunteer_id: VolunteerId,
}

/// None: statements join by column where they need to.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
