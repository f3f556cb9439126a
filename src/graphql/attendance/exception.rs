//! Exceptions of a day: attendances that need a look, and why.
//!
//! What makes one is in `attendance::exceptions`.

use async_graphql::Context;
use async_graphql::Enum;
use async_graphql::ID;
use async_graphql::InputObject;
use async_graphql::Result;
use async_graphql::SimpleObject;
use chrono::NaiveDate;
use entity::ids::ActivityId;
use entity::ids::AttendanceId;
use entity::ids::OrganizationId;

use crate::attendance::exceptions;
use crate::attendance::exceptions::Filter;
use crate::attendance::exceptions::rules::Reason;
use crate::graphql::attendance::record::Attendance;
use crate::graphql::attendance::record::AttendanceStatus;
use crate::graphql::connection::Connection;
use crate::graphql::connection::PageArguments;
use crate::graphql::connection::total;
use crate::graphql::context::Gql;
use crate::graphql::error::fault;
use crate::graphql::node::NodeId;

const AS_WRITTEN: &str = "attendance_exceptions.id.asc";

/// Why an attendance needs a look.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "Reason")]
pub enum AttendanceExceptionReason {
    /// Nobody checked out, and nobody has looked at it yet.
    ForgottenCheckOut,
    /// Came later than `lateInToleranceMinutes` of the activity.
    Late,
    /// Left earlier than `earlyOutToleranceMinutes` of the activity.
    Early,
    /// Had a place and did not come.
    NoShow,
    /// Came without a place.
    WalkIn,
    /// The hours were refused when they were to be written.
    HoursRefused,
    /// The device delivered it long after the code was shown.
    DeliveredLate,
    /// The device was not at the place when it checked in.
    OutsideGeofence,
    /// Stayed longer than the shift by more than an hour.
    OverLong,
}

/// Which exceptions to list; an absent part does not narrow.
#[derive(Debug, Default, InputObject)]
pub struct AttendanceExceptionFilter {
    /// With at least one of these reasons.
    reasons: Option<Vec<AttendanceExceptionReason>>,
    /// Of one of these states: `NEEDS_REVIEW` leaves those that wait for a decision.
    status: Option<Vec<AttendanceStatus>>,
    /// Of this activity.
    activity_id: Option<ID>,
}

/// An attendance that needs a look.
#[derive(Clone, Debug, SimpleObject)]
pub struct AttendanceException {
    /// The attendance.
    attendance: Attendance,
    /// Why it needs a look: all reasons, whichever were asked for.
    reasons: Vec<AttendanceExceptionReason>,
}

/// A page of exceptions.
///
/// # Errors
/// A cursor, size or id that cannot be; a fault of ours.
pub async fn exception_page(
    gql: &Context<'_>,
    organization: OrganizationId,
    day: NaiveDate,
    filter: AttendanceExceptionFilter,
    asked: &PageArguments,
) -> Result<Connection<AttendanceException>> {
    let ctx = gql.signed_in()?;
    let page = asked.page::<AttendanceId>(AS_WRITTEN)?;
    let reasons = filter.reasons.map_or_else(
        || Reason::ALL.to_vec(),
        |it| it.into_iter().map(Into::into).collect(),
    );
    let filter = Filter {
        organization,
        day,
        reasons,
        status: filter
            .status
            .map(|it| it.into_iter().map(Into::into).collect()),
        activity: ActivityId::optional(filter.activity_id.as_ref(), "activityId")?,
    };
    let slice = exceptions::page(ctx.read(), ctx.scope(), &filter, &page).await;
    let slice = slice.map_err(|it| fault(ctx, &it))?;
    Ok(Connection::new(
        slice,
        AS_WRITTEN,
        |it| it.row.id,
        |it| AttendanceException {
            attendance: Attendance(it.row),
            reasons: it.reasons.into_iter().map(Into::into).collect(),
        },
        total(ctx, move |ctx| {
            let filter = filter.clone();
            async move { exceptions::count(ctx.read(), ctx.scope(), &filter).await }
        }),
    ))
}
