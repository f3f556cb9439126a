//! Acts on projects: create, change.
//!
//! Shares are in `tag_allocations`; rules in `projects`.

use async_graphql::Context;
use async_graphql::ID;
use async_graphql::InputObject;
use async_graphql::MaybeUndefined;
use async_graphql::Object;
use async_graphql::Result;
use async_graphql::SimpleObject;
use entity::ids::OrganizationId;
use entity::ids::ProjectId;

use crate::graphql::context::Gql;
use crate::graphql::error::UserError;
use crate::graphql::error::answered;
use crate::graphql::node::NodeId;
use crate::graphql::patch::clearable;
use crate::graphql::patch::lasting;
use crate::graphql::projects::Project;
use crate::graphql::projects::present;
use crate::graphql::scalars::CurrencyCode;
use crate::graphql::scalars::Date;
use crate::graphql::scalars::Decimal;
use crate::graphql::scalars::TimeZone;
use crate::graphql::tag_allocations::TagAllocationInput;
use crate::graphql::tag_allocations::new_shares;
use crate::projects::project as projects;
use crate::projects::project::NewProject;
use crate::projects::project::ProjectChanges;

/// A new project.
#[derive(InputObject)]
struct CreateProjectInput {
    /// Whose project.
    organization_id: ID,
    /// The organization's own short code, unique in it; at most 40 characters.
    code: Option<String>,
    /// Title; at most 300 characters.
    title: String,
    /// Title in Arabic script; at most 300 characters.
    title_ar: Option<String>,
    /// Code of the territory of the work.
    territory_code: String,
    /// First day.
    starts_on: Date,
    /// Last day, inclusive.
    ends_on: Option<Date>,
    /// Budget, to two decimals.
    budget: Option<Decimal>,
    /// What the INDH pays of the budget, to two decimals: at least 0, at most the budget. What is left of the budget
    /// the organization and its partners pay.
    budget_indh: Option<Decimal>,
    /// ISO 4217 code of the budget's currency; `MAD` by default.
    currency: Option<CurrencyCode>,
    /// Code of the work's occupation in ISCO-08, of one or two digits: a term of the vocabulary `ISCO08`.
    /// What an hour of the work is worth is told by it.
    occupation_code: Option<String>,
    /// Code of the field of work in ICNP/TSO, a section, group or subgroup (`D`, `D10`, `D11`): a term of the
    /// vocabulary `ICNP_TSO`. By its section the report of volunteer work tells sectors; that of the organization by
    /// default.
    sector_code: Option<String>,
    /// The zone that decides civil days here; the organization's by default.
    time_zone: Option<TimeZone>,
    /// What the project serves, in force from its beginning; one entry for each vocabulary.
    tag_allocations: Option<Vec<TagAllocationInput>>,
    /// Makes a repeated request have one effect; at most 200 characters.
    idempotency_key: Option<String>,
}

/// Changes of a project: what is absent stays, what is null is cleared.
#[derive(InputObject)]
struct UpdateProjectInput {
    /// The project.
    id: ID,
    /// The version that the caller saw; refused with `VERSION_CONFLICT` where it is not the present
    /// one.
    expected_version: Option<i32>,
    /// The organization's own short code, unique in it; at most 40 characters.
    code: MaybeUndefined<String>,
    /// Title; at most 300 characters.
    title: Option<String>,
    /// Title in Arabic script; at most 300 characters.
    title_ar: MaybeUndefined<String>,
    /// Code of the territory of the work. Entries that exist keep theirs.
    territory_code: Option<String>,
    /// First day.
    starts_on: Option<Date>,
    /// Last day, inclusive.
    ends_on: MaybeUndefined<Date>,
    /// Budget, to two decimals.
    budget: MaybeUndefined<Decimal>,
    /// What the INDH pays of the budget, to two decimals: at least 0, at most the budget.
    budget_indh: MaybeUndefined<Decimal>,
    /// ISO 4217 code of the budget's currency.
    currency: Option<CurrencyCode>,
    /// Code of the work's occupation in ISCO-08. The value of work that was done follows it; hours do not.
    occupation_code: MaybeUndefined<String>,
    /// Code of the field of work in ICNP/TSO; null takes that of the organization. Reports of work that was done
    /// follow it.
    sector_code: MaybeUndefined<String>,
    /// The zone that decides civil days here; null takes the organization's.
    time_zone: MaybeUndefined<TimeZone>,
    /// Whether it takes no new hours.
    archived: Option<bool>,
}

/// The new project.
#[derive(SimpleObject)]
struct CreateProjectPayload {
    /// The project; null when refused.
    project: Option<Project>,
    /// Why nothing was done; empty when it was.
    user_errors: Vec<UserError>,
}

/// The project after the changes.
#[derive(SimpleObject)]
struct UpdateProjectPayload {
    /// The project; null when refused, except for `VERSION_CONFLICT`: then as it is now.
    project: Option<Project>,
    /// Why nothing was done; empty when it was.
    user_errors: Vec<UserError>,
}

/// Acts on projects.
#[derive(Debug, Default)]
pub struct ProjectMutations;

/// Acts on projects.
#[Object]
impl ProjectMutations {
    /// Creates a project with its shares. Needs an administrator of the organization.
    async fn create_project(
        &self,
        gql: &Context<'_>,
        #[graphql(desc = "The new project.")] input: CreateProjectInput,
    ) -> Result<CreateProjectPayload> {
        let ctx = gql.signed_in()?;
        let outcome = async {
            let organization = OrganizationId::input(&input.organization_id, "organizationId")?;
            let allocations = input.tag_allocations.unwrap_or_default();
            let new = NewProject {
                code: input.code,
                title: input.title,
                title_ar: input.title_ar,
                territory_code: input.territory_code,
                time_zone: input.time_zone.map(|it| it.0),
                starts_on: input.starts_on.0,
                ends_on: input.ends_on.map(|it| it.0),
                budget: input.budget.map(|it| it.0),
                budget_indh: input.budget_indh.map(|it| it.0),
                currency: input.currency.map(|it| it.0),
                occupation_code: input.occupation_code,
                sector_code: input.sector_code,
                shares: allocations
                    .into_iter()
                    .map(|it| new_shares(it.vocabulary, it.shares, None))
                    .collect(),
            };
            projects::create(ctx, organization, new, input.idempotency_key.as_deref()).await
        };
        let (project, user_errors) = answered(ctx, outcome.await)?;
        Ok(CreateProjectPayload {
            project: project.map(Project),
            user_errors,
        })
    }

    /// Changes a project. Needs an administrator of the organization.
    async fn update_project(
        &self,
        gql: &Context<'_>,
        #[graphql(desc = "The changes.")] input: UpdateProjectInput,
    ) -> Result<UpdateProjectPayload> {
        let ctx = gql.signed_in()?;
        let outcome = async {
            let id = ProjectId::input(&input.id, "id")?;
            let changes = ProjectChanges {
                code: clearable(input.code, |it| it),
                title: lasting(input.title, |it| it),
                title_ar: clearable(input.title_ar, |it| it),
                territory_code: lasting(input.territory_code, |it| it),
                time_zone: clearable(input.time_zone, |it| it.0),
                starts_on: lasting(input.starts_on, |it| it.0),
                ends_on: clearable(input.ends_on, |it| it.0),
                budget: clearable(input.budget, |it| it.0),
                budget_indh: clearable(input.budget_indh, |it| it.0),
                currency: lasting(input.currency, |it| it.0),
                occupation_code: clearable(input.occupation_code, |it| it),
                sector_code: clearable(input.sector_code, |it| it),
                archived: lasting(input.archived, |it| it),
            };
            projects::update(ctx, id, input.expected_version, changes).await
        };
        let (done, user_errors) = answered(ctx, outcome.await)?;
        Ok(UpdateProjectPayload {
            project: present(gql, &input.id, done, &user_errors).await?,
            user_errors,
        })
    }
}
