//! Months of an organization: the attestation that one is complete.
//!
//! How complete reports are is in the reports.

use async_graphql::Context;
use async_graphql::Enum;
use async_graphql::ID;
use async_graphql::InputObject;
use async_graphql::Object;
use async_graphql::Result;
use async_graphql::SimpleObject;
use entity::ids::OrganizationId;
use entity::reporting_period;

use crate::graphql::context::Gql;
use crate::graphql::error::UserError;
use crate::graphql::error::answered;
use crate::graphql::node::NodeId;
use crate::graphql::scalars::DateTime;
use crate::graphql::scalars::Month;
use crate::hours::HoursError;
use crate::hours::period;
use crate::hours::period::Declared;

/// Where a month of an organization stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "entity::types::PeriodStatus")]
pub enum PeriodStatus {
    /// Entries are written and decided.
    Open,
    /// The month has ended; the last entries are decided.
    Closing,
    /// No write is accepted.
    Closed,
    /// Confirmed by the authority; no write is accepted.
    Certified,
}

/// A month of an organization of which something was said.
pub struct ReportingPeriod(pub reporting_period::Model);

/// A month of an organization of which something was said.
#[Object]
impl ReportingPeriod {
    /// Identifies the month of the organization.
    pub async fn id(&self) -> ID {
        self.0.id.global()
    }

    /// The month.
    async fn month(&self) -> Month {
        Month(self.0.month)
    }

    /// Where it stands.
    async fn status(&self) -> PeriodStatus {
        self.0.status.into()
    }

    /// Whether the organization states that nobody worked. Work that is recorded later takes this
    /// back by itself.
    async fn declared_zero(&self) -> bool {
        self.0.declared_zero
    }

    /// When the month was last attested as complete; null before.
    async fn submitted_at(&self) -> Option<DateTime> {
        self.0.submitted_at.map(DateTime)
    }

    /// Counts its changes, from 1.
    async fn version(&self) -> i32 {
        self.0.version
    }
}

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
}

/// The attested month.
#[derive(SimpleObject)]
struct SubmitPeriodPayload {
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
        let outcome = match OrganizationId::input(&input.organization_id, "organizationId") {
            Ok(organization) => period::submit(ctx, organization, input.month.0, declared).await,
            Err(refusal) => Err(HoursError::Invalid(vec![refusal])),
        };
        let (period, user_errors) = answered(ctx, outcome)?;
        Ok(SubmitPeriodPayload {
            reporting_period: period.map(ReportingPeriod),
            user_errors,
        })
    }
}
