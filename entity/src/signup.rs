//! Sign-ups: a volunteer's place in a shift or in its waiting list.

use sea_orm::entity::prelude::*;

use crate::ids::OrganizationId;
use crate::ids::PersonId;
use crate::ids::ShiftId;
use crate::ids::SignupId;
use crate::ids::UserId;
use crate::ids::VolunteerId;
use crate::types::SignupStatus;

/// One row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "signup")]
pub struct Model {
    /// Identifies the row.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: SignupId,
    /// The organization it belongs to.
    pub organization_id: OrganizationId,
    /// The shift.
    pub shift_id: ShiftId,
    /// The volunteer.
    pub volunteer_id: VolunteerId,
    /// The person behind the record.
    pub person_id: PersonId,
    /// Start of the shift.
    pub starts_at: DateTimeUtc,
    /// End of the shift.
    pub ends_at: DateTimeUtc,
    /// Where it stands.
    pub status: SignupStatus,
    /// Since when the volunteer waits; orders the waiting list.
    pub waiting_since: Option<DateTimeUtc>,
    /// When the place was given.
    pub confirmed_at: Option<DateTimeUtc>,
    /// When it was taken back.
    pub cancelled_at: Option<DateTimeUtc>,
    /// Why it was taken back.
    pub cancel_reason: Option<String>,
    /// What the volunteer or a coordinator noted.
    pub note: Option<String>,
    /// Who signed the volunteer up; null for the operator.
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
