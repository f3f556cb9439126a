//! What a merge moved from one record to the other, so that it can go back.

use sea_orm::entity::prelude::*;

use crate::ids::MergeId;

/// One row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "volunteer_merge_record")]
pub struct Model {
    /// The merge.
    #[sea_orm(primary_key, auto_increment = false)]
    pub merge_id: MergeId,
    /// The hour entry, sign-up, attendance or timer.
    #[sea_orm(primary_key, auto_increment = false)]
    pub subject_id: Uuid,
    /// Which of them: the name of its table.
    pub kind: String,
}

/// None: statements join by column where they need to.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
