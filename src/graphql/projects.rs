//! Projects and their shares.
//!
//! Rules are in `projects`; hours are in `graphql/hours`.

use async_graphql::Context;
use async_graphql::ID;
use async_graphql::InputObject;
use async_graphql::MaybeUndefined;
use async_graphql::Object;
use async_graphql::Result;
use async_graphql::SimpleObject;
use entity::ids::OrganizationId;
use entity::ids::ProjectId;
use entity::project;

use crate::graphql::connection::Connection;
use crate::graphql::connection::PageArguments;
use crate::graphql::connection::total;
use crate::graphql::context::Gql;
use crate::graphql::error::UserError;
use crate::graphql::error::answered;
use crate::graphql::error::bad_input;
use crate::graphql::error::fault;
use crate::graphql::hours::entry::HourEntry;
use crate::graphql::hours::list::HourEntryFilter;
use crate::graphql::hours::list::HourEntryOrder;
use crate::graphql::hours::list::entries;
use crate::graphql::loaders;
use crate::graphql::node::NodeId;
use crate::graphql::organizations::Organization;
use crate::graphql::patch::clearable;
use crate::graphql::patch::lasting;
use crate::graphql::scalars::CurrencyCode;
use crate::graphql::scalars::Date;
use crate::graphql::scalars::DateTime;
use crate::graphql::scalars::Decimal;
use crate::graphql::scalars::Locale;
use crate::graphql::scalars::TimeZone;
use crate::graphql::tag_allocations::TagAllocation;
use crate::graphql::tag_allocations::TagAllocationInput;
use crate::graphql::tag_allocations::allocations;
use crate::graphql::tag_allocations::new_shares;
use crate::graphql::territories::Territory;
use crate::hours::list::Filter;
use crate::projects::ProjectError;
use crate::projects::project as projects;
use crate::projects::project::NewProject;
use crate::projects::project::ProjectChanges;
use crate::projects::store;

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
        let locale = locale.map_or(gql.op()?.locale(), |it| it.0);
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
        self.0.budget_minor.map(|minor| Money {
            amount: Decimal(rust_decimal::Decimal::new(minor, 2)),
            currency: CurrencyCode(self.0.currency.clone()),
        })
    }

    /// What it serves, by vocabulary and largest share first.
    async fn tag_allocations(
        &self,
        gql: &Context<'_>,
        #[graphql(desc = "Only of the vocabulary of this code; all by default.")]
        vocabulary: Option<String>,
        #[graphql(desc = "The day; today by default.")] on: Option<Date>,
    ) -> Result<Vec<TagAllocation>> {
        let day = on.map_or(gql.op()?.now().date_naive(), |it| it.0);
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
    /// Running on this day and not archived.
    running_on: Option<Date>,
}

/// A new project.
#[derive(InputObject)]
struct CreateProjectInput {
    /// Which organization carries it.
    organization_id: ID,
    /// The organization's own short code, unique there.
    code: Option<String>,
    /// Title; at most 300 characters.
    title: String,
    /// Arabic title.
    title_ar: Option<String>,
    /// Code of its place.
    territory_code: String,
    /// IANA name; the organization's zone by default.
    time_zone: Option<TimeZone>,
    /// First day.
    starts_on: Date,
    /// Last day, inclusive.
    ends_on: Option<Date>,
    /// Budget, to two decimals.
    budget: Option<Decimal>,
    /// ISO 4217; `MAD` by default.
    currency: Option<CurrencyCode>,
    /// What it serves, from the beginning.
    tag_allocations: Option<Vec<TagAllocationInput>>,
    /// Makes a repeated request have one effect.
    idempotency_key: Option<String>,
}

/// Changes of a project: absent leaves a value as it is, null clears it.
#[derive(InputObject)]
struct UpdateProjectInput {
    /// Which one.
    id: ID,
    /// The version that the caller saw.
    expected_version: Option<i32>,
    /// The organization's own short code.
    code: MaybeUndefined<String>,
    /// Title.
    title: Option<String>,
    /// Arabic title.
    title_ar: MaybeUndefined<String>,
    /// Code of its place.
    territory_code: Option<String>,
    /// IANA name; null takes the organization's.
    time_zone: MaybeUndefined<TimeZone>,
    /// First day.
    starts_on: Option<Date>,
    /// Last day, inclusive.
    ends_on: MaybeUndefined<Date>,
    /// Budget, to two decimals.
    budget: MaybeUndefined<Decimal>,
    /// ISO 4217.
    currency: Option<CurrencyCode>,
    /// Whether it takes no new work.
    archived: Option<bool>,
}

/// The project after the act.
#[derive(SimpleObject)]
pub struct ProjectPayload {
    /// The project; null when refused.
    project: Option<Project>,
    /// Why nothing was done; empty when it was.
    user_errors: Vec<UserError>,
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
            match filter.organization_id {
                Some(id) => Some(OrganizationId::read(&id).ok_or_else(|| {
                    bad_input("`organizationId` is not the id of an organization.")
                })?),
                None => None,
            };
        let filter = store::Filter {
            organization,
            search: filter.search,
            territory_code: filter.territory_code,
            running_on: filter.running_on.map(|it| it.0),
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

/// Acts on projects.
#[derive(Debug, Default)]
pub struct ProjectMutations;

/// Acts on projects.
#[Object]
impl ProjectMutations {
    /// Creates a project.
    async fn create_project(
        &self,
        gql: &Context<'_>,
        #[graphql(desc = "The new project.")] input: CreateProjectInput,
    ) -> Result<ProjectPayload> {
        let ctx = gql.signed_in()?;
        let outcome = async {
            let organization = read_id::<OrganizationId>(&input.organization_id, "organizationId")?;
            let shares = input.tag_allocations.unwrap_or_default();
            let new = NewProject {
                code: input.code,
                title: input.title,
                title_ar: input.title_ar,
                territory_code: input.territory_code,
                time_zone: input.time_zone.map(|it| it.0),
                starts_on: input.starts_on.0,
                ends_on: input.ends_on.map(|it| it.0),
                budget: input.budget.map(|it| it.0),
                currency: input.currency.map(|it| it.0),
                shares: shares
                    .into_iter()
                    .map(|it| new_shares(it.vocabulary, it.shares, None))
                    .collect(),
            };
            projects::create(ctx, organization, new, input.idempotency_key.as_deref()).await
        };
        payload(gql, outcome.await)
    }

    /// Changes a project.
    async fn update_project(
        &self,
        gql: &Context<'_>,
        #[graphql(desc = "What changes.")] input: UpdateProjectInput,
    ) -> Result<ProjectPayload> {
        let ctx = gql.signed_in()?;
        let outcome = async {
            let id = read_id::<ProjectId>(&input.id, "id")?;
            let changes = ProjectChanges {
                code: clearable(input.code, |it| it),
                title: lasting(input.title, |it| it),
                title_ar: clearable(input.title_ar, |it| it),
                territory_code: lasting(input.territory_code, |it| it),
                time_zone: clearable(input.time_zone, |it| it.0),
                starts_on: lasting(input.starts_on, |it| it.0),
                ends_on: clearable(input.ends_on, |it| it.0),
                budget: clearable(input.budget, |it| it.0),
                currency: lasting(input.currency, |it| it.0),
                archived: lasting(input.archived, |it| it),
            };
            projects::update(ctx, id, input.expected_version, changes).await
        };
        payload(gql, outcome.await)
    }
}

/// The payload of an act on a project.
///
/// # Errors
/// A fault of ours.
pub(super) fn payload(
    gql: &Context<'_>,
    outcome: std::result::Result<project::Model, ProjectError>,
) -> Result<ProjectPayload> {
    let (project, user_errors) = answered(gql.op()?, outcome)?;
    Ok(ProjectPayload {
        project: project.map(Project),
        user_errors,
    })
}

/// Reads a global id of an input field.
///
/// # Errors
/// [`ProjectError::NotFound`] with the field.
pub(super) fn read_id<T: NodeId>(
    id: &ID,
    field: &'static str,
) -> std::result::Result<T, ProjectError> {
    T::read(id).ok_or(ProjectError::NotFound(field))
}
