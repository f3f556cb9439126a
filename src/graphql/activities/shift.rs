//! Shifts: one, a list.
//!
//! What changes them is in `shift_profiles`; who comes is in `signup`.

use async_graphql::Context;
use async_graphql::ID;
use async_graphql::InputObject;
use async_graphql::Object;
use async_graphql::Result;
use entity::ids::ActivityId;
use entity::ids::OrganizationId;
use entity::ids::ProjectId;
use entity::ids::ShiftSeriesId;
use entity::shift;

use crate::activities::lists;
use crate::activities::lists::ByStart;
use crate::activities::lists::ShiftFilter as Filter;
use crate::activities::lists::SignupFilter as Signups;
use crate::attendance::lists::Filter as Attendances;
use crate::graphql::activities::activity::Activity;
use crate::graphql::activities::activity::PlanStatus;
use crate::graphql::activities::loaders::MySignup;
use crate::graphql::activities::signup::Signup;
use crate::graphql::activities::signup::SignupStatus;
use crate::graphql::activities::signup::signup_page;
use crate::graphql::attendance::loaders::MyAttendance;
use crate::graphql::attendance::record::Attendance;
use crate::graphql::attendance::record::AttendanceStatus;
use crate::graphql::attendance::record::attendance_page;
use crate::graphql::connection::Connection;
use crate::graphql::connection::PageArguments;
use crate::graphql::connection::total;
use crate::graphql::context::Gql;
use crate::graphql::error::fault;
use crate::graphql::loaders;
use crate::graphql::node::NodeId;
use crate::graphql::organizations::Organization;
use crate::graphql::scalars::DateTime;
use crate::graphql::scalars::LocalDateTime;
use crate::graphql::scalars::Minutes;
use crate::graphql::scalars::TimeZone;
use crate::platform::zones;

const BY_START: &str = "shifts.starts_at.asc";

/// When an activity takes place, and for how many volunteers.
#[derive(Clone, Debug)]
pub struct Shift(pub shift::Model);

impl Shift {
    fn wall(&self, at: chrono::DateTime<chrono::Utc>) -> LocalDateTime {
        let zone = zones::parse(&self.0.time_zone).unwrap_or_else(zones::Zone::utc);
        LocalDateTime(zone.local_time(at))
    }
}

/// When an activity takes place, and for how many volunteers.
#[Object]
impl Shift {
    /// Global id.
    pub async fn id(&self) -> ID {
        self.0.id.global()
    }

    /// The activity.
    async fn activity(&self, gql: &Context<'_>) -> Result<Option<Activity>> {
        Ok(loaders::one(gql, self.0.activity_id).await?.map(Activity))
    }

    /// The organization that carries it.
    async fn organization(&self, gql: &Context<'_>) -> Result<Option<Organization>> {
        let found = loaders::one(gql, self.0.organization_id).await?;
        Ok(found.map(Organization))
    }

    /// Names the series it came from, for the filter of `shifts`; null for a single shift.
    async fn series_id(&self) -> Option<ID> {
        self.0.series_id.map(NodeId::global)
    }

    /// When it starts.
    async fn starts_at(&self) -> DateTime {
        DateTime(self.0.starts_at)
    }

    /// When it ends; the end does not belong to it.
    async fn ends_at(&self) -> DateTime {
        DateTime(self.0.ends_at)
    }

    /// When it starts on the clock where it takes place.
    async fn starts_at_local(&self) -> LocalDateTime {
        self.wall(self.0.starts_at)
    }

    /// When it ends on the clock where it takes place.
    async fn ends_at_local(&self) -> LocalDateTime {
        self.wall(self.0.ends_at)
    }

    /// The zone of the place, fixed when the shift was created.
    async fn time_zone(&self) -> TimeZone {
        TimeZone(self.0.time_zone.clone())
    }

    /// Minutes of the shift that do not count as work.
    async fn break_minutes(&self) -> Minutes {
        Minutes(self.0.break_minutes.into())
    }

    /// Minutes of work: from start to end, less the break.
    async fn work_minutes(&self) -> Minutes {
        let length = self.0.ends_at - self.0.starts_at;
        Minutes(length.num_minutes() - i64::from(self.0.break_minutes))
    }

    /// Number of places; null for no limit.
    async fn capacity(&self) -> Option<i32> {
        self.0.capacity
    }

    /// Number of places taken; never more than `capacity`.
    async fn confirmed_count(&self) -> i32 {
        self.0.confirmed_count
    }

    /// Number of volunteers who wait for a place.
    async fn waitlisted_count(&self) -> i32 {
        self.0.waitlisted_count
    }

    /// Number of places left; null for no limit.
    async fn remaining(&self) -> Option<i32> {
        self.0.capacity.map(|it| it - self.0.confirmed_count)
    }

    /// Whether it takes place.
    async fn status(&self) -> PlanStatus {
        self.0.status.into()
    }

    /// Why it does not take place; null while it does.
    async fn cancel_reason(&self) -> Option<&str> {
        self.0.cancel_reason.as_deref()
    }

    /// Since when it does not take place; null while it does.
    async fn cancelled_at(&self) -> Option<DateTime> {
        self.0.cancelled_at.map(DateTime)
    }

    /// The caller's own sign-up; null where the caller is not signed up, or took it back.
    async fn my_signup(&self, gql: &Context<'_>) -> Result<Option<Signup>> {
        Ok(loaders::one(gql, MySignup(self.0.id)).await?.map(Signup))
    }

    /// When its attendance was closed: hours written, forgotten check-outs and no-shows recorded.
    /// Coordinators mark attendance all the same. Null until then.
    async fn attendance_closed_at(&self) -> Option<DateTime> {
        self.0.attendance_closed_at.map(DateTime)
    }

    /// The caller's own attendance; null where nothing is known of it.
    async fn my_attendance(&self, gql: &Context<'_>) -> Result<Option<Attendance>> {
        let found = loaders::one(gql, MyAttendance(self.0.id)).await?;
        Ok(found.map(Attendance))
    }

    /// Who was there, as far as the caller may see it, in the order it was written.
    async fn attendances(
        &self,
        gql: &Context<'_>,
        #[graphql(desc = "Only those of these states; all by default.")] status: Option<
            Vec<AttendanceStatus>,
        >,
        #[graphql(desc = "At most this many from the start, 1 to 100; 20 by default.")]
        first: Option<i32>,
        #[graphql(desc = "Only those after this cursor; with `first`.")] after: Option<String>,
        #[graphql(desc = "At most this many from the end, 1 to 100.")] last: Option<i32>,
        #[graphql(desc = "Only those before this cursor; with `last`.")] before: Option<String>,
    ) -> Result<Connection<Attendance>> {
        let asked = PageArguments {
            first,
            after,
            last,
            before,
        };
        let filter = Attendances {
            shift: Some(self.0.id),
            status: status.map(|it| it.into_iter().map(Into::into).collect()),
            ..Attendances::default()
        };
        attendance_page(gql, filter, &asked).await
    }

    /// Its sign-ups that the caller may see, in the order they were made.
    async fn signups(
        &self,
        gql: &Context<'_>,
        #[graphql(desc = "Only those of these states; all by default.")] status: Option<
            Vec<SignupStatus>,
        >,
        #[graphql(desc = "At most this many from the start, 1 to 100; 20 by default.")]
        first: Option<i32>,
        #[graphql(desc = "Only those after this cursor; with `first`.")] after: Option<String>,
        #[graphql(desc = "At most this many from the end, 1 to 100.")] last: Option<i32>,
        #[graphql(desc = "Only those before this cursor; with `last`.")] before: Option<String>,
    ) -> Result<Connection<Signup>> {
        let asked = PageArguments {
            first,
            after,
            last,
            before,
        };
        let filter = Signups {
            shift: Some(self.0.id),
            of: None,
            status: status.map(|it| it.into_iter().map(Into::into).collect()),
        };
        signup_page(gql, filter, &asked).await
    }

    /// Counts the changes; for `expectedVersion`.
    async fn version(&self) -> i32 {
        self.0.version
    }

    /// When it was created.
    async fn created_at(&self) -> DateTime {
        DateTime(self.0.created_at)
    }
}

/// Which shifts to list; an absent part does not narrow.
#[derive(Debug, Default, InputObject)]
pub struct ShiftFilter {
    /// Of this organization.
    organization_id: Option<ID>,
    /// Of this project.
    project_id: Option<ID>,
    /// Of this activity.
    activity_id: Option<ID>,
    /// Of this series.
    series_id: Option<ID>,
    /// Of this status.
    status: Option<PlanStatus>,
    /// That end after this instant.
    from: Option<DateTime>,
    /// That start before this instant.
    to: Option<DateTime>,
    /// With a place left (true), or full (false).
    has_places: Option<bool>,
    /// For which the caller is signed up or waits (true); false does not narrow.
    mine: Option<bool>,
}

/// A page of shifts, of one activity where one is given.
///
/// # Errors
/// A cursor, size or id that cannot be; a fault of ours.
pub(super) async fn shift_page(
    gql: &Context<'_>,
    filter: ShiftFilter,
    activity: Option<ActivityId>,
    asked: &PageArguments,
) -> Result<Connection<Shift>> {
    let ctx = gql.signed_in()?;
    let page = asked.page::<ByStart>(BY_START)?;
    let mine = filter.mine.unwrap_or_default();
    let filter = Filter {
        organization: OrganizationId::optional(filter.organization_id.as_ref(), "organizationId")?,
        project: ProjectId::optional(filter.project_id.as_ref(), "projectId")?,
        activity: match activity {
            Some(activity) => Some(activity),
            None => ActivityId::optional(filter.activity_id.as_ref(), "activityId")?,
        },
        series: ShiftSeriesId::optional(filter.series_id.as_ref(), "seriesId")?,
        status: filter.status.map(Into::into),
        from: filter.from.map(|it| it.0),
        to: filter.to.map(|it| it.0),
        places: filter.has_places,
        of: mine.then(|| ctx.scope().own_records().to_vec()),
    };
    let slice = lists::shifts(ctx.read(), ctx.scope(), &filter, &page).await;
    let slice = slice.map_err(|it| fault(ctx, &it))?;
    Ok(Connection::new(
        slice,
        BY_START,
        |it| (it.starts_at, it.id),
        Shift,
        total(ctx, move |ctx| {
            let filter = filter.clone();
            async move { lists::count_shifts(ctx.read(), ctx.scope(), &filter).await }
        }),
    ))
}

/// Queries of shifts.
#[derive(Debug, Default)]
pub struct ShiftQueries;

/// Queries of shifts.
#[Object]
impl ShiftQueries {
    /// Shifts that the caller may see, earliest first.
    async fn shifts(
        &self,
        gql: &Context<'_>,
        #[graphql(desc = "Which ones; all by default.")] filter: Option<ShiftFilter>,
        #[graphql(desc = "At most this many from the start, 1 to 100; 20 by default.")]
        first: Option<i32>,
        #[graphql(desc = "Only those after this cursor; with `first`.")] after: Option<String>,
        #[graphql(desc = "At most this many from the end, 1 to 100.")] last: Option<i32>,
        #[graphql(desc = "Only those before this cursor; with `last`.")] before: Option<String>,
    ) -> Result<Connection<Shift>> {
        let asked = PageArguments {
            first,
            after,
            last,
            before,
        };
        shift_page(gql, filter.unwrap_or_default(), None, &asked).await
    }
}
