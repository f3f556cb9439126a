//! The ledger: what happened to hours, in order, never rewritten.

use sea_orm::entity::prelude::*;

use crate::ids::EntryId;
use crate::ids::OrganizationId;

/// One row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "ledger_event")]
pub struct Model {
    /// The organization it belongs to.
    #[sea_orm(primary_key, auto_increment = false)]
    pub organization_id: OrganizationId,
    /// 1, 2, 3 … without a gap.
    #[sea_orm(primary_key, auto_increment = false)]
    pub sequence: i64,
    /// Recorded at.
    pub recorded_at: DateTimeUtc,
    /// Kind.
    pub kind: String,
    /// Entry id.
    pub entry_id: Option<EntryId>,
    /// Canonical JSON; no personal data.
    pub payload: String,
    /// Previous hash.
    pub previous_hash: Vec<u8>,
    /// Hash.
    pub hash: Vec<u8>,
}

/// None: statements join by column where they need to.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
