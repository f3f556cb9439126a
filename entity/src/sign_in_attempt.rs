//! How often somebody failed to sign in.

use sea_orm::entity::prelude::*;

/// One row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "sign_in_attempt")]
pub struct Model {
    /// Keyed digest of what is counted: an address, a network, both, an account.
    #[sea_orm(primary_key, auto_increment = false)]
    pub digest: Vec<u8>,
    /// How often in a row.
    pub failures: i32,
    /// When last.
    pub last_at: DateTimeUtc,
    /// Until when nobody tries again; null before there were too many.
    pub wait_until: Option<DateTimeUtc>,
}

/// None: statements join by column where they need to.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
