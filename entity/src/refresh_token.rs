//! Refresh tokens, stored as digests; each is used once.

use sea_orm::entity::prelude::*;

use crate::ids::SessionId;

/// One row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "refresh_token")]
pub struct Model {
    /// SHA-256 of the token.
    #[sea_orm(primary_key, auto_increment = false)]
    pub digest: Vec<u8>,
    /// Session id.
    pub session_id: SessionId,
    /// Issued at.
    pub issued_at: DateTimeUtc,
    /// A second use ends the session.
    pub used_at: Option<DateTimeUtc>,
}

/// None: statements join by column where they need to.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
