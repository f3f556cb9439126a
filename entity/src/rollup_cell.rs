//! Figures of one project at one place in a part of a month, folded from the ledger.

use sea_orm::entity::prelude::*;

use crate::ids::OrganizationId;
use crate::ids::ProjectId;
use crate::ids::TerritoryId;
use crate::types::EntryStatus;
use crate::types::EvidenceLevel;

/// One row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "rollup_cell")]
pub struct Model {
    /// The project.
    #[sea_orm(primary_key, auto_increment = false)]
    pub project_id: ProjectId,
    /// First day of the month.
    #[sea_orm(primary_key, auto_increment = false)]
    pub month: Date,
    /// First day of the part of the month: the shares of the project are the same on all its days.
    #[sea_orm(primary_key, auto_increment = false)]
    pub segment: Date,
    /// Where the work was done, in the version of that day.
    #[sea_orm(primary_key, auto_increment = false)]
    pub territory_id: TerritoryId,
    /// State of the entries.
    #[sea_orm(primary_key, auto_increment = false)]
    pub status: EntryStatus,
    /// What shows the work.
    #[sea_orm(primary_key, auto_increment = false)]
    pub evidence_level: EvidenceLevel,
    /// The organization.
    pub organization_id: OrganizationId,
    /// Person-minutes.
    pub minutes: i64,
    /// Of these, minutes of groups.
    pub group_minutes: i64,
    /// Entries with a minute in it.
    pub entries: i64,
    /// Head-counts of these entries.
    pub participations: i64,
    /// Of these entries, those with a minute on the day before `segment`, too: over midnight, each of
    /// one person.
    pub carried: i64,
    /// Numbers of the distinct people, as a Roaring bitmap.
    pub people: Vec<u8>,
}

/// None: statements join by column where they need to.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
