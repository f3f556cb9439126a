//! Kinds of letters that somebody does not want.

use sea_orm::entity::prelude::*;

use crate::types::LetterKind;

/// One row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "letter_off")]
pub struct Model {
    /// Keyed digest of the address.
    #[sea_orm(primary_key, auto_increment = false)]
    pub recipient: Vec<u8>,
    /// The kind.
    #[sea_orm(primary_key, auto_increment = false)]
    pub kind: LetterKind,
    /// Since when.
    pub off_at: DateTimeUtc,
}

/// None: statements join by column where they need to.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
