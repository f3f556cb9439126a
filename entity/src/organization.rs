//! Organizations that record hours.

use sea_orm::entity::prelude::*;

use crate::ids::OrganizationId;
use crate::ids::TerritoryId;
use crate::types::Minutes;
use crate::types::OrganizationKind;

/// One row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "organization")]
pub struct Model {
    /// Identifies the row.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: OrganizationId,
    /// Short name in addresses: lower case letters, digits, hyphens.
    #[sea_orm(unique)]
    pub slug: String,
    /// Name.
    pub name: String,
    /// Arabic name.
    pub name_ar: Option<String>,
    /// Names and slug folded for search.
    pub search_key: String,
    /// Kind.
    pub kind: OrganizationKind,
    /// Registration number.
    pub registration_number: Option<String>,
    /// Section of its field of work in ICNP/TSO; null where none was given.
    pub sector_code: Option<String>,
    /// The seat; decides whose completeness counts it.
    pub territory_id: TerritoryId,
    /// The federation of a branch.
    pub parent_id: Option<OrganizationId>,
    /// IANA name; decides the civil day of work.
    pub time_zone: String,
    /// The most that one person may log on one civil day.
    pub daily_cap_minutes: Minutes,
    /// A timer that ran longer than this needs review before it becomes an entry.
    pub timer_longest_minutes: Minutes,
    /// Days after its end in which a month still takes writes, before it closes by itself; null
    /// where months close only by hand.
    pub grace_days: Option<i32>,
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
