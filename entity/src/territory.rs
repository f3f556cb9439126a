//! Territories, one row for each version: a boundary change adds a row.

use sea_orm::entity::prelude::*;

use crate::ids::TerritoryId;
use crate::types::Milieu;
use crate::types::TerritoryLevel;

/// One row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "territory")]
pub struct Model {
    /// Identifies the row.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: TerritoryId,
    /// Dotted code of the census; `MA` for the country.
    pub code: String,
    /// Level.
    pub level: TerritoryLevel,
    /// Parent id.
    pub parent_id: Option<TerritoryId>,
    /// The prefecture of arrondissements, counted beside the tree.
    pub alternate_parent_id: Option<TerritoryId>,
    /// French name.
    pub name_fr: String,
    /// Arabic name.
    pub name_ar: String,
    /// Null where English uses the French name.
    pub name_en: Option<String>,
    /// All names folded for search.
    pub search_key: String,
    /// Milieu.
    pub milieu: Option<Milieu>,
    /// ISO 3166-2.
    pub iso_code: Option<String>,
    /// Population 2014.
    pub population_2014: Option<i32>,
    /// Population 2024.
    pub population_2024: Option<i32>,
    /// Households 2024.
    pub households_2024: Option<i32>,
    /// First day; 0001-01-01 where unknown.
    pub valid_from: Date,
    /// First day no longer in force.
    pub valid_to: Option<Date>,
}

/// None: statements join by column where they need to.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
