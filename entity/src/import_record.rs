//! What an import wrote, so that it can be taken back as a whole.

use sea_orm::entity::prelude::*;

use crate::ids::ImportId;

/// One row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "import_record")]
pub struct Model {
    /// The import.
    #[sea_orm(primary_key, auto_increment = false)]
    pub import_id: ImportId,
    /// The hour entry or volunteer.
    #[sea_orm(primary_key, auto_increment = false)]
    pub subject_id: Uuid,
    /// Line of the file on which the row begins.
    pub line: i64,
    /// Digest of what the record says since the import.
    pub content_hash: Vec<u8>,
    /// What it said before, as JSON; null for a record that the import created.
    pub before: Option<String>,
}

/// None: statements join by column where they need to.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
