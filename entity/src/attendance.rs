//! Attendance: who was there in a shift, and the hours it made.

use sea_orm::entity::prelude::*;

use crate::ids::AttendanceId;
use crate::ids::EntryId;
use crate::ids::OrganizationId;
use crate::ids::PersonId;
use crate::ids::ShiftId;
use crate::ids::SignupId;
use crate::ids::UserId;
use crate::ids::VolunteerId;
use crate::types::AttendanceMethod;
use crate::types::AttendanceReview;
use crate::types::AttendanceStatus;
use crate::types::AttendanceTimeBasis;

/// One row: at most one for a volunteer in a shift.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "attendance")]
pub struct Model {
    /// Identifies the row.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: AttendanceId,
    /// The organization it belongs to.
    pub organization_id: OrganizationId,
    /// The shift.
    pub shift_id: ShiftId,
    /// The volunteer.
    pub volunteer_id: VolunteerId,
    /// The person behind the record.
    pub person_id: PersonId,
    /// The place that the volunteer had; null for whoever came without one.
    pub signup_id: Option<SignupId>,
    /// Where it stands.
    pub status: AttendanceStatus,
    /// When the volunteer came.
    pub checked_in_at: Option<DateTimeUtc>,
    /// What shows when they came.
    pub check_in_method: Option<AttendanceMethod>,
    /// When the volunteer left.
    pub checked_out_at: Option<DateTimeUtc>,
    /// What shows when they left.
    pub check_out_method: Option<AttendanceMethod>,
    /// Why somebody has to look at it; null where nobody has to.
    pub review: Option<AttendanceReview>,
    /// Whether the device that checked in was at the place; null where the place is not fenced or the
    /// device did not say. Where it was is not kept.
    pub within_geofence: Option<bool>,
    /// Which time counts; null while none does, and for what was written before this was kept.
    pub time_basis: Option<AttendanceTimeBasis>,
    /// Stable key of the refusal of its hours; null where they were not refused.
    pub refusal: Option<String>,
    /// The hours it made; null where there are none or they were deleted.
    pub entry_id: Option<EntryId>,
    /// What a coordinator said of it.
    pub reason: Option<String>,
    /// Who wrote it last; null for the server itself.
    pub recorded_by: Option<UserId>,
    /// Counts the changes; 1 when written.
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
