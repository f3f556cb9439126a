//! Figures of a territory and month, added up from cells; made when first asked for, gone when a cell
//! below it changes.

use sea_orm::entity::prelude::*;

use crate::ids::TerritoryId;
use crate::types::EntryStatus;

/// One row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "rollup_sheet")]
pub struct Model {
    /// The territory, in one version.
    #[sea_orm(primary_key, auto_increment = false)]
    pub territory_id: TerritoryId,
    /// First day of the month.
    #[sea_orm(primary_key, auto_increment = false)]
    pub month: Date,
    /// State of the entries.
    #[sea_orm(primary_key, auto_increment = false)]
    pub status: EntryStatus,
    /// Breakdowns, in the form of the version that made them.
    pub content: Vec<u8>,
}

/// None: statements join by column where they need to.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
