//! Projects: one, a list.
//!
//! What changes them is in `project_profiles` and `tag_allocations`, rules in `projects`; hours are in `graphql/hours`.

use async_graphql::Context;
use async_graphql::ID;
use async_graphql::InputObject;
use async_graphql::Object;
use async_graphql::Result;
use async_graphql::SimpleObject;
use entity::ids::OrganizationId;
use entity::ids::ProjectId;
use entity::project;

use crate::graphql::connection::Connection;
use crate::graphql::connection::PageArguments;
use crate::graphql::connection::searched;
use crate::graphql::connection::total;
use crate::graphql::context::Gql;
use crate::graphql::error::UserError;
use crate::graphql::error::changed_meanwhile;
use crate::graphql::error::contradiction;
use crate::graphql::error::fault;
use crate::graphql::hours::entry::HourEntry;
use crate::graphql::hours::list::HourEntryFilter;
use crate::graphql::hours::list::HourEntryOrder;
use crate::graphql::hours::list::entries;
use crate::graphql::loaders;
use crate::graphql::node::NodeId;
use crate::graphql::organizations::Organization;
use crate::graphql::scalars::CurrencyCode;
use crate::graphql::scalars::Date;
use crate::graphql::scalars::DateTime;
use crate::graphql::scalars::Decimal;
use crate::graphql::scalars::Locale;
use crate::graphql::scalars::TimeZone;
use crate::graphql::tag_allocations::TagAllocation;
use crate::graphql::tag_allocations::allocations;
use crate::graphql::territories::Territory;
use crate::hours::list::Filter;
use crate::projects::store;
use crate::projects::store::Running;

const BY_TITLE: &str = "projects.title.asc";

/// Work with a place, dates, a budget, and shares of what it serves.
#[derive(Clone, Debug)]
pub struct Project(pub project::Model);

/// An amount of money.
#[derive(SimpleObject)]
pub struct Money {
    /// The amount, exact to two decimals.
    amount: Decimal,
    /// ISO 4217.
    currency: CurrencyCode,
}

impl Project {
    /// An amount in hundredths of its currency.
    fn money(&self, minor: i64) -> Money {
        Money {
            amount: Decimal(rust_decimal::Decimal::new(minor, 2)),
            currency: CurrencyCode(self.0.currency.clone()),
        }
    }
}

/// Work with a place, dates, a budget, and shares of what it serves.
#[Object]
impl Project {
    /// Global id.
    pub async fn id(&self) -> ID {
        self.0.id.global()
    }

    /// The organization's own short code; null where it has none.
    async fn code(&self) -> Option<&str> {
        self.0.code.as_deref()
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

    /// The organization that carries it.
    async fn organization(&self, gql: &Context<'_>) -> Result<Option<Organization>> {
        let found = loaders::one(gql, self.0.organization_id).await?;
        Ok(found.map(Organization))
    }

    /// Its place.
    async fn territory(&self, gql: &Context<'_>) -> Result<Option<Territory>> {
        Ok(loaders::one(gql, self.0.territory_id).await?.map(Territory))
    }

    /// The time zone that decides the civil day of work; null takes the organization's.
    async fn time_zone(&self) -> Option<TimeZone> {
        self.0.time_zone.clone().map(TimeZone)
    }

    /// First day.
    async fn starts_on(&self) -> Date {
        Date(self.0.starts_on)
    }

    /// Last day, inclusive; null while none is set.
    async fn ends_on(&self) -> Option<Date> {
        self.0.ends_on.map(Date)
    }

    /// The budget; null where none was given.
    async fn budget(&self) -> Option<Money> {
        self.0.budget_minor.map(|it| self.money(it))
    }

    /// What the INDH pays of the budget; null where that was not said. What is left the organization and its
    /// partners pay.
    async fn budget_indh(&self) -> Option<Money> {
        self.0.budget_indh_minor.map(|it| self.money(it))
    }

    /// Code of the field of work in ICNP/TSO: a term of the vocabulary `ICNP_TSO`; null takes that of the
    /// organization.
    async fn sector_code(&self) -> Option<&str> {
        self.0.sector_code.as_deref()
    }

    /// Code of the work's occupation in ISCO-08: a term of the vocabulary `ISCO08`; null where none was given.
    async fn occupation_code(&self) -> Option<&str> {
        self.0.occupation_code.as_deref()
    }

    /// What it serves, by vocabulary and largest share first.
    async fn tag_allocations(
        &self,
        gql: &Context<'_>,
        #[graphql(desc = "Only of the vocabulary of this code; all by default.")]
        vocabulary: Option<String>,
        #[graphql(desc = "The day; today by default.")] on: Option<Date>,
    ) -> Result<Vec<TagAllocation>> {
        let day = on.map_or(gql.op()?.today(), |it| it.0);
        allocations(gql, self.0.id, day, vocabulary.as_deref()).await
    }

    /// Since when it takes no new work; null while it does.
    async fn archived_at(&self) -> Option<DateTime> {
        self.0.archived_at.map(DateTime)
    }

    /// Counts the changes; for `expectedVersion`.
    async fn version(&self) -> i32 {
        self.0.version
    }

    /// When it was created.
    async fn created_at(&self) -> DateTime {
        DateTime(self.0.created_at)
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
        let within = Filter::of_project(self.0.id);
        let page = PageArguments {
            first,
            after,
            last,
            before,
        };
        entries(gql, within, filter, order_by, page).await
    }
}

/// Which projects to list; an absent part does not narrow.
#[derive(Debug, Default, InputObject)]
pub struct ProjectFilter {
    /// Of this organization.
    organization_id: Option<ID>,
    /// With this in a title of either script, or with this code.
    search: Option<String>,
    /// In the territory of this code or below.
    territory_code: Option<String>,
    /// Running on this day and not archived. Give this or `active`.
    running_on: Option<Date>,
    /// Running today and not archived (true), or all others (false).
    active: Option<bool>,
}

/// A page of projects.
///
/// # Errors
/// A cursor or size that cannot be; a fault of ours.
pub async fn project_page(
    gql: &Context<'_>,
    filter: store::Filter,
    asked: &PageArguments,
) -> Result<Connection<Project>> {
    let ctx = gql.signed_in()?;
    let page = asked.page::<store::ByTitle>(BY_TITLE)?;
    let slice = store::list(ctx.read(), ctx.scope(), &filter, &page).await;
    let slice = slice.map_err(|it| fault(ctx, &it))?;
    Ok(Connection::new(
        slice,
        BY_TITLE,
        |it| (it.title.clone(), it.id),
        Project,
        total(ctx, move |ctx| {
            let filter = filter.clone();
            async move { store::count(ctx.read(), ctx.scope(), &filter).await }
        }),
    ))
}

/// Queries of projects.
#[derive(Debug, Default)]
pub struct ProjectQueries;

/// Queries of projects.
#[Object]
impl ProjectQueries {
    /// One project; null when there is none or the caller may not see it.
    async fn project(
        &self,
        gql: &Context<'_>,
        #[graphql(desc = "Its id.")] id: ID,
    ) -> Result<Option<Project>> {
        gql.signed_in()?;
        match ProjectId::read(&id) {
            Some(id) => Ok(loaders::one(gql, id).await?.map(Project)),
            None => Ok(None),
        }
    }

    /// Projects that the caller may see, by title.
    async fn projects(
        &self,
        gql: &Context<'_>,
        #[graphql(desc = "Which ones; all by default.")] filter: Option<ProjectFilter>,
        #[graphql(desc = "At most this many from the start, 1 to 100; 20 by default.")]
        first: Option<i32>,
        #[graphql(desc = "Only those after this cursor; with `first`.")] after: Option<String>,
        #[graphql(desc = "At most this many from the end, 1 to 100.")] last: Option<i32>,
        #[graphql(desc = "Only those before this cursor; with `last`.")] before: Option<String>,
    ) -> Result<Connection<Project>> {
        let filter = filter.unwrap_or_default();
        let organization =
            OrganizationId::optional(filter.organization_id.as_ref(), "organizationId")?;
        let today = gql.op()?.today();
        let running = match (filter.running_on, filter.active) {
            (None, None) => None,
            (Some(day), None) => Some(Running::On(day.0)),
            (None, Some(true)) => Some(Running::On(today)),
            (None, Some(false)) => Some(Running::NotOn(today)),
            (Some(_), Some(_)) => return Err(contradiction("active", "runningOn, active")),
        };
        let filter = store::Filter {
            organization,
            search: searched(filter.search)?,
            territory_code: filter.territory_code,
            running,
        };
        let asked = PageArguments {
            first,
            after,
            last,
            before,
        };
        project_page(gql, filter, &asked).await
    }
}

/// The project after an act, or as it is where it changed meanwhile.
///
/// # Errors
/// A fault of ours.
pub(super) async fn present(
    gql: &Context<'_>,
    id: &ID,
    done: Option<project::Model>,
    errors: &[UserError],
) -> Result<Option<Project>> {
    match ProjectId::read(id) {
        Some(id) if changed_meanwhile(errors) => Ok(loaders::one(gql, id).await?.map(Project)),
        _ => Ok(done.map(Project)),
    }
}
