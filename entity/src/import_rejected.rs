//! Refused rows of imports, as their files write them.

use sea_orm::entity::prelude::*;

use crate::ids::ImportId;

/// One row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "import_rejected")]
pub struct Model {
    /// The import.
    #[sea_orm(primary_key, auto_increment = false)]
    pub import_id: ImportId,
    /// What separates the fields of a file that is made of them.
    pub delimiter: String,
    /// Lines and fields, as JSON.
    pub content: String,
    /// Whether all refused rows are kept.
    pub complete: bool,
}

/// None: statements join by column where they need to.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
