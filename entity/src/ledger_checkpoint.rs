//! Signed states of the ledger's chains.

use sea_orm::entity::prelude::*;

use crate::ids::OrganizationId;

/// One row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "ledger_checkpoint")]
pub struct Model {
    /// The organization whose chain is signed.
    #[sea_orm(primary_key, auto_increment = false)]
    pub organization_id: OrganizationId,
    /// Number of the last event that the signature covers.
    #[sea_orm(primary_key, auto_increment = false)]
    pub sequence: i64,
    /// Hash of that event.
    pub hash: Vec<u8>,
    /// When it was signed.
    pub signed_at: DateTimeUtc,
    /// Name of the key.
    pub key_id: String,
    /// Ed25519.
    pub signature: Vec<u8>,
    /// Number of the checkpoint before it, 0 for the first; null where none was noted then.
    pub previous_sequence: Option<i64>,
}

/// None: statements join by column where they need to.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
