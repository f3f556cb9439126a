//! Which keys the database is written with.

use sea_orm::entity::prelude::*;

/// The one row, number 1.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "key_fingerprint")]
pub struct Model {
    /// 1.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: i32,
    /// A keyed hash of the keys: the same for the same keys, and nobody learns them from it.
    pub digest: Vec<u8>,
    /// When it was noted.
    pub noted_at: DateTimeUtc,
}

/// None: statements join by column where they need to.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
