//! What happened and is still to be passed on to other systems.

use sea_orm::entity::prelude::*;

use crate::ids::OrganizationId;

/// One row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "outbox")]
pub struct Model {
    /// Identifies the row.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// In which organization; null where that is not known yet.
    pub organization_id: Option<OrganizationId>,
    /// What happened, as in the trail of acts.
    pub action: String,
    /// To what.
    pub subject_id: Uuid,
    /// What the trail keeps of it, as JSON.
    pub details: Option<String>,
    /// When.
    pub happened_at: DateTimeUtc,
}

/// None: statements join by column where they need to.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
