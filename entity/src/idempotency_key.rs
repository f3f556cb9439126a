//! Keys that clients sent with a creation, and what it created.

use sea_orm::entity::prelude::*;

/// One row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "idempotency_key")]
pub struct Model {
    /// Who sent it.
    #[sea_orm(primary_key, auto_increment = false)]
    pub actor: String,
    /// Key.
    #[sea_orm(primary_key, auto_increment = false)]
    pub key: String,
    /// Operation.
    pub operation: String,
    /// SHA-256 of the input.
    pub content_hash: Vec<u8>,
    /// What was created.
    pub subject_id: Uuid,
    /// When the row was written.
    pub created_at: DateTimeUtc,
}

/// None: statements join by column where they need to.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
