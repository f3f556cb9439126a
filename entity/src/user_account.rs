//! Users: people who can sign in.

use sea_orm::entity::prelude::*;

use crate::ids::UserId;

/// One row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "user_account")]
pub struct Model {
    /// Identifies the row.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: UserId,
    /// Lower case.
    #[sea_orm(unique)]
    pub email: String,
    /// Display name.
    pub display_name: String,
    /// Argon2id in PHC form.
    pub password_hash: String,
    /// BCP 47 tag of the language for messages.
    pub locale: String,
    /// Counts the changes; 1 when created.
    pub version: i32,
    /// When the row was written.
    pub created_at: DateTimeUtc,
    /// When it last changed.
    pub updated_at: DateTimeUtc,
    /// Since when sign-in is refused.
    pub disabled_at: Option<DateTimeUtc>,
    /// Since when the address is known to be theirs; null while nobody knows.
    pub email_verified_at: Option<DateTimeUtc>,
}

/// None: statements join by column where they need to.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
