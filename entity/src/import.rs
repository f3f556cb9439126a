//! Files that were brought for import.

use sea_orm::entity::prelude::*;

use crate::ids::ImportId;
use crate::ids::OrganizationId;
use crate::ids::UserId;
use crate::types::ImportKind;
use crate::types::ImportStatus;

/// One row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "import")]
pub struct Model {
    /// Identifies the row.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: ImportId,
    /// The organization it belongs to.
    pub organization_id: OrganizationId,
    /// Kind.
    pub kind: ImportKind,
    /// Status.
    pub status: ImportStatus,
    /// Name of the file, as the client gave it.
    pub file_name: String,
    /// Bytes of the file.
    pub file_size: i32,
    /// SHA-256 of the file.
    pub file_hash: Vec<u8>,
    /// Name of the sheet of a workbook, where one was chosen.
    pub sheet: Option<String>,
    /// Whether dates are also written day first.
    pub day_first: bool,
    /// Whether entries stay drafts.
    pub drafts: bool,
    /// Titles of the file and what each means, in order, as JSON.
    pub mapping: String,
    /// Rows with any value.
    pub rows: i32,
    /// New ones.
    pub created: i32,
    /// Rows that were there already.
    pub unchanged: i32,
    /// Rows that changed what was there.
    pub changed: i32,
    /// Repetitions within the file.
    pub duplicates: i32,
    /// Rows that were not taken.
    pub refused: i32,
    /// Person-minutes of the new ones.
    pub minutes: i64,
    /// Who brought it; null for the operator of the server.
    pub started_by: Option<UserId>,
    /// Committed by.
    pub committed_by: Option<UserId>,
    /// Committed at.
    pub committed_at: Option<DateTimeUtc>,
    /// Rolled back by.
    pub rolled_back_by: Option<UserId>,
    /// Rolled back at.
    pub rolled_back_at: Option<DateTimeUtc>,
    /// Why it was rolled back.
    pub reason: Option<String>,
    /// Counts the changes; 1 when created.
    pub version: i32,
    /// When the row was written.
    pub created_at: DateTimeUtc,
    /// When it last changed.
    pub updated_at: DateTimeUtc,
}

/// None: statements join by column where they need to.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
