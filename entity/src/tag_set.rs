//! The shares of a project in one vocabulary, from one day on.

use sea_orm::entity::prelude::*;

use crate::ids::ProjectId;
use crate::ids::TagSetId;

/// One row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "tag_set")]
pub struct Model {
    /// Identifies the row.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: TagSetId,
    /// Project id.
    pub project_id: ProjectId,
    /// Vocabulary.
    pub vocabulary: String,
    /// Valid from.
    pub valid_from: Date,
    /// First day no longer in force.
    pub valid_to: Option<Date>,
    /// When the row was written.
    pub created_at: DateTimeUtc,
}

/// None: statements join by column where they need to.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
