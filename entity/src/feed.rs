//! What changed last in each record, for devices that were away.

use sea_orm::entity::prelude::*;

use crate::ids::OrganizationId;

/// One row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "feed")]
pub struct Model {
    /// The organization it belongs to.
    #[sea_orm(primary_key, auto_increment = false)]
    pub organization_id: OrganizationId,
    /// Kind of the record.
    #[sea_orm(primary_key, auto_increment = false)]
    pub kind: String,
    /// The record.
    #[sea_orm(primary_key, auto_increment = false)]
    pub record_id: Uuid,
    /// The volunteer or user whom it concerns; nil when it concerns the whole organization.
    #[sea_orm(primary_key, auto_increment = false)]
    pub audience: Uuid,
    /// Place of the last change in the order of changes of the organization.
    pub sequence: i64,
    /// When it changed.
    pub changed_at: DateTimeUtc,
    /// Whether it is gone for this audience.
    pub removed: bool,
}

/// None: statements join by column where they need to.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
