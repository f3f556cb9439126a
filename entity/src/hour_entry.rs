//! Hour entries.

use sea_orm::entity::prelude::*;

use crate::ids::EntryId;
use crate::ids::OrganizationId;
use crate::ids::PersonId;
use crate::ids::ProjectId;
use crate::ids::TerritoryId;
use crate::ids::UserId;
use crate::ids::VolunteerId;
use crate::project;
use crate::types::EntryKind;
use crate::types::EntryStatus;
use crate::types::EvidenceLevel;
use crate::types::Minutes;
use crate::volunteer;

/// One row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "hour_entry")]
pub struct Model {
    /// Identifies the row.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: EntryId,
    /// The organization it belongs to.
    pub organization_id: OrganizationId,
    /// Project id.
    pub project_id: ProjectId,
    /// Null for a group.
    pub volunteer_id: Option<VolunteerId>,
    /// The person behind the volunteer; null for a group.
    pub person_id: Option<PersonId>,
    /// Where the work was done, in the version of that day.
    pub territory_id: TerritoryId,
    /// Kind.
    pub kind: EntryKind,
    /// Status.
    pub status: EntryStatus,
    /// Evidence level.
    pub evidence_level: EvidenceLevel,
    /// Only of an interval.
    pub started_at: Option<DateTimeUtc>,
    /// Only of an interval; exclusive.
    pub ended_at: Option<DateTimeUtc>,
    /// Break minutes.
    pub break_minutes: Minutes,
    /// IANA name of the zone that decided the days.
    pub time_zone: String,
    /// Civil day on which the work began.
    pub worked_on: Date,
    /// Civil day of the last minute.
    pub ended_on: Date,
    /// Net, for each person.
    pub minutes: Minutes,
    /// 1 unless a group.
    pub headcount: i32,
    /// minutes × headcount.
    pub total_minutes: Minutes,
    /// Description.
    pub description: Option<String>,
    /// Why it was returned, rejected or voided.
    pub decision_reason: Option<String>,
    /// Digest of the imported row: the same row again is the same entry.
    pub import_key: Option<Vec<u8>>,
    /// Null when the operator of the server wrote it.
    pub created_by: Option<UserId>,
    /// Submitted by.
    pub submitted_by: Option<UserId>,
    /// Submitted at.
    pub submitted_at: Option<DateTimeUtc>,
    /// Decided by.
    pub decided_by: Option<UserId>,
    /// Decided at.
    pub decided_at: Option<DateTimeUtc>,
    /// Counts the changes; 1 when created.
    pub version: i32,
    /// When the row was written.
    pub created_at: DateTimeUtc,
    /// When it last changed.
    pub updated_at: DateTimeUtc,
}

/// None of the derived kind: statements join by column where they need to.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

/// Lists read the volunteer along.
impl Related<volunteer::Entity> for Entity {
    fn to() -> RelationDef {
        Self::belongs_to(volunteer::Entity)
            .from(Column::VolunteerId)
            .to(volunteer::Column::Id)
            .into()
    }
}

/// Lists read the project along.
impl Related<project::Entity> for Entity {
    fn to() -> RelationDef {
        Self::belongs_to(project::Entity)
            .from(Column::ProjectId)
            .to(project::Column::Id)
            .into()
    }
}

impl ActiveModelBehavior for ActiveModel {}
