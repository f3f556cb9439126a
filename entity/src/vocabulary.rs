//! Lists of terms that projects are tagged with.

use sea_orm::entity::prelude::*;

/// One row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "vocabulary")]
pub struct Model {
    /// Code.
    #[sea_orm(primary_key, auto_increment = false)]
    pub code: String,
    /// French name.
    pub name_fr: String,
    /// Arabic name.
    pub name_ar: String,
    /// English name.
    pub name_en: String,
    /// Ordinal.
    pub ordinal: i32,
}

/// None: statements join by column where they need to.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
