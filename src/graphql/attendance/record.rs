//! Attendances: one, and pages of them.
//!
//! The acts on them are in `acts`.

use async_graphql::Context;
use async_graphql::Enum;
use async_graphql::ID;
use async_graphql::Object;
use async_graphql::Result;
use entity::attendance;
use entity::ids::AttendanceId;

use crate::attendance::lists;
use crate::attendance::lists::Filter;
use crate::graphql::activities::shift::Shift;
use crate::graphql::activities::signup::Signup;
use crate::graphql::connection::Connection;
use crate::graphql::connection::PageArguments;
use crate::graphql::connection::total;
use crate::graphql::context::Gql;
use crate::graphql::error::fault;
use crate::graphql::hours::entry::HourEntry;
use crate::graphql::loaders;
use crate::graphql::node::NodeId;
use crate::graphql::scalars::DateTime;
use crate::graphql::volunteers::Volunteer;
use crate::identity::Ctx;
use crate::refusal::Code;

const AS_WRITTEN: &str = "attendances.id.asc";

/// Where a volunteer's attendance of a shift stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "entity::types::AttendanceStatus")]
pub enum AttendanceStatus {
    /// They came; the hours follow when they leave or the shift ends.
    Present,
    /// They were there, and the hours are written.
    Completed,
    /// They came, but a coordinator has to say what counts; nothing counts until then.
    NeedsReview,
    /// They had a place and did not come.
    NoShow,
    /// A coordinator decided that nothing counts.
    Dismissed,
}

/// What shows when somebody came or left.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "entity::types::AttendanceMethod")]
pub enum AttendanceMethod {
    /// They scanned the code that was shown at the place.
    Code,
    /// They said so themselves, without the code.
    SelfReported,
    /// A coordinator recorded it at the place.
    Coordinator,
    /// A coordinator said so afterwards.
    Marked,
    /// The activity's rule for a forgotten check-out.
    Rule,
}

/// Why a coordinator has to look at an attendance.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "entity::types::AttendanceReview")]
pub enum AttendanceReview {
    /// Nobody checked out; the time is that of the activity's rule.
    ForgottenCheckOut,
    /// The hours were refused when they were to be written: see `refusal`.
    HoursRefused,
    /// The device delivered it long after the code was shown.
    DeliveredLate,
    /// The device was not at the place when it checked in.
    OutsideGeofence,
}

/// Which time of an attendance counts. Clocked times are rounded here and nowhere else, and once.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "entity::types::AttendanceTimeBasis")]
pub enum AttendanceTimeBasis {
    /// From coming, not before the start of the shift, until leaving.
    Clocked,
    /// The same, with the start or the end of the shift where the clocked one was within the tolerance
    /// of the activity.
    Tolerance,
    /// The whole shift: the activity measures no other time, or a coordinator said so.
    Shift,
    /// What a coordinator said.
    Given,
}

/// What is known of a volunteer's presence in a shift; at most one for each of them.
#[derive(Clone, Debug)]
pub struct Attendance(pub attendance::Model);

impl Attendance {
    /// What an act left, for whoever did it: a token that may write hours need not read whose they are.
    pub fn told(ctx: &Ctx, row: attendance::Model) -> Option<Self> {
        ctx.scope().reads_people().then_some(Self(row))
    }
}

/// What is known of a volunteer's presence in a shift; at most one for each of them.
#[Object]
impl Attendance {
    /// Global id.
    pub async fn id(&self) -> ID {
        self.0.id.global()
    }

    /// The shift.
    async fn shift(&self, gql: &Context<'_>) -> Result<Option<Shift>> {
        Ok(loaders::one(gql, self.0.shift_id).await?.map(Shift))
    }

    /// The volunteer.
    async fn volunteer(&self, gql: &Context<'_>) -> Result<Option<Volunteer>> {
        Ok(loaders::one(gql, self.0.volunteer_id).await?.map(Volunteer))
    }

    /// The place that the volunteer had; null for whoever came without one.
    async fn signup(&self, gql: &Context<'_>) -> Result<Option<Signup>> {
        match self.0.signup_id {
            Some(id) => Ok(loaders::one(gql, id).await?.map(Signup)),
            None => Ok(None),
        }
    }

    /// Whether the volunteer came without a place.
    async fn is_walk_in(&self) -> bool {
        self.0.signup_id.is_none()
    }

    /// Where it stands.
    async fn status(&self) -> AttendanceStatus {
        self.0.status.into()
    }

    /// When the volunteer came; null where they did not, or nobody knows.
    async fn checked_in_at(&self) -> Option<DateTime> {
        self.0.checked_in_at.map(DateTime)
    }

    /// What shows when they came.
    async fn check_in_method(&self) -> Option<AttendanceMethod> {
        self.0.check_in_method.map(Into::into)
    }

    /// When the volunteer left; null while they are there, or nobody knows.
    async fn checked_out_at(&self) -> Option<DateTime> {
        self.0.checked_out_at.map(DateTime)
    }

    /// What shows when they left.
    async fn check_out_method(&self) -> Option<AttendanceMethod> {
        self.0.check_out_method.map(Into::into)
    }

    /// Why a coordinator has to look at it; null where nobody has to.
    async fn review(&self) -> Option<AttendanceReview> {
        self.0.review.map(Into::into)
    }

    /// Whether the device that checked in was within the activity's `geofence`; null where there is
    /// none, or the device did not say where it was. Where it was is not kept.
    async fn within_geofence(&self) -> Option<bool> {
        self.0.within_geofence
    }

    /// Which time counts; null while none does, and for attendance that was credited before this was
    /// noted.
    async fn time_basis(&self) -> Option<AttendanceTimeBasis> {
        self.0.time_basis.map(Into::into)
    }

    /// Why the hours were refused; null where they were not.
    async fn refusal(&self) -> Option<Code> {
        let key = self.0.refusal.as_deref()?;
        Code::ALL.iter().find(|it| it.key() == key).copied()
    }

    /// The hours that it made, handed in at once; null where there are none, or they were deleted
    /// since.
    async fn hour_entry(&self, gql: &Context<'_>) -> Result<Option<HourEntry>> {
        match self.0.entry_id {
            Some(id) => Ok(loaders::one(gql, id).await?.map(HourEntry)),
            None => Ok(None),
        }
    }

    /// What a coordinator said of it; null where nothing was.
    async fn reason(&self) -> Option<&str> {
        self.0.reason.as_deref()
    }

    /// Counts the changes; for `expectedVersion`.
    async fn version(&self) -> i32 {
        self.0.version
    }

    /// When it was written.
    async fn created_at(&self) -> DateTime {
        DateTime(self.0.created_at)
    }

    /// When it last changed.
    async fn updated_at(&self) -> DateTime {
        DateTime(self.0.updated_at)
    }
}

/// A page of attendances.
///
/// # Errors
/// A cursor or size that cannot be; a fault of ours.
pub async fn attendance_page(
    gql: &Context<'_>,
    filter: Filter,
    asked: &PageArguments,
) -> Result<Connection<Attendance>> {
    let ctx = gql.signed_in()?;
    let page = asked.page::<AttendanceId>(AS_WRITTEN)?;
    let slice = lists::page(ctx.read(), ctx.scope(), &filter, &page).await;
    let slice = slice.map_err(|it| fault(ctx, &it))?;
    Ok(Connection::new(
        slice,
        AS_WRITTEN,
        |it| it.id,
        Attendance,
        total(ctx, move |ctx| {
            let filter = filter.clone();
            async move { lists::count(ctx.read(), ctx.scope(), &filter).await }
        }),
    ))
}
