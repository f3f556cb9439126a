//! Timers: started on a phone, stopped later, then an entry.

use sea_orm::entity::prelude::*;

use crate::ids::EntryId;
use crate::ids::OrganizationId;
use crate::ids::PersonId;
use crate::ids::ProjectId;
use crate::ids::TimerId;
use crate::ids::UserId;
use crate::ids::VolunteerId;
use crate::types::TimerReview;
use crate::types::TimerStatus;

/// One row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "timer")]
pub struct Model {
    /// Identifies the row.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: TimerId,
    /// The organization it belongs to.
    pub organization_id: OrganizationId,
    /// The volunteer.
    pub volunteer_id: VolunteerId,
    /// The person behind the record; one of their timers runs at a time.
    pub person_id: PersonId,
    /// What for.
    pub project_id: ProjectId,
    /// When it was started.
    pub started_at: DateTimeUtc,
    /// When it was stopped; null while it runs.
    pub stopped_at: Option<DateTimeUtc>,
    /// IANA name of the zone of the place, as it was at the start.
    pub time_zone: String,
    /// What is done.
    pub description: Option<String>,
    /// Where it stands.
    pub status: TimerStatus,
    /// Why it needs review, or needed it.
    pub review: Option<TimerReview>,
    /// Key of the code by which the entry was refused.
    pub refusal: Option<String>,
    /// The entry it became; null again once that was deleted.
    pub entry_id: Option<EntryId>,
    /// Why it came to nothing.
    pub discard_reason: Option<String>,
    /// Who started it; null for the operator.
    pub created_by: Option<UserId>,
    /// Counts the changes; 1 when created.
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
