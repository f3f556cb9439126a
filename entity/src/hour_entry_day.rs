//! The minutes of an entry on each civil day.

use sea_orm::entity::prelude::*;

use crate::ids::EntryId;
use crate::ids::OrganizationId;
use crate::ids::PersonId;
use crate::types::Minutes;

/// One row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "hour_entry_day")]
pub struct Model {
    /// Entry id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub entry_id: EntryId,
    /// Day.
    #[sea_orm(primary_key, auto_increment = false)]
    pub day: Date,
    /// The organization it belongs to.
    pub organization_id: OrganizationId,
    /// Person id.
    pub person_id: Option<PersonId>,
    /// Of all people of the entry together.
    pub minutes: Minutes,
}

/// None: statements join by column where they need to.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
