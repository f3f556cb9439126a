//! Profiles of organizations: created and changed.
//!
//! Rules are in `organizations/profile.rs`.

use async_graphql::Context;
use async_graphql::ID;
use async_graphql::InputObject;
use async_graphql::MaybeUndefined;
use async_graphql::Object;
use async_graphql::Result;
use async_graphql::SimpleObject;
use entity::ids::OrganizationId;

use crate::graphql::context::Gql;
use crate::graphql::error::UserError;
use crate::graphql::error::answered;
use crate::graphql::node::NodeId;
use crate::graphql::organizations::Organization;
use crate::graphql::organizations::OrganizationKind;
use crate::graphql::organizations::present;
use crate::graphql::patch::clearable;
use crate::graphql::patch::lasting;
use crate::graphql::scalars::TimeZone;
use crate::organizations::profile;
use crate::organizations::profile::NewOrganization;
use crate::organizations::profile::ProfileChanges;

/// A new organization.
#[derive(InputObject)]
struct CreateOrganizationInput {
    /// Short name in addresses: 3 to 60 lower-case letters, digits and hyphens.
    slug: String,
    /// Name; at most 200 characters.
    name: String,
    /// Arabic name.
    name_ar: Option<String>,
    /// What it is in law.
    #[graphql(default_with = "OrganizationKind::Association")]
    kind: OrganizationKind,
    /// Its number in a public register.
    registration_number: Option<String>,
    /// Code of its seat.
    territory_code: String,
    /// Its federation.
    parent_id: Option<ID>,
    /// IANA name; `Africa/Casablanca` by default.
    time_zone: Option<TimeZone>,
    /// Makes a repeated request have one effect; at most 200 characters.
    idempotency_key: Option<String>,
}

/// Changes of a profile: absent leaves a value as it is, null clears it.
#[derive(InputObject)]
struct UpdateOrganizationInput {
    /// Which one.
    id: ID,
    /// The version that the caller saw.
    expected_version: Option<i32>,
    /// Name.
    name: Option<String>,
    /// Arabic name.
    name_ar: MaybeUndefined<String>,
    /// What it is in law.
    kind: Option<OrganizationKind>,
    /// Its number in a public register.
    registration_number: MaybeUndefined<String>,
    /// Its field of work in ICNP/TSO, a section, group or subgroup (`D`, `D10`, `D11`): a term of the vocabulary
    /// `ICNP_TSO`. By its section the report of volunteer work tells sectors, where a project names none of its own.
    sector_code: MaybeUndefined<String>,
    /// Code of its seat.
    territory_code: Option<String>,
}

/// The new organization, whose owner is the caller.
#[derive(SimpleObject)]
struct CreateOrganizationPayload {
    /// The organization; null when refused.
    organization: Option<Organization>,
    /// Why nothing was done; empty when it was.
    user_errors: Vec<UserError>,
}

/// The organization after the changes.
#[derive(SimpleObject)]
struct UpdateOrganizationPayload {
    /// The organization; null when refused, except for `VERSION_CONFLICT`: then as it is now.
    organization: Option<Organization>,
    /// Why nothing was done; empty when it was.
    user_errors: Vec<UserError>,
}

/// Acts on organizations.
#[derive(Debug, Default)]
pub struct OrganizationMutations;

/// Acts on organizations.
#[Object]
impl OrganizationMutations {
    /// Creates an organization. Whoever does becomes its owner.
    async fn create_organization(
        &self,
        gql: &Context<'_>,
        #[graphql(desc = "The new organization.")] input: CreateOrganizationInput,
    ) -> Result<CreateOrganizationPayload> {
        let ctx = gql.signed_in()?;
        let outcome = async {
            let parent = match &input.parent_id {
                Some(id) => Some(OrganizationId::input(id, "parentId")?),
                None => None,
            };
            let new = NewOrganization {
                slug: input.slug,
                name: input.name,
                name_ar: input.name_ar,
                kind: input.kind.into(),
                registration_number: input.registration_number,
                territory_code: input.territory_code,
                parent,
                time_zone: input.time_zone.map(|it| it.0),
            };
            profile::create(ctx, new, input.idempotency_key.as_deref()).await
        };
        let (organization, user_errors) = answered(ctx, outcome.await)?;
        if organization.is_some() {
            gql.look_again().await?;
        }
        Ok(CreateOrganizationPayload {
            organization: organization.map(Organization),
            user_errors,
        })
    }

    /// Changes the profile of an organization.
    async fn update_organization(
        &self,
        gql: &Context<'_>,
        #[graphql(desc = "What changes.")] input: UpdateOrganizationInput,
    ) -> Result<UpdateOrganizationPayload> {
        let ctx = gql.signed_in()?;
        let outcome = async {
            let id = OrganizationId::input(&input.id, "id")?;
            let changes = ProfileChanges {
                name: lasting(input.name, |it| it),
                name_ar: clearable(input.name_ar, |it| it),
                kind: lasting(input.kind, Into::into),
                registration_number: clearable(input.registration_number, |it| it),
                sector_code: clearable(input.sector_code, |it| it),
                territory_code: lasting(input.territory_code, |it| it),
            };
            profile::update(ctx, id, input.expected_version, changes).await
        };
        let (done, user_errors) = answered(ctx, outcome.await)?;
        Ok(UpdateOrganizationPayload {
            organization: present(gql, &input.id, done, &user_errors).await?,
            user_errors,
        })
    }
}
