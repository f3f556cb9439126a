//! Settings of organizations.
//!
//! Rules are in `organizations/profile.rs`.

use async_graphql::Context;
use async_graphql::ID;
use async_graphql::InputObject;
use async_graphql::Object;
use async_graphql::Result;
use entity::ids::OrganizationId;

use crate::graphql::context::Gql;
use crate::graphql::error::answered;
use crate::graphql::organizations::Organization;
use crate::graphql::organizations::OrganizationPayload;
use crate::graphql::organizations::read_id;
use crate::graphql::patch::lasting;
use crate::graphql::scalars::Minutes;
use crate::graphql::scalars::TimeZone;
use crate::organizations::profile;
use crate::organizations::profile::SettingChanges;

/// Changes of settings: absent leaves a value as it is.
#[derive(InputObject)]
pub struct UpdateOrganizationSettingsInput {
    /// Which one.
    id: ID,
    /// The version that the caller saw.
    expected_version: Option<i32>,
    /// IANA name. Days of entries that exist stay as they were decided.
    time_zone: Option<TimeZone>,
    /// The most that one person may log on one civil day, 1 to 1440.
    daily_cap_minutes: Option<Minutes>,
}

/// Acts on settings.
#[derive(Debug, Default)]
pub struct SettingMutations;

/// Acts on settings.
#[Object]
impl SettingMutations {
    /// Changes the settings of an organization.
    async fn update_organization_settings(
        &self,
        gql: &Context<'_>,
        #[graphql(desc = "What changes.")] input: UpdateOrganizationSettingsInput,
    ) -> Result<OrganizationPayload> {
        let ctx = gql.signed_in()?;
        let outcome = async {
            let id = read_id::<OrganizationId>(&input.id, "id")?;
            let changes = SettingChanges {
                time_zone: lasting(input.time_zone, |it| it.0),
                daily_cap_minutes: lasting(input.daily_cap_minutes, |it| it.0),
            };
            profile::update_settings(ctx, id, input.expected_version, changes).await
        };
        let (organization, user_errors) = answered(ctx, outcome.await)?;
        Ok(OrganizationPayload {
            organization: organization.map(Organization),
            user_errors,
        })
    }
}
