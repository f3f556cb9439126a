//! The territory tree, flattened: each territory with itself and all above it.

use sea_orm::entity::prelude::*;

use crate::ids::TerritoryId;

/// One row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "territory_ancestor")]
pub struct Model {
    /// The place.
    #[sea_orm(primary_key, auto_increment = false)]
    pub territory_id: TerritoryId,
    /// Ancestor id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub ancestor_id: TerritoryId,
    /// 0 for the territory itself.
    pub depth: i32,
}

/// None: statements join by column where they need to.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
