//! Activities: one, a list.
//!
//! What changes them is in `activity_profiles`; their shifts are in `shift`.

use async_graphql::Context;
use async_graphql::Enum;
use async_graphql::ID;
use async_graphql::InputObject;
use async_graphql::Object;
use async_graphql::Result;
use async_graphql::SimpleObject;
use entity::activity;
use entity::ids::ActivityId;
use entity::ids::OrganizationId;
use entity::ids::ProjectId;

use crate::activities::geofence as fence;
use crate::activities::lists;
use crate::activities::lists::ActivityFilter as Filter;
use crate::graphql::activities::shift::Shift;
use crate::graphql::activities::shift::ShiftFilter;
use crate::graphql::activities::shift::shift_page;
use crate::graphql::connection::Connection;
use crate::graphql::connection::PageArguments;
use crate::graphql::connection::total;
use crate::graphql::context::Gql;
use crate::graphql::error::fault;
use crate::graphql::loaders;
use crate::graphql::node::NodeId;
use crate::graphql::organizations::Organization;
use crate::graphql::projects::Project;
use crate::graphql::scalars::DateTime;
use crate::graphql::scalars::Decimal;
use crate::graphql::scalars::Locale;
use crate::graphql::scalars::Minutes;
use crate::graphql::scalars::TimeZone;
use crate::graphql::territories::Territory;

const NEWEST: &str = "activities.id.desc";

/// Whether an activity or a shift takes place.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "entity::types::PlanStatus")]
pub enum PlanStatus {
    /// It takes place.
    Planned,
    /// It does not take place; whoever was signed up was told.
    Cancelled,
}

/// How the minutes of an activity are measured. Signing up alone never makes hours.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "entity::types::AttendanceMode")]
pub enum AttendanceMode {
    /// A coordinator marks who was there; the length of the shift is credited.
    Marked,
    /// Checking in shows who was there; the length of the shift is credited.
    CheckIn,
    /// Checking in and out gives the times that are credited.
    CheckInAndOut,
}

/// What is credited where somebody checked in and forgot to check out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "entity::types::AutoClose")]
pub enum AutoClose {
    /// The time until the end of the shift.
    CreditShiftEnd,
    /// A fixed number of minutes, `autoCloseMinutes`.
    CreditMinutes,
    /// Nothing.
    NoCredit,
}

/// A place with its reach.
#[derive(SimpleObject)]
pub struct Geofence {
    /// Degrees north of the equator, with six decimals.
    latitude: Decimal,
    /// Degrees east of Greenwich, with six decimals.
    longitude: Decimal,
    /// How far the place reaches, in metres.
    radius_metres: i32,
}

impl From<fence::Geofence> for Geofence {
    fn from(it: fence::Geofence) -> Self {
        Self {
            latitude: Decimal(fence::in_degrees(it.centre.latitude)),
            longitude: Decimal(fence::in_degrees(it.centre.longitude)),
            radius_metres: it.radius_metres,
        }
    }
}

/// Something volunteers do within a project, in shifts they sign up for.
#[derive(Clone, Debug)]
pub struct Activity(pub activity::Model);

/// Something volunteers do within a project, in shifts they sign up for.
#[Object]
impl Activity {
    /// Global id.
    pub async fn id(&self) -> ID {
        self.0.id.global()
    }

    /// The project it is part of.
    async fn project(&self, gql: &Context<'_>) -> Result<Option<Project>> {
        Ok(loaders::one(gql, self.0.project_id).await?.map(Project))
    }

    /// The organization that carries it.
    async fn organization(&self, gql: &Context<'_>) -> Result<Option<Organization>> {
        let found = loaders::one(gql, self.0.organization_id).await?;
        Ok(found.map(Organization))
    }

    /// The title in a language.
    async fn title(
        &self,
        gql: &Context<'_>,
        #[graphql(desc = "The language; that of the request by default.")] locale: Option<Locale>,
    ) -> Result<&str> {
        let locale = gql.spoken(locale)?;
        Ok(locale.choose(&self.0.title, self.0.title_ar.as_deref(), None))
    }

    /// The Arabic title; null where none was given.
    async fn title_ar(&self) -> Option<&str> {
        self.0.title_ar.as_deref()
    }

    /// What is done; null where nothing was said.
    async fn description(&self) -> Option<&str> {
        self.0.description.as_deref()
    }

    /// Where to go, in words; null where nothing was said.
    async fn place(&self) -> Option<&str> {
        self.0.place.as_deref()
    }

    /// The territory it takes place in: its own, or the project's.
    async fn territory(&self, gql: &Context<'_>) -> Result<Option<Territory>> {
        let place = match self.0.territory_id {
            Some(place) => Some(place),
            None => {
                let project = loaders::one(gql, self.0.project_id).await?;
                project.map(|it| it.territory_id)
            }
        };
        match place {
            Some(place) => Ok(loaders::one(gql, place).await?.map(Territory)),
            None => Ok(None),
        }
    }

    /// The time zone of the place; null takes the project's, then the organization's. Each shift
    /// says which zone it took.
    async fn time_zone(&self) -> Option<TimeZone> {
        self.0.time_zone.clone().map(TimeZone)
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

    /// How its minutes are measured.
    async fn attendance_mode(&self) -> AttendanceMode {
        self.0.attendance_mode.into()
    }

    /// What is credited where somebody forgot to check out.
    async fn auto_close(&self) -> AutoClose {
        self.0.auto_close.into()
    }

    /// The minutes that a forgotten check-out is credited; null unless `autoClose` is
    /// `CREDIT_MINUTES`.
    async fn auto_close_minutes(&self) -> Option<Minutes> {
        self.0.auto_close_minutes.map(|it| Minutes(it.into()))
    }

    /// Checking in opens this long before a shift starts.
    async fn check_in_before_minutes(&self) -> Minutes {
        Minutes(self.0.check_in_before_minutes.into())
    }

    /// Checking in ends this long after a shift started.
    async fn check_in_after_minutes(&self) -> Minutes {
        Minutes(self.0.check_in_after_minutes.into())
    }

    /// Whoever comes at most this late is credited from the start of the shift, whoever comes later
    /// from when they came.
    async fn late_in_tolerance_minutes(&self) -> Minutes {
        Minutes(self.0.late_in_tolerance_minutes.into())
    }

    /// Whoever leaves at most this early is credited until the end of the shift, whoever leaves
    /// earlier until they left.
    async fn early_out_tolerance_minutes(&self) -> Minutes {
        Minutes(self.0.early_out_tolerance_minutes.into())
    }

    /// With `CHECK_IN_AND_OUT`: this long after the end of a shift, who has not checked out is closed
    /// by `autoClose`.
    async fn close_after_minutes(&self) -> Minutes {
        Minutes(self.0.close_after_minutes.into())
    }

    /// Where volunteers are expected to be when they check in; null where that is not looked at.
    async fn geofence(&self) -> Option<Geofence> {
        fence::Geofence::of(&self.0).map(Geofence::from)
    }

    /// Its shifts, earliest first.
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
        shift_page(gql, filter.unwrap_or_default(), Some(self.0.id), &asked).await
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

/// Which activities to list; an absent part does not narrow.
#[derive(Debug, Default, InputObject)]
pub struct ActivityFilter {
    /// Of this organization.
    organization_id: Option<ID>,
    /// Of this project.
    project_id: Option<ID>,
    /// Of this status.
    status: Option<PlanStatus>,
    /// With a shift that ends after this instant.
    from: Option<DateTime>,
    /// With a shift that starts before this instant.
    to: Option<DateTime>,
}

/// Queries of activities.
#[derive(Debug, Default)]
pub struct ActivityQueries;

/// Queries of activities.
#[Object]
impl ActivityQueries {
    /// One activity; null when there is none or the caller may not see it.
    async fn activity(
        &self,
        gql: &Context<'_>,
        #[graphql(desc = "Its id.")] id: ID,
    ) -> Result<Option<Activity>> {
        gql.signed_in()?;
        match ActivityId::read(&id) {
            Some(id) => Ok(loaders::one(gql, id).await?.map(Activity)),
            None => Ok(None),
        }
    }

    /// Activities that the caller may see, newest first.
    async fn activities(
        &self,
        gql: &Context<'_>,
        #[graphql(desc = "Which ones; all by default.")] filter: Option<ActivityFilter>,
        #[graphql(desc = "At most this many from the start, 1 to 100; 20 by default.")]
        first: Option<i32>,
        #[graphql(desc = "Only those after this cursor; with `first`.")] after: Option<String>,
        #[graphql(desc = "At most this many from the end, 1 to 100.")] last: Option<i32>,
        #[graphql(desc = "Only those before this cursor; with `last`.")] before: Option<String>,
    ) -> Result<Connection<Activity>> {
        let ctx = gql.signed_in()?;
        let asked = PageArguments {
            first,
            after,
            last,
            before,
        };
        let page = asked.page::<ActivityId>(NEWEST)?;
        let filter = filter.unwrap_or_default();
        let filter = Filter {
            organization: OrganizationId::optional(
                filter.organization_id.as_ref(),
                "organizationId",
            )?,
            project: ProjectId::optional(filter.project_id.as_ref(), "projectId")?,
            status: filter.status.map(Into::into),
            from: filter.from.map(|it| it.0),
            to: filter.to.map(|it| it.0),
        };
        let slice = lists::activities(ctx.read(), ctx.scope(), &filter, &page).await;
        let slice = slice.map_err(|it| fault(ctx, &it))?;
        Ok(Connection::new(
            slice,
            NEWEST,
            |it| it.id,
            Activity,
            total(ctx, move |ctx| {
                let filter = filter.clone();
                async move { lists::count_activities(ctx.read(), ctx.scope(), &filter).await }
            }),
        ))
    }
}
