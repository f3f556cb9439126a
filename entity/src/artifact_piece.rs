//! What is in the files that work in the background makes, piece by piece.

use sea_orm::entity::prelude::*;

use crate::ids::JobId;

/// One row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "artifact_piece")]
pub struct Model {
    /// The work that makes the file.
    #[sea_orm(primary_key, auto_increment = false)]
    pub job_id: JobId,
    /// The taking of the work that wrote it: what a worker of before left behind is of another.
    #[sea_orm(primary_key, auto_increment = false)]
    pub fence: i32,
    /// Its place in the file, from 0.
    #[sea_orm(primary_key, auto_increment = false)]
    pub number: i32,
    /// Its bytes.
    pub content: Vec<u8>,
}

/// None: statements join by column where they need to.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
