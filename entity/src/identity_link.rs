//! Identities at other providers that sign in to accounts.

use sea_orm::entity::prelude::*;

use crate::ids::IdentityLinkId;
use crate::ids::UserId;

/// One row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "identity_link")]
pub struct Model {
    /// Identifies the row.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: IdentityLinkId,
    /// Whose account.
    pub user_id: UserId,
    /// The provider's name in the settings, when it was linked.
    pub provider: String,
    /// Keyed digest of issuer and subject.
    pub digest: Vec<u8>,
    /// When it was linked.
    pub created_at: DateTimeUtc,
    /// When somebody last signed in with it.
    pub last_used_at: Option<DateTimeUtc>,
    /// Since when it signs in to nothing; kept so that an address alone does not link it again.
    pub ended_at: Option<DateTimeUtc>,
}

/// None: statements join by column where they need to.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
