//! The last link of each organization's ledger; locked by whoever appends.

use sea_orm::entity::prelude::*;

use crate::ids::OrganizationId;

/// One row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "ledger_head")]
pub struct Model {
    /// The organization it belongs to.
    #[sea_orm(primary_key, auto_increment = false)]
    pub organization_id: OrganizationId,
    /// Sequence.
    pub sequence: i64,
    /// Hash.
    pub hash: Vec<u8>,
}

/// None: statements join by column where they need to.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
