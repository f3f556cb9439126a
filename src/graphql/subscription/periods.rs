//! `periodStatusChanged`.
//!
//! How a month reads is in `graphql::hours::period`.

use async_graphql::Context;
use async_graphql::ID;
use async_graphql::Result;
use async_graphql::SimpleObject;
use async_graphql::Subscription;
use entity::feed;
use entity::ids::OrganizationId;
use entity::ids::PeriodId;
use futures_util::Stream;

use crate::graphql::error::fault;
use crate::graphql::hours::period::ReportingPeriod;
use crate::graphql::subscription::going::Telling;
use crate::graphql::subscription::going::followed;
use crate::graphql::subscription::going::going;
use crate::hours::period;
use crate::identity::Ctx;
use crate::platform::feed::Kind;

/// Something was said of a month: attested, taken back, closed, certified.
#[derive(SimpleObject)]
pub struct PeriodStatusChange {
    /// The month as it is now.
    reporting_period: ReportingPeriod,
}

/// Tells of months.
pub struct Months;

impl Telling for Months {
    type Event = PeriodStatusChange;

    const KIND: Kind = Kind::ReportingPeriod;

    fn allows(ctx: &Ctx, organization: OrganizationId) -> bool {
        ctx.belongs(organization)
    }

    async fn tell(&mut self, ctx: &Ctx, rows: &[feed::Model]) -> Result<Vec<PeriodStatusChange>> {
        let ids: Vec<PeriodId> = rows.iter().map(|it| PeriodId(it.record_id)).collect();
        let found = period::visible_among(ctx, &ids).await;
        let found = found.map_err(|it| fault(ctx, &it))?;
        Ok(found
            .into_iter()
            .map(|it| PeriodStatusChange {
                reporting_period: ReportingPeriod(it),
            })
            .collect())
    }
}

/// Following months.
#[derive(Default)]
pub struct PeriodSubscriptions;

#[Subscription]
impl PeriodSubscriptions {
    /// Tells when something was said of a month of an organization.
    async fn period_status_changed(
        &self,
        gql: &Context<'_>,
        #[graphql(desc = "The organization.")] organization_id: ID,
    ) -> Result<impl Stream<Item = Result<PeriodStatusChange>> + use<>> {
        let organization = followed::<Months>(gql, &organization_id)?;
        going(gql, organization, Months).await
    }
}
