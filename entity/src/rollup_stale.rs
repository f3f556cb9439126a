//! Projects whose shares changed since their cells were counted; a trigger writes it.

use sea_orm::entity::prelude::*;

use crate::ids::ProjectId;

/// One row for each change.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "rollup_stale")]
pub struct Model {
    /// Counts the changes.
    #[sea_orm(primary_key)]
    pub id: i32,
    /// The project.
    pub project_id: ProjectId,
}

/// None: statements join by column where they need to.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
