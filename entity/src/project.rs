//! Projects: work with a place, dates and a budget.

use sea_orm::entity::prelude::*;

use crate::ids::OrganizationId;
use crate::ids::ProjectId;
use crate::ids::TerritoryId;

/// One row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "project")]
pub struct Model {
    /// Identifies the row.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: ProjectId,
    /// The organization it belongs to.
    pub organization_id: OrganizationId,
    /// The organization's own short code.
    pub code: Option<String>,
    /// Title.
    pub title: String,
    /// Title ar.
    pub title_ar: Option<String>,
    /// Search key.
    pub search_key: String,
    /// The place.
    pub territory_id: TerritoryId,
    /// IANA name; null takes the organization's.
    pub time_zone: Option<String>,
    /// Starts on.
    pub starts_on: Date,
    /// Last day, inclusive.
    pub ends_on: Option<Date>,
    /// In hundredths of the currency.
    pub budget_minor: Option<i64>,
    /// What the INDH pays of it, in hundredths; null where that was not said.
    pub budget_indh_minor: Option<i64>,
    /// ISO 4217.
    pub currency: String,
    /// Code of the work's occupation in ISCO-08; null where none was given.
    pub occupation_code: Option<String>,
    /// Code of the field of work in ICNP/TSO; null takes the organization's.
    pub sector_code: Option<String>,
    /// Counts the changes; 1 when created.
    pub version: i32,
    /// When the row was written.
    pub created_at: DateTimeUtc,
    /// When it last changed.
    pub updated_at: DateTimeUtc,
    /// Since when it takes no new work; null while in use.
    pub archived_at: Option<DateTimeUtc>,
}

/// None: statements join by column where they need to.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
