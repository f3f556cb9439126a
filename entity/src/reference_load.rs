//! Which edition of each reference list the database holds.

use sea_orm::entity::prelude::*;

/// One row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "reference_load")]
pub struct Model {
    /// Dataset.
    #[sea_orm(primary_key, auto_increment = false)]
    pub dataset: String,
    /// SHA-256 of the list as loaded.
    pub digest: Vec<u8>,
    /// Loaded at.
    pub loaded_at: DateTimeUtc,
}

/// None: statements join by column where they need to.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
