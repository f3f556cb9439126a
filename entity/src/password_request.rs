//! Addresses for which a new password was asked for.

use sea_orm::entity::prelude::*;

use crate::ids::PasswordResetId;

/// One row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "password_request")]
pub struct Model {
    /// Identifies the row.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: PasswordResetId,
    /// Keyed digest of the address: how often it asks is counted by this.
    pub recipient: Vec<u8>,
    /// The address in lower case, which an account may have or not; null once it was looked up.
    pub email: Option<String>,
    /// When it was asked for.
    pub created_at: DateTimeUtc,
}

/// None: statements join by column where they need to.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
