//! Leave to set a new password.

use sea_orm::entity::prelude::*;

use crate::ids::PasswordResetId;
use crate::ids::UserId;

/// One row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "password_reset")]
pub struct Model {
    /// Identifies the row.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: PasswordResetId,
    /// Whose password.
    pub user_id: UserId,
    /// SHA-256 of the token.
    pub digest: Vec<u8>,
    /// When the row was written.
    pub created_at: DateTimeUtc,
    /// From then on it is worth nothing.
    pub expires_at: DateTimeUtc,
    /// When it was used, or another one was.
    pub used_at: Option<DateTimeUtc>,
}

/// None: statements join by column where they need to.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
