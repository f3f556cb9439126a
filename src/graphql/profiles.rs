//! Profiles of organizations: created and changed.
//!
//! Rules are in `organizations/profile.rs`.

use async_graphql::Context;
use async_graphql::ID;
use async_graphql::InputObject;
use async_graphql::MaybeUndefined;
use async_graphql::Object;
use async_graphql::Result;
use entity::ids::OrganizationId;

use crate::graphql::context::Gql;
use crate::graphql::error::answered;
use crate::graphql::organizations::Organization;
use crate::graphql::organizations::OrganizationKind;
use crate::graphql::organizations::OrganizationPayload;
use crate::graphql::organizations::read_id;
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
    kind: OrganizationKind,
    /// Its number in a public register.
    registration_number: Option<String>,
    /// Code of its seat.
    territory_code: String,
    /// Its federation.
    parent_id: Option<ID>,
    /// IANA name; `Africa/Casablanca` by default.
    time_zone: Option<TimeZone>,
    /// Makes a repeated request have one effect.
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
    /// Code of its seat.
    territory_code: Option<String>,
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
    ) -> Result<OrganizationPayload> {
        let ctx = gql.signed_in()?;
        let outcome = async {
            let parent = match &input.parent_id {
                Some(id) => Some(read_id::<OrganizationId>(id, "parentId")?),
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
        Ok(OrganizationPayload {
            organization: organization.map(Organization),
            user_errors,
        })
    }

    /// Changes the profile of an organization.
    async fn update_organization(
        &self,
        gql: &Context<'_>,
        #[graphql(desc = "What changes.")] input: UpdateOrganizationInput,
    ) -> Result<OrganizationPayload> {
        let ctx = gql.signed_in()?;
        let outcome = async {
            let id = read_id::<OrganizationId>(&input.id, "id")?;
            let changes = ProfileChanges {
                name: lasting(input.name, |it| it),
                name_ar: clearable(input.name_ar, |it| it),
                kind: lasting(input.kind, Into::into),
                registration_number: clearable(input.registration_number, |it| it),
                territory_code: lasting(input.territory_code, |it| it),
            };
            profile::update(ctx, id, input.expected_version, changes).await
        };
        let (organization, user_errors) = answered(ctx, outcome.await)?;
        Ok(OrganizationPayload {
            organization: organization.map(Organization),
            user_errors,
        })
    }
}
