//! Tokens by which programs act for users.

use sea_orm::entity::prelude::*;

use crate::ids::ApiTokenId;
use crate::ids::OrganizationId;
use crate::ids::UserId;

/// One row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "api_token")]
pub struct Model {
    /// Identifies the row.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: ApiTokenId,
    /// For whom it acts.
    pub user_id: UserId,
    /// The only organization in which it acts; null for all of the user's.
    pub organization_id: Option<OrganizationId>,
    /// What the user calls it.
    pub name: String,
    /// Its beginning, to know it by.
    pub prefix: String,
    /// SHA-256 of it: the token itself is nowhere.
    pub digest: Vec<u8>,
    /// What it may do, as a JSON list of words.
    pub scopes: String,
    /// When it was made.
    pub created_at: DateTimeUtc,
    /// When it ends by itself.
    pub expires_at: DateTimeUtc,
    /// When its user ended it.
    pub revoked_at: Option<DateTimeUtc>,
    /// When it was last used, to the minute.
    pub last_used_at: Option<DateTimeUtc>,
    /// From which address that was.
    pub last_used_address: Option<String>,
}

/// None: statements join by column where they need to.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
