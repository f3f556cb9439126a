//! Files that work in the background has made.

use sea_orm::entity::prelude::*;

use crate::ids::ArtifactId;
use crate::ids::JobId;

/// One row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "artifact")]
pub struct Model {
    /// Identifies the row.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: ArtifactId,
    /// The work that made it: one makes one.
    pub job_id: JobId,
    /// The taking of the work whose pieces it consists of.
    pub fence: i32,
    /// Name of the file.
    pub file_name: String,
    /// What it is, as HTTP names it.
    pub media_type: String,
    /// Bytes of it.
    pub size: i64,
    /// SHA-256 of it.
    pub sha256: Vec<u8>,
    /// When it was made.
    pub created_at: DateTimeUtc,
    /// From when on it is not kept.
    pub expires_at: DateTimeUtc,
}

/// None: statements join by column where they need to.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
