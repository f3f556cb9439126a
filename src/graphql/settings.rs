//! Settings of organizations.
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
use crate::graphql::organizations::present;
use crate::graphql::patch::clearable;
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
    /// A timer that ran longer than this needs review before it becomes an entry, 1 to 1440.
    timer_longest_minutes: Option<Minutes>,
    /// Days of grace, 0 to 90: a month that has ended takes writes for so long and is then closed
    /// by itself, those that ended longer ago at once. Null: months close only by hand.
    grace_days: MaybeUndefined<i32>,
}

/// The organization with its new settings.
#[derive(SimpleObject)]
struct UpdateOrganizationSettingsPayload {
    /// The organization; null when refused, except for `VERSION_CONFLICT`: then as it is now.
    organization: Option<Organization>,
    /// Why nothing was done; empty when it was.
    user_errors: Vec<UserError>,
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
    ) -> Result<UpdateOrganizationSettingsPayload> {
        let ctx = gql.signed_in()?;
        let outcome = async {
            let id = OrganizationId::input(&input.id, "id")?;
            let changes = SettingChanges {
                time_zone: lasting(input.time_zone, |it| it.0),
                daily_cap_minutes: lasting(input.daily_cap_minutes, |it| it.0),
                timer_longest_minutes: lasting(input.timer_longest_minutes, |it| it.0),
                grace_days: clearable(input.grace_days, i64::from),
            };
            profile::update_settings(ctx, id, input.expected_version, changes).await
        };
        let (done, user_errors) = answered(ctx, outcome.await)?;
        Ok(UpdateOrganizationSettingsPayload {
            organization: present(gql, &input.id, done, &user_errors).await?,
            user_errors,
        })
    }
}
