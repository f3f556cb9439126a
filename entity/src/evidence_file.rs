//! Files that show what was measured.

use sea_orm::entity::prelude::*;

use crate::ids::EvidenceId;
use crate::ids::MeasurementId;
use crate::ids::UserId;

/// One row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "evidence_file")]
pub struct Model {
    /// Identifies the row.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: EvidenceId,
    /// What it shows.
    pub measurement_id: MeasurementId,
    /// Name of the file.
    pub file_name: String,
    /// What it is, as HTTP names it.
    pub media_type: String,
    /// Bytes of it.
    pub size: i64,
    /// SHA-256 of it.
    pub sha256: Vec<u8>,
    /// Who brought it.
    pub attached_by: Option<UserId>,
    /// When the row was written.
    pub created_at: DateTimeUtc,
}

/// None: statements join by column where they need to.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
