//! Months of an organization: where one stands, and the list of them.
//!
//! Acts on months are in `period_acts`; how complete reports are is in the reports.

use async_graphql::Context;
use async_graphql::Enum;
use async_graphql::ID;
use async_graphql::Object;
use async_graphql::Result;
use entity::ids::OrganizationId;
use entity::ids::UserId;
use entity::reporting_period;
use futures_util::future::try_join_all;

use crate::graphql::connection::Connection;
use crate::graphql::connection::PageArguments;
use crate::graphql::connection::total;
use crate::graphql::context::Gql;
use crate::graphql::error::fault;
use crate::graphql::hours::loaders::ExceptionsTo;
use crate::graphql::hours::loaders::MonthOf;
use crate::graphql::identity::User;
use crate::graphql::loaders;
use crate::graphql::node::NodeId;
use crate::graphql::organizations::Organization;
use crate::graphql::scalars::DateTime;
use crate::graphql::scalars::Month;
use crate::hours::HoursError;
use crate::hours::exception;
use crate::hours::period;
use crate::identity::Action;
use crate::organizations::months::Standing;

/// Name of the list of months, to which its cursors belong.
const LIST: &str = "periods.month.desc";

/// Where a month of an organization stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "entity::types::PeriodStatus")]
pub enum PeriodStatus {
    /// Entries are written and decided.
    Open,
    /// The month has ended; until the deadline the last entries are written and decided.
    Closing,
    /// No write is accepted, except from people whom an exception names.
    Closed,
    /// Confirmed by the authority; no write is accepted, except from people whom an exception of
    /// the platform names.
    Certified,
}

/// A month of an organization of which something was said.
pub struct ReportingPeriod(pub reporting_period::Model);

impl ReportingPeriod {
    fn of(&self) -> MonthOf {
        MonthOf {
            organization: self.0.organization_id,
            month: self.0.month,
        }
    }

    async fn standing(&self, gql: &Context<'_>) -> Result<Standing> {
        match loaders::one(gql, self.of()).await? {
            Some(found) => Ok(found.standing),
            None => {
                let missing = HoursError::Inconsistent("a month without an organization");
                Err(fault(gql.op()?, &missing))
            }
        }
    }
}

async fn user(gql: &Context<'_>, id: Option<UserId>) -> Result<Option<User>> {
    match id {
        Some(id) => Ok(loaders::one(gql, id).await?.map(User)),
        None => Ok(None),
    }
}

/// A month of an organization of which something was said.
#[Object]
impl ReportingPeriod {
    /// Identifies the month of the organization.
    pub async fn id(&self) -> ID {
        self.0.id.global()
    }

    /// The organization.
    async fn organization(&self, gql: &Context<'_>) -> Result<Option<Organization>> {
        let found = loaders::one(gql, self.0.organization_id).await?;
        Ok(found.map(Organization))
    }

    /// The month.
    async fn month(&self) -> Month {
        Month(self.0.month)
    }

    /// Where it stands now, by what was said of it and by the clock.
    async fn status(&self, gql: &Context<'_>) -> Result<PeriodStatus> {
        Ok(self.standing(gql).await?.status.into())
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

    /// Who attested it; null before, and for who may not see members.
    async fn submitted_by(&self, gql: &Context<'_>) -> Result<Option<User>> {
        user(gql, self.0.submitted_by).await
    }

    /// When the month ends, in the time zone of the organization.
    async fn ends_at(&self, gql: &Context<'_>) -> Result<DateTime> {
        Ok(DateTime(self.standing(gql).await?.ends_at))
    }

    /// The deadline, when the month closes by itself; null where months close only by hand.
    async fn closes_at(&self, gql: &Context<'_>) -> Result<Option<DateTime>> {
        Ok(self.standing(gql).await?.closes_at.map(DateTime))
    }

    /// Since when it is closed, by hand or by the clock; null while it is not.
    async fn closed_at(&self, gql: &Context<'_>) -> Result<Option<DateTime>> {
        Ok(self.standing(gql).await?.closed_at.map(DateTime))
    }

    /// Who closed it; null where the clock did, and for who may not see members.
    async fn closed_by(&self, gql: &Context<'_>) -> Result<Option<User>> {
        user(gql, self.0.closed_by).await
    }

    /// Since when it is certified; null while it is not.
    async fn certified_at(&self, gql: &Context<'_>) -> Result<Option<DateTime>> {
        Ok(self.standing(gql).await?.certified_at.map(DateTime))
    }

    /// Exceptions that let named people write although the month is closed, oldest first, those
    /// that are over included. Null for who may not see members.
    async fn exceptions(&self, gql: &Context<'_>) -> Result<Option<Vec<PeriodException>>> {
        let ctx = gql.op()?;
        let organization = self.0.organization_id;
        if !ctx.may(Action::ReadMembers, organization) && !ctx.scope().is_everything() {
            return Ok(None);
        }
        let found = loaders::one(gql, ExceptionsTo(self.of())).await?;
        let found = found.iter().flat_map(|it| it.iter());
        Ok(Some(found.map(|it| PeriodException(it.clone())).collect()))
    }

    /// Counts its changes, from 1.
    async fn version(&self) -> i32 {
        self.0.version
    }
}

/// Leave for named people to write in a closed month for some time.
pub struct PeriodException(exception::Exception);

/// Leave for named people to write in a closed month for some time.
#[Object]
impl PeriodException {
    /// Who may write, as far as the caller may see them.
    async fn users(&self, gql: &Context<'_>) -> Result<Vec<User>> {
        let found = self.0.users.iter().map(|it| loaders::one(gql, *it));
        let found = try_join_all(found).await?;
        Ok(found.into_iter().flatten().map(User).collect())
    }

    /// Why.
    async fn reason(&self) -> &str {
        &self.0.row.reason
    }

    /// Until when they may write; that instant itself is too late. A certification ends it earlier.
    async fn until(&self) -> DateTime {
        DateTime(self.0.row.ends_at)
    }

    /// When it was granted.
    async fn granted_at(&self) -> DateTime {
        DateTime(self.0.row.granted_at)
    }

    /// Who granted it; null for the operator of the server, and for who may not see them.
    async fn granted_by(&self, gql: &Context<'_>) -> Result<Option<User>> {
        user(gql, self.0.row.granted_by).await
    }
}

/// Queries about months.
#[derive(Default)]
pub struct PeriodQueries;

#[Object]
impl PeriodQueries {
    /// Months of an organization of which something was said, newest first; none where the caller
    /// does not see the organization. A month of which nothing was said is not among them: it is
    /// open, or the clock closed it.
    async fn reporting_periods(
        &self,
        gql: &Context<'_>,
        #[graphql(desc = "The organization.")] organization_id: ID,
        #[graphql(desc = "At most this many from the start, 1 to 100; 20 by default.")]
        first: Option<i32>,
        #[graphql(desc = "Only those after this cursor; with `first`.")] after: Option<String>,
        #[graphql(desc = "At most this many from the end, 1 to 100.")] last: Option<i32>,
        #[graphql(desc = "Only those before this cursor; with `last`.")] before: Option<String>,
    ) -> Result<Connection<ReportingPeriod>> {
        let ctx = gql.signed_in()?;
        let page = PageArguments {
            first,
            after,
            last,
            before,
        };
        let page = page.page(LIST)?;
        let organization = super::list::id::<OrganizationId>(&organization_id);
        let slice = period::page(ctx.read(), ctx.scope(), organization, &page)
            .await
            .map_err(|it| fault(ctx, &it))?;
        Ok(Connection::new(
            slice,
            LIST,
            |it| it.month,
            ReportingPeriod,
            total(ctx, move |ctx| async move {
                period::count(ctx.read(), ctx.scope(), organization).await
            }),
        ))
    }
}
