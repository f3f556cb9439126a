//! How far the chains of the ledger went when an answer was frozen.

use sea_orm::entity::prelude::*;

use crate::ids::OrganizationId;
use crate::ids::SnapshotId;

/// One row. It never changes. A chain without one had no event yet.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "report_snapshot_head")]
pub struct Model {
    /// The snapshot.
    #[sea_orm(primary_key, auto_increment = false)]
    pub snapshot_id: SnapshotId,
    /// The organization of the chain.
    #[sea_orm(primary_key, auto_increment = false)]
    pub organization_id: OrganizationId,
    /// Number of the last event that the answer saw.
    pub sequence: i64,
}

/// None: statements join by column where they need to.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
