//! Acts on projects: create, change, set shares.
//!
//! What they must hold is in `projects`.

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

use crate::graphql::context::Gql;
use crate::graphql::error::UserError;
use crate::graphql::error::answered;
use crate::graphql::error::changed_meanwhile;
use crate::graphql::node::NodeId;
use crate::graphql::patch::clearable;
use crate::graphql::patch::lasting;
use crate::graphql::projects::Project;
use crate::graphql::projects::loaded;
use crate::graphql::scalars::CurrencyCode;
use crate::graphql::scalars::Date;
use crate::graphql::scalars::Decimal;
use crate::graphql::scalars::TimeZone;
use crate::projects::project as projects;
use crate::projects::project::NewProject;
use crate::projects::project::ProjectChanges;
use crate::projects::tags;
use crate::projects::tags::NewShares;

/// The share of one term.
#[derive(InputObject)]
struct TagShareInput {
    /// Code of the term, such as `PH3-P4`.
    term_code: String,
    /// Above 0 and at most 100, to four decimals.
    percent: Decimal,
}

/// The shares of a new project in one vocabulary.
#[derive(InputObject)]
struct TagAllocationInput {
    /// Code of the vocabulary, such as `INDH`.
    vocabulary: String,
    /// The shares; they sum to exactly 100. At most 50.
    shares: Vec<TagShareInput>,
}

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
    /// ISO 4217 code of the budget's currency; `MAD` by default.
    currency: Option<CurrencyCode>,
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
    /// Title; at most 300 characters. Cannot be cleared.
    title: MaybeUndefined<String>,
    /// Title in Arabic script; at most 300 characters.
    title_ar: MaybeUndefined<String>,
    /// Code of the territory of the work. Cannot be cleared. Entries that exist keep theirs.
    territory_code: MaybeUndefined<String>,
    /// First day. Cannot be cleared.
    starts_on: MaybeUndefined<Date>,
    /// Last day, inclusive.
    ends_on: MaybeUndefined<Date>,
    /// Budget, to two decimals.
    budget: MaybeUndefined<Decimal>,
    /// ISO 4217 code of the budget's currency. Cannot be cleared.
    currency: MaybeUndefined<CurrencyCode>,
    /// The zone that decides civil days here; null takes the organization's.
    time_zone: MaybeUndefined<TimeZone>,
    /// Whether it takes no new hours. Cannot be cleared.
    archived: MaybeUndefined<bool>,
}

/// The shares of a project in one vocabulary from a day on.
#[derive(InputObject)]
struct SetTagAllocationsInput {
    /// The project.
    project_id: ID,
    /// The project's version that the caller saw; refused with `VERSION_CONFLICT` where it is not the
    /// present one.
    expected_version: Option<i32>,
    /// Code of the vocabulary, such as `INDH`.
    vocabulary: String,
    /// The shares; they sum to exactly 100. At most 50.
    shares: Vec<TagShareInput>,
    /// First day of these shares. By default the first ones of a vocabulary are in force from always
    /// on, later ones from today on. Days before it keep the shares that they had.
    valid_from: Option<Date>,
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

/// The project with its new shares.
#[derive(SimpleObject)]
struct SetTagAllocationsPayload {
    /// The project; null when refused, except for `VERSION_CONFLICT`: then as it is now.
    project: Option<Project>,
    /// Why nothing was done; empty when it was.
    user_errors: Vec<UserError>,
}

/// Acts on projects.
#[derive(Debug, Default)]
pub struct ProjectMutations;

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
                currency: input.currency.map(|it| it.0),
                shares: allocations
                    .into_iter()
                    .map(|it| NewShares {
                        vocabulary: it.vocabulary,
                        shares: pairs(it.shares),
                        valid_from: None,
                    })
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
                code: clearable(input.code),
                title: lasting("title", input.title)?,
                title_ar: clearable(input.title_ar),
                territory_code: lasting("territoryCode", input.territory_code)?,
                time_zone: clearable(input.time_zone).map(|it| it.map(|it| it.0)),
                starts_on: lasting("startsOn", input.starts_on)?.map(|it| it.0),
                ends_on: clearable(input.ends_on).map(|it| it.map(|it| it.0)),
                budget: clearable(input.budget).map(|it| it.map(|it| it.0)),
                currency: lasting("currency", input.currency)?.map(|it| it.0),
                archived: lasting("archived", input.archived)?,
            };
            projects::update(ctx, id, input.expected_version, changes).await
        };
        let (done, user_errors) = answered(ctx, outcome.await)?;
        Ok(UpdateProjectPayload {
            project: present(gql, &input.id, done, &user_errors).await?,
            user_errors,
        })
    }

    /// Sets what a project serves in one vocabulary from a day on. Needs an administrator of the
    /// organization. Refused where hours of a closed month would be shared otherwise.
    async fn set_tag_allocations(
        &self,
        gql: &Context<'_>,
        #[graphql(desc = "The shares.")] input: SetTagAllocationsInput,
    ) -> Result<SetTagAllocationsPayload> {
        let ctx = gql.signed_in()?;
        let outcome = async {
            let id = ProjectId::input(&input.project_id, "projectId")?;
            let new = NewShares {
                vocabulary: input.vocabulary,
                shares: pairs(input.shares),
                valid_from: input.valid_from.map(|it| it.0),
            };
            tags::set(ctx, id, input.expected_version, new).await
        };
        let (done, user_errors) = answered(ctx, outcome.await)?;
        Ok(SetTagAllocationsPayload {
            project: present(gql, &input.project_id, done, &user_errors).await?,
            user_errors,
        })
    }
}

fn pairs(shares: Vec<TagShareInput>) -> Vec<(String, rust_decimal::Decimal)> {
    shares
        .into_iter()
        .map(|it| (it.term_code, it.percent.0))
        .collect()
}

/// The project after an act, or as it is where it changed meanwhile.
async fn present(
    gql: &Context<'_>,
    id: &ID,
    done: Option<project::Model>,
    errors: &[UserError],
) -> Result<Option<Project>> {
    match ProjectId::read(id) {
        Some(id) if changed_meanwhile(errors) => loaded(gql, id).await,
        _ => Ok(done.map(Project)),
    }
}
