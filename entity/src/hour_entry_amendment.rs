//! Proposed corrections of approved hour entries.

use sea_orm::entity::prelude::*;

use crate::ids::AmendmentId;
use crate::ids::EntryId;
use crate::ids::OrganizationId;
use crate::ids::ProjectId;
use crate::ids::TerritoryId;
use crate::ids::UserId;
use crate::types::AmendmentStatus;
use crate::types::EvidenceLevel;
use crate::types::Minutes;

/// One row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "hour_entry_amendment")]
pub struct Model {
    /// Identifies the row.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: AmendmentId,
    /// The entry that it corrects.
    pub entry_id: EntryId,
    /// The organization it belongs to.
    pub organization_id: OrganizationId,
    /// Status; at most one of an entry is pending.
    pub status: AmendmentStatus,
    /// Why the entry is to be corrected.
    pub reason: String,
    /// Project id.
    pub project_id: ProjectId,
    /// Where the work was done, in the version of that day.
    pub territory_id: TerritoryId,
    /// Evidence level.
    pub evidence_level: EvidenceLevel,
    /// Only of an interval.
    pub started_at: Option<DateTimeUtc>,
    /// Only of an interval; exclusive.
    pub ended_at: Option<DateTimeUtc>,
    /// Break minutes.
    pub break_minutes: Minutes,
    /// IANA name of the zone that decides the days.
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
    /// Null when the operator of the server proposed it.
    pub created_by: Option<UserId>,
    /// When it was proposed.
    pub created_at: DateTimeUtc,
    /// Decided by.
    pub decided_by: Option<UserId>,
    /// Decided at.
    pub decided_at: Option<DateTimeUtc>,
    /// Why it was returned or rejected.
    pub decision_reason: Option<String>,
}

/// None: statements join by column where they need to.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
