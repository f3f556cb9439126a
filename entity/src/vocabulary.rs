//! Lists of terms that projects are tagged with.

use sea_orm::entity::prelude::*;

use crate::ids::OrganizationId;

/// One row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "vocabulary")]
pub struct Model {
    /// Code; of an organization's own, its slug and a colon stand before it.
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
    /// Whose it is; null for those of the platform.
    pub organization_id: Option<OrganizationId>,
    /// What its terms are, the highest first: a list in JSON.
    pub levels: String,
}

/// None: statements join by column where they need to.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
