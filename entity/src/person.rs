//! Human beings, whatever the number of their records.

use sea_orm::entity::prelude::*;

use crate::ids::PersonId;

/// One row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "person")]
pub struct Model {
    /// Identifies the row.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: PersonId,
    /// Keyed hash; the number itself is never stored in clear, and sealed in `national_id` where it may be kept.
    pub national_id_hash: Option<Vec<u8>>,
    /// When the row was written.
    pub created_at: DateTimeUtc,
}

/// None: statements join by column where they need to.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
