//! Small numbers for ids that are counted: a bitmap holds thousands of them in little room.

use sea_orm::entity::prelude::*;

/// One row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "rollup_number")]
pub struct Model {
    /// The number.
    #[sea_orm(primary_key)]
    pub number: i32,
    /// The id, of whatever kind.
    #[sea_orm(unique)]
    pub id: Uuid,
}

/// None: statements join by column where they need to.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
