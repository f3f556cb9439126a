//! Letters on their way to find out whether an address is that of an account.

use sea_orm::entity::prelude::*;

use crate::ids::EmailVerificationId;
use crate::ids::UserId;

/// One row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "email_verification")]
pub struct Model {
    /// Identifies the row.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: EmailVerificationId,
    /// Whose account.
    pub user_id: UserId,
    /// The address in lower case: that of the account, or the one that is to take its place.
    pub email: String,
    /// The address that it took the place of, where it did.
    pub previous: Option<String>,
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
