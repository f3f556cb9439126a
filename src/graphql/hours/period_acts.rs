//! Acts on months: attest, close, certify, except.
//!
//! Rules are in `hours`.

use async_graphql::Context;
use async_graphql::ID;
use async_graphql::InputObject;
use async_graphql::Object;
use async_graphql::Result;
use async_graphql::SimpleObject;
use entity::ids::OrganizationId;
use entity::ids::UserId;
use entity::reporting_period;

use crate::graphql::context::Gql;
use crate::graphql::error::UserError;
use crate::graphql::error::answered;
use crate::graphql::hours::period::ReportingPeriod;
use crate::graphql::node::NodeId;
use crate::graphql::scalars::DateTime;
use crate::graphql::scalars::Month;
use crate::hours::HoursError;
use crate::hours::exception;
use crate::hours::exception::NewException;
use crate::hours::period;
use crate::hours::period::Declared;
use crate::identity::Ctx;

/// A month to attest.
#[derive(Debug, InputObject)]
struct SubmitPeriodInput {
    /// The organization.
    organization_id: ID,
    /// The month: the present one or an earlier one.
    month: Month,
    /// States that nobody worked in the month. Refused while it holds entries.
    #[graphql(default)]
    declared_zero: bool,
    /// The version that the caller saw; 0 where nothing was said of the month.
    expected_version: Option<i32>,
}

/// The attested month.
#[derive(SimpleObject)]
struct SubmitPeriodPayload {
    /// The month; null when refused.
    reporting_period: Option<ReportingPeriod>,
    /// Why nothing was done; empty when it was.
    user_errors: Vec<UserError>,
}

/// A month to close.
#[derive(Debug, InputObject)]
struct ClosePeriodInput {
    /// The organization.
    organization_id: ID,
    /// The month; it has ended.
    month: Month,
    /// The version that the caller saw; 0 where nothing was said of the month.
    expected_version: Option<i32>,
}

/// The closed month.
#[derive(SimpleObject)]
struct ClosePeriodPayload {
    /// The month; null when refused.
    reporting_period: Option<ReportingPeriod>,
    /// Why nothing was done; empty when it was.
    user_errors: Vec<UserError>,
}

/// A month to certify.
#[derive(Debug, InputObject)]
struct CertifyPeriodInput {
    /// The organization.
    organization_id: ID,
    /// The month; it is closed.
    month: Month,
    /// The version that the caller saw; 0 where nothing was said of the month.
    expected_version: Option<i32>,
}

/// The certified month.
#[derive(SimpleObject)]
struct CertifyPeriodPayload {
    /// The month; null when refused.
    reporting_period: Option<ReportingPeriod>,
    /// Why nothing was done; empty when it was.
    user_errors: Vec<UserError>,
}

/// An exception to a closed month.
#[derive(Debug, InputObject)]
struct GrantPeriodExceptionInput {
    /// The organization.
    organization_id: ID,
    /// The month; it is closed.
    month: Month,
    /// Who may write: 1 to 50 members of the organization. What they may do there stays as it is.
    user_ids: Vec<ID>,
    /// Until when they may write; at most 31 days from now.
    until: DateTime,
    /// Why; at most 1000 characters.
    reason: String,
    /// Makes a repetition harmless: the same key with the same exception answers with the month and
    /// grants nothing again. At most 200 characters.
    idempotency_key: Option<String>,
}

/// The month with its exceptions.
#[derive(SimpleObject)]
struct GrantPeriodExceptionPayload {
    /// The month; null when refused.
    reporting_period: Option<ReportingPeriod>,
    /// Why nothing was done; empty when it was.
    user_errors: Vec<UserError>,
}

/// Acts on months.
#[derive(Default)]
pub struct PeriodMutations;

#[Object]
impl PeriodMutations {
    /// Attests that the hours of a month are complete, or that there are none: what completeness
    /// in reports is made of. Said again it replaces what was said before.
    async fn submit_period(
        &self,
        gql: &Context<'_>,
        #[graphql(desc = "The month.")] input: SubmitPeriodInput,
    ) -> Result<SubmitPeriodPayload> {
        let ctx = gql.signed_in()?;
        let declared = if input.declared_zero {
            Declared::Zero
        } else {
            Declared::Complete
        };
        let outcome = match organization(&input.organization_id) {
            Ok(of) => {
                let expected = input.expected_version;
                period::submit(ctx, of, input.month.0, expected, declared).await
            }
            Err(error) => Err(error),
        };
        let (reporting_period, user_errors) = shown(ctx, outcome)?;
        Ok(SubmitPeriodPayload {
            reporting_period,
            user_errors,
        })
    }

    /// Closes a month that has ended, for owners and administrators: none of its entries is
    /// written or decided any more. One that the clock closed stays closed from then on, whatever
    /// becomes of the days of grace.
    async fn close_period(
        &self,
        gql: &Context<'_>,
        #[graphql(desc = "The month.")] input: ClosePeriodInput,
    ) -> Result<ClosePeriodPayload> {
        let ctx = gql.signed_in()?;
        let outcome = match organization(&input.organization_id) {
            Ok(of) => period::close(ctx, of, input.month.0, input.expected_version).await,
            Err(error) => Err(error),
        };
        let (reporting_period, user_errors) = shown(ctx, outcome)?;
        Ok(ClosePeriodPayload {
            reporting_period,
            user_errors,
        })
    }

    /// Certifies a closed month, for administrators of the platform and observers of a territory
    /// that holds the seat of the organization. Exceptions granted before are over.
    async fn certify_period(
        &self,
        gql: &Context<'_>,
        #[graphql(desc = "The month.")] input: CertifyPeriodInput,
    ) -> Result<CertifyPeriodPayload> {
        let ctx = gql.signed_in()?;
        let outcome = match organization(&input.organization_id) {
            Ok(of) => period::certify(ctx, of, input.month.0, input.expected_version).await,
            Err(error) => Err(error),
        };
        let (reporting_period, user_errors) = shown(ctx, outcome)?;
        Ok(CertifyPeriodPayload {
            reporting_period,
            user_errors,
        })
    }

    /// Lets named members write in a closed month until an instant, for owners and administrators;
    /// of a certified month only administrators of the platform grant it.
    async fn grant_period_exception(
        &self,
        gql: &Context<'_>,
        #[graphql(desc = "The month, the people, and why.")] input: GrantPeriodExceptionInput,
    ) -> Result<GrantPeriodExceptionPayload> {
        let ctx = gql.signed_in()?;
        let users = input.user_ids.iter().map(|it| UserId::input(it, "userIds"));
        let users: std::result::Result<Vec<UserId>, _> = users.collect();
        let users = users.map_err(|it| HoursError::Invalid(vec![it]));
        let outcome = match organization(&input.organization_id).and_then(|it| Ok((it, users?))) {
            Ok((organization, users)) => {
                let new = NewException {
                    organization,
                    month: input.month.0,
                    users,
                    ends_at: input.until.0,
                    reason: input.reason,
                };
                exception::grant(ctx, new, input.idempotency_key.as_deref()).await
            }
            Err(error) => Err(error),
        };
        let (reporting_period, user_errors) = shown(ctx, outcome)?;
        Ok(GrantPeriodExceptionPayload {
            reporting_period,
            user_errors,
        })
    }
}

fn organization(id: &ID) -> std::result::Result<OrganizationId, HoursError> {
    OrganizationId::input(id, "organizationId").map_err(|it| HoursError::Invalid(vec![it]))
}

fn shown(
    ctx: &Ctx,
    outcome: std::result::Result<reporting_period::Model, HoursError>,
) -> Result<(Option<ReportingPeriod>, Vec<UserError>)> {
    let (period, user_errors) = answered(ctx, outcome)?;
    Ok((period.map(ReportingPeriod), user_errors))
}
