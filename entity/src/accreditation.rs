//! The accreditation that a private organization needs for contractual volunteering.

use sea_orm::entity::prelude::*;

use crate::ids::AccreditationId;
use crate::ids::OrganizationId;

/// One row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "accreditation")]
pub struct Model {
    /// Identifies the row.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: AccreditationId,
    /// Whose it is.
    pub organization_id: OrganizationId,
    /// Its number, as the administration gave it.
    pub number: String,
    /// First day on which it holds.
    pub valid_from: Date,
    /// Last day on which it holds; null while no end is known.
    pub valid_until: Option<Date>,
    /// Counts the changes; 1 when recorded.
    pub version: i32,
    /// When the row was written.
    pub created_at: DateTimeUtc,
    /// When it last changed.
    pub updated_at: DateTimeUtc,
}

/// None: statements join by column where they need to.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
