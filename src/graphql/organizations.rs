//! One organization, and what belongs to it.
//!
//! Lists of organizations are in `organization_list`, acts in `profiles` and `settings`.

use async_graphql::Context;
use async_graphql::Enum;
use async_graphql::ID;
use async_graphql::Object;
use async_graphql::Result;
use entity::ids::MembershipId;
use entity::ids::OrganizationId;
use entity::organization;

use crate::attendance::lists::Filter as Attendances;
use crate::graphql::attendance::exception::AttendanceException;
use crate::graphql::attendance::exception::AttendanceExceptionFilter;
use crate::graphql::attendance::exception::exception_page;
use crate::graphql::attendance::record::Attendance;
use crate::graphql::attendance::record::AttendanceStatus;
use crate::graphql::attendance::record::attendance_page;
use crate::graphql::connection::Connection;
use crate::graphql::connection::PageArguments;
use crate::graphql::connection::searched;
use crate::graphql::connection::total;
use crate::graphql::context::Gql;
use crate::graphql::contracts::profile::ContractualProfile;
use crate::graphql::error::UserError;
use crate::graphql::error::changed_meanwhile;
use crate::graphql::error::fault;
use crate::graphql::hours::approval_rules::ApprovalRule;
use crate::graphql::hours::entry::HourEntry;
use crate::graphql::hours::list::HourEntryFilter;
use crate::graphql::hours::list::HourEntryOrder;
use crate::graphql::hours::list::entries;
use crate::graphql::hours::loaders::RulesOf;
use crate::graphql::imports::import::Import;
use crate::graphql::imports::import::import_page;
use crate::graphql::loaders;
use crate::graphql::members::Membership;
use crate::graphql::members::Role;
use crate::graphql::node::NodeId;
use crate::graphql::projects::Project;
use crate::graphql::projects::project_page;
use crate::graphql::scalars::Date;
use crate::graphql::scalars::DateTime;
use crate::graphql::scalars::Locale;
use crate::graphql::scalars::Minutes;
use crate::graphql::scalars::TimeZone;
use crate::graphql::territories::Territory;
use crate::graphql::timers::timer::Timer;
use crate::graphql::timers::timer::TimerStatus;
use crate::graphql::timers::timer::timer_page;
use crate::graphql::volunteers::Volunteer;
use crate::graphql::volunteers::VolunteerOrder;
use crate::graphql::volunteers::volunteer_page;
use crate::hours::list::Filter;
use crate::identity::Action;
use crate::organizations::store;
use crate::projects;
use crate::timers;
use crate::volunteers;

const MEMBERS: &str = "memberships.id.asc";

/// What an organization is in law.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "entity::types::OrganizationKind")]
pub enum OrganizationKind {
    /// An association.
    Association,
    /// A cooperative.
    Cooperative,
    /// A public body.
    PublicBody,
    /// A school or university.
    School,
    /// A company.
    Company,
}

/// Who records hours: an association, a cooperative, a public body, a school, a company.
#[derive(Clone, Debug)]
pub struct Organization(pub organization::Model);

/// Who records hours: an association, a cooperative, a public body, a school, a company.
#[Object]
impl Organization {
    /// Global id.
    pub async fn id(&self) -> ID {
        self.0.id.global()
    }

    /// Short name in addresses: lower-case letters, digits and hyphens.
    async fn slug(&self) -> &str {
        &self.0.slug
    }

    /// The name in a language.
    async fn name(
        &self,
        gql: &Context<'_>,
        #[graphql(desc = "The language; that of the request by default.")] locale: Option<Locale>,
    ) -> Result<&str> {
        let locale = gql.spoken(locale)?;
        Ok(locale.choose(&self.0.name, self.0.name_ar.as_deref(), None))
    }

    /// The Arabic name; null where none was given.
    async fn name_ar(&self) -> Option<&str> {
        self.0.name_ar.as_deref()
    }

    /// What it is in law.
    async fn kind(&self) -> OrganizationKind {
        self.0.kind.into()
    }

    /// Its number in a public register; null where none was given.
    async fn registration_number(&self) -> Option<&str> {
        self.0.registration_number.as_deref()
    }

    /// Its field of work in ICNP/TSO, a section, group or subgroup: a term of the vocabulary `ICNP_TSO`; null where
    /// none was given.
    async fn sector_code(&self) -> Option<&str> {
        self.0.sector_code.as_deref()
    }

    /// Its seat.
    async fn territory(&self, gql: &Context<'_>) -> Result<Option<Territory>> {
        Ok(loaders::one(gql, self.0.territory_id).await?.map(Territory))
    }

    /// Its federation; null where there is none or the caller does not see it.
    async fn parent(&self, gql: &Context<'_>) -> Result<Option<Organization>> {
        match self.0.parent_id {
            Some(id) => Ok(loaders::one(gql, id).await?.map(Organization)),
            None => Ok(None),
        }
    }

    /// The time zone that decides the civil day of work, where a project has none of its own.
    async fn time_zone(&self) -> TimeZone {
        TimeZone(self.0.time_zone.clone())
    }

    /// The most that one person may log on one civil day.
    async fn daily_cap_minutes(&self) -> Minutes {
        Minutes(i64::from(self.0.daily_cap_minutes.0))
    }

    /// A timer that ran longer than this needs review before it becomes an entry.
    async fn timer_longest_minutes(&self) -> Minutes {
        Minutes(i64::from(self.0.timer_longest_minutes.0))
    }

    /// Days for which a month that has ended still takes writes, before it is closed by itself;
    /// null where months close only by hand.
    async fn grace_days(&self) -> Option<i32> {
        self.0.grace_days
    }

    /// Counts the changes; for `expectedVersion`.
    async fn version(&self) -> i32 {
        self.0.version
    }

    /// When it was created.
    async fn created_at(&self) -> DateTime {
        DateTime(self.0.created_at)
    }

    /// The caller's role; null for who does not belong to it.
    async fn viewer_role(&self, gql: &Context<'_>) -> Result<Option<Role>> {
        Ok(gql.op()?.scope().role(self.0.id).map(Into::into))
    }

    /// Its rules of approval, archived ones included, oldest first. Null for who does not decide
    /// on hours there.
    async fn approval_rules(&self, gql: &Context<'_>) -> Result<Option<Vec<ApprovalRule>>> {
        let ctx = gql.op()?;
        if !ctx.may(Action::DecideHours, self.0.id) && !ctx.scope().is_everything() {
            return Ok(None);
        }
        let rules = loaders::one(gql, RulesOf(self.0.id)).await?;
        let rules = rules.iter().flat_map(|it| it.iter());
        Ok(Some(rules.map(|it| ApprovalRule(it.clone())).collect()))
    }

    /// Attendances of its shifts that the caller may see, in the order they were written: with
    /// `NEEDS_REVIEW`, what a coordinator has to look at.
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
            organization: Some(self.0.id),
            status: status.map(|it| it.into_iter().map(Into::into).collect()),
            ..Attendances::default()
        };
        attendance_page(gql, filter, &asked).await
    }

    /// Attendances of a day that need a look, as far as the caller sees them, in the order they were
    /// written: who forgot to check out, came late, left early, did not come, came without a place.
    #[expect(
        clippy::too_many_arguments,
        reason = "each is an argument of the field"
    )]
    async fn attendance_exceptions(
        &self,
        gql: &Context<'_>,
        #[graphql(desc = "The civil day on which the shifts start, at their place.")] day: Date,
        #[graphql(desc = "Which ones; all by default.")] filter: Option<AttendanceExceptionFilter>,
        #[graphql(desc = "At most this many from the start, 1 to 100; 20 by default.")]
        first: Option<i32>,
        #[graphql(desc = "Only those after this cursor; with `first`.")] after: Option<String>,
        #[graphql(desc = "At most this many from the end, 1 to 100.")] last: Option<i32>,
        #[graphql(desc = "Only those before this cursor; with `last`.")] before: Option<String>,
    ) -> Result<Connection<AttendanceException>> {
        let asked = PageArguments {
            first,
            after,
            last,
            before,
        };
        exception_page(gql, self.0.id, day.0, filter.unwrap_or_default(), &asked).await
    }

    /// Who belongs to it, longest first. Null for who may not see that: volunteers and observers.
    async fn members(
        &self,
        gql: &Context<'_>,
        #[graphql(desc = "At most this many from the start, 1 to 100; 20 by default.")]
        first: Option<i32>,
        #[graphql(desc = "Only those after this cursor; with `first`.")] after: Option<String>,
        #[graphql(desc = "At most this many from the end, 1 to 100.")] last: Option<i32>,
        #[graphql(desc = "Only those before this cursor; with `last`.")] before: Option<String>,
    ) -> Result<Option<Connection<Membership>>> {
        let ctx = gql.op()?;
        let id = self.0.id;
        if !ctx.may(Action::ReadMembers, id) && !ctx.scope().is_everything() {
            return Ok(None);
        }
        let asked = PageArguments {
            first,
            after,
            last,
            before,
        };
        let page = asked.page::<MembershipId>(MEMBERS)?;
        let slice = store::members(ctx.read(), id, &page).await;
        let slice = slice.map_err(|it| fault(ctx, &it))?;
        Ok(Some(Connection::new(
            slice,
            MEMBERS,
            |it| it.id,
            Membership,
            total(ctx, move |ctx| async move {
                store::count_members(ctx.read(), id).await
            }),
        )))
    }

    /// Contractual volunteering in it.
    #[graphql(flatten)]
    async fn contractual(&self) -> ContractualProfile {
        ContractualProfile(self.0.id)
    }

    /// Timers of its volunteers as far as the caller may see them, newest first.
    async fn timers(
        &self,
        gql: &Context<'_>,
        #[graphql(desc = "Only those in one of these states; all by default.")] status: Option<
            Vec<TimerStatus>,
        >,
        #[graphql(desc = "At most this many from the start, 1 to 100; 20 by default.")]
        first: Option<i32>,
        #[graphql(desc = "Only those after this cursor; with `first`.")] after: Option<String>,
        #[graphql(desc = "At most this many from the end, 1 to 100.")] last: Option<i32>,
        #[graphql(desc = "Only those before this cursor; with `last`.")] before: Option<String>,
    ) -> Result<Connection<Timer>> {
        let filter = timers::store::Filter {
            organization: Some(self.0.id),
            status: status.map(|it| it.into_iter().map(Into::into).collect()),
            of: None,
        };
        let asked = PageArguments {
            first,
            after,
            last,
            before,
        };
        timer_page(gql, filter, &asked).await
    }

    /// Its volunteers, as far as the caller may see them, by name unless ordered otherwise: a
    /// volunteer sees their own record, an observer none. At most 100 a page.
    #[expect(
        clippy::too_many_arguments,
        reason = "each is an argument of the field"
    )]
    async fn volunteers(
        &self,
        gql: &Context<'_>,
        #[graphql(desc = "With this in a name of either script, or with this reference.")]
        search: Option<String>,
        #[graphql(desc = "Only archived ones, or only those in use; all by default.")]
        archived: Option<bool>,
        #[graphql(desc = "The order; by name by default.")] order_by: Option<VolunteerOrder>,
        #[graphql(desc = "At most this many from the start, 1 to 100; 20 by default.")]
        first: Option<i32>,
        #[graphql(desc = "Only those after this cursor; with `first`.")] after: Option<String>,
        #[graphql(desc = "At most this many from the end, 1 to 100.")] last: Option<i32>,
        #[graphql(desc = "Only those before this cursor; with `last`.")] before: Option<String>,
    ) -> Result<Connection<Volunteer>> {
        let filter = volunteers::store::Filter {
            organization: Some(self.0.id),
            search: searched(search)?,
            archived,
        };
        let asked = PageArguments {
            first,
            after,
            last,
            before,
        };
        volunteer_page(gql, filter, order_by, &asked).await
    }

    /// Files that were brought for import, newest first. Null for who may not write for others there.
    async fn imports(
        &self,
        gql: &Context<'_>,
        #[graphql(desc = "At most this many from the start, 1 to 100; 20 by default.")]
        first: Option<i32>,
        #[graphql(desc = "Only those after this cursor; with `first`.")] after: Option<String>,
        #[graphql(desc = "At most this many from the end, 1 to 100.")] last: Option<i32>,
        #[graphql(desc = "Only those before this cursor; with `last`.")] before: Option<String>,
    ) -> Result<Option<Connection<Import>>> {
        let ctx = gql.op()?;
        if !ctx.may(Action::LogHoursForOthers, self.0.id) && !ctx.scope().is_everything() {
            return Ok(None);
        }
        let asked = PageArguments {
            first,
            after,
            last,
            before,
        };
        Ok(Some(import_page(gql, self.0.id, &asked).await?))
    }

    /// Its projects by title.
    async fn projects(
        &self,
        gql: &Context<'_>,
        #[graphql(desc = "With this in a title of either script, or with this code.")]
        search: Option<String>,
        #[graphql(desc = "At most this many from the start, 1 to 100; 20 by default.")]
        first: Option<i32>,
        #[graphql(desc = "Only those after this cursor; with `first`.")] after: Option<String>,
        #[graphql(desc = "At most this many from the end, 1 to 100.")] last: Option<i32>,
        #[graphql(desc = "Only those before this cursor; with `last`.")] before: Option<String>,
    ) -> Result<Connection<Project>> {
        let filter = projects::store::Filter {
            organization: Some(self.0.id),
            search: searched(search)?,
            ..projects::store::Filter::default()
        };
        let asked = PageArguments {
            first,
            after,
            last,
            before,
        };
        project_page(gql, filter, &asked).await
    }

    /// Its hour entries that the caller may see, newest work day first unless ordered otherwise.
    #[expect(
        clippy::too_many_arguments,
        reason = "each is an argument of the field"
    )]
    async fn hour_entries(
        &self,
        gql: &Context<'_>,
        #[graphql(desc = "Which entries.")] filter: Option<HourEntryFilter>,
        #[graphql(desc = "The order; newest work day first by default.")] order_by: Option<
            HourEntryOrder,
        >,
        #[graphql(desc = "At most this many from the start, 1 to 100; 20 by default.")]
        first: Option<i32>,
        #[graphql(desc = "Only those after this cursor; with `first`.")] after: Option<String>,
        #[graphql(desc = "At most this many from the end, 1 to 100.")] last: Option<i32>,
        #[graphql(desc = "Only those before this cursor; with `last`.")] before: Option<String>,
    ) -> Result<Connection<HourEntry>> {
        let within = Filter::of_organization(self.0.id);
        let page = PageArguments {
            first,
            after,
            last,
            before,
        };
        entries(gql, within, filter, order_by, page).await
    }
}

/// The organization after an act, or as it is where it changed meanwhile.
///
/// # Errors
/// A fault of ours.
pub(super) async fn present(
    gql: &Context<'_>,
    id: &ID,
    done: Option<organization::Model>,
    errors: &[UserError],
) -> Result<Option<Organization>> {
    match OrganizationId::read(id) {
        Some(id) if changed_meanwhile(errors) => Ok(loaders::one(gql, id).await?.map(Organization)),
        _ => Ok(done.map(Organization)),
    }
}
