//! What is wrong with rows of imported files.

use sea_orm::entity::prelude::*;

use crate::ids::ImportId;

/// One row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "import_refusal")]
pub struct Model {
    /// The import.
    #[sea_orm(primary_key, auto_increment = false)]
    pub import_id: ImportId,
    /// Its place among the refusals, counted from 0 in the order of the file.
    #[sea_orm(primary_key, auto_increment = false)]
    pub ordinal: i32,
    /// Line of the file on which the row begins.
    pub line: i64,
    /// Title of the column; null for the whole row.
    pub title: Option<String>,
    /// What stands there.
    pub value: Option<String>,
    /// Code of the refusal.
    pub code: String,
    /// Values of its sentence, as JSON.
    pub details: String,
}

/// None: statements join by column where they need to.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
