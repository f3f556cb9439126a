//! A schedule as clients see it, and the list of them.
//!
//! Whose schedules are seen is decided in `schedules::whose`.

use std::collections::HashMap;
use std::sync::Arc;

use async_graphql::Context;
use async_graphql::Enum;
use async_graphql::ID;
use async_graphql::InputObject;
use async_graphql::Object;
use async_graphql::Result;
use async_graphql::SimpleObject;
use async_graphql::dataloader::Loader;
use entity::ids::ScheduleId;
use entity::schedule;
use sea_orm::DbErr;

use crate::graphql::connection::Connection;
use crate::graphql::connection::PageArguments;
use crate::graphql::connection::total;
use crate::graphql::context::Gql;
use crate::graphql::error::fault;
use crate::graphql::exports::export::ExportFormat;
use crate::graphql::exports::export::ReportName;
use crate::graphql::identity::User;
use crate::graphql::loaders;
use crate::graphql::loaders::Reader;
use crate::graphql::node::NodeId;
use crate::graphql::organizations::Organization;
use crate::graphql::reports::basis::StatusBasis;
use crate::graphql::reports::basis::basis;
use crate::graphql::reports::hours::HoursDimension;
use crate::graphql::scalars::DateTime;
use crate::graphql::scalars::Locale;
use crate::graphql::scalars::TimeZone;
use crate::graphql::schedules::delivery::DeliveryTarget;
use crate::graphql::schedules::delivery::undelivered;
use crate::graphql::schedules::run::ScheduleRun;
use crate::graphql::schedules::run::run_page;
use crate::refusal::Code;
use crate::refusal::Refusal;
use crate::schedules::alarm;
use crate::schedules::alarm::alarm;
use crate::schedules::due::waits_until;
use crate::schedules::fit::targets_of;
use crate::schedules::question::ScheduledQuestion;
use crate::schedules::store;
use crate::schedules::store::Filter;
use crate::schedules::whose::Whose;

const NEWEST: &str = "schedules.id.desc";

/// When a schedule is due.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "entity::types::ScheduleCadence")]
pub enum ScheduleCadence {
    /// By a cron expression, on the clocks of its zone.
    Cron,
    /// When a month has ended and is closed, at the latest on a day of the next month.
    MonthlyAfterClosing,
}

/// Which days a report covers, told from the day on which it is due, in the zone of the schedule. A run that comes late
/// covers what it was due for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "entity::types::CoveredInterval")]
pub enum CoveredInterval {
    /// The day before.
    PreviousDay,
    /// The week before, from Monday to Sunday.
    PreviousWeek,
    /// The calendar month before.
    PreviousMonth,
    /// The calendar quarter before.
    PreviousQuarter,
    /// The calendar year before.
    PreviousYear,
    /// From the first of the month up to the day before; on the first, the whole month before.
    MonthToDate,
    /// From the first of the quarter up to the day before; on its first day, the whole quarter before.
    QuarterToDate,
    /// From 1 January up to the day before; on that day, the whole year before.
    YearToDate,
}

/// Whether a schedule goes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "entity::types::ScheduleStatus")]
pub enum ScheduleStatus {
    /// It makes reports.
    Active,
    /// It waits until it is resumed.
    Paused,
    /// It came to its end; its history stays.
    Ended,
}

/// What is wrong with a schedule.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "alarm::AlarmKind")]
pub enum ScheduleAlarmKind {
    /// The latest run has no file.
    RunFailed,
    /// The latest run has not come to its end within an hour, or the next has not begun an hour after it was due.
    RunOverdue,
    /// The file of the latest run did not arrive where it goes.
    DeliveryFailed,
}

/// That a schedule has not delivered what it should have.
#[derive(Clone, Debug, SimpleObject)]
pub struct ScheduleAlarm {
    /// What is wrong.
    kind: ScheduleAlarmKind,
    /// Since when.
    since: DateTime,
}

/// A report that makes itself.
#[derive(Clone, Debug)]
pub struct Schedule(pub schedule::Model);

/// A report that makes itself, with what its owner may see at that moment. Only the owner sees it, and administrators of
/// the platform.
#[Object]
impl Schedule {
    /// Global id.
    pub async fn id(&self) -> ID {
        self.0.id.global()
    }

    /// Its name.
    async fn title(&self) -> &str {
        &self.0.title
    }

    /// What is asked; null for what this release does not know.
    async fn report(&self) -> Option<ScheduledReport> {
        ScheduledQuestion::of(&self.0).map(ScheduledReport)
    }

    /// What it is written as; null for what this release does not know.
    async fn format(&self) -> Option<ExportFormat> {
        ScheduledQuestion::of(&self.0).map(|it| it.format.into())
    }

    /// Language of its titles and names; null for what this release does not know.
    async fn locale(&self) -> Option<Locale> {
        ScheduledQuestion::of(&self.0).map(|it| Locale(it.locale))
    }

    /// When it is due.
    async fn cadence(&self) -> ScheduleCadence {
        self.0.cadence.into()
    }

    /// The cron expression of `CRON`; null otherwise.
    async fn cron(&self) -> Option<&str> {
        self.0.cron.as_deref()
    }

    /// Of `MONTHLY_AFTER_CLOSING` the day of the next month at whose 06:00 it waits no longer; null otherwise.
    async fn latest_day(&self) -> Option<i32> {
        self.0.latest_day
    }

    /// On the clocks of which zone it is due, and in which days begin.
    async fn time_zone(&self) -> TimeZone {
        TimeZone(self.0.time_zone.clone())
    }

    /// Which days a report covers.
    async fn covers(&self) -> CoveredInterval {
        self.0.covers.into()
    }

    /// Where reports go; they are kept here in any case. At most 20.
    async fn deliver_to(&self) -> Vec<DeliveryTarget> {
        let targets = targets_of(&self.0);
        targets.iter().map(DeliveryTarget::of).collect()
    }

    /// Whether it goes on.
    async fn status(&self) -> ScheduleStatus {
        self.0.status.into()
    }

    /// The first tick that has no run yet; null where it does not go on. Of `MONTHLY_AFTER_CLOSING` the end of the month:
    /// the report then waits for its closing.
    async fn next_run_at(&self) -> Option<DateTime> {
        self.0.next_tick_at.map(DateTime)
    }

    /// When the next report is asked for at the latest; null where the schedule does not go on.
    async fn next_run_latest_at(&self) -> Option<DateTime> {
        waits_until(&self.0).map(DateTime)
    }

    /// The newest run that was not skipped; null before the first.
    async fn last_run(&self, gql: &Context<'_>) -> Result<Option<ScheduleRun>> {
        match self.0.last_run_id {
            Some(id) => Ok(loaders::one(gql, id).await?.map(ScheduleRun)),
            None => Ok(None),
        }
    }

    /// What is wrong; null while reports arrive. Its owner is told by a notification, too.
    async fn alarm(&self, gql: &Context<'_>) -> Result<Option<ScheduleAlarm>> {
        let last = match self.0.last_run_id {
            Some(id) => loaders::one(gql, id).await?,
            None => None,
        };
        let lost = match self.0.last_run_id {
            Some(id) => undelivered(gql, id).await?,
            None => None,
        };
        let now = gql.op()?.now();
        let found = alarm(&self.0, last.as_ref(), waits_until(&self.0), lost, now);
        Ok(found.map(|it| ScheduleAlarm {
            kind: it.kind.into(),
            since: DateTime(it.since),
        }))
    }

    /// What it did at its ticks, latest first: those that were skipped are among them.
    async fn runs(
        &self,
        gql: &Context<'_>,
        #[graphql(desc = "At most this many from the start, 1 to 100; 20 by default.")]
        first: Option<i32>,
        #[graphql(desc = "Only those after this cursor; with `first`.")] after: Option<String>,
        #[graphql(desc = "At most this many from the end, 1 to 100.")] last: Option<i32>,
        #[graphql(desc = "Only those before this cursor; with `last`.")] before: Option<String>,
    ) -> Result<Connection<ScheduleRun>> {
        let asked = PageArguments {
            first,
            after,
            last,
            before,
        };
        run_page(gql, self.0.id, &asked).await
    }

    /// Whose it is; null where the caller does not see them.
    async fn owner(&self, gql: &Context<'_>) -> Result<Option<User>> {
        Ok(loaders::one(gql, self.0.owner_id).await?.map(User))
    }

    /// When it was created.
    async fn created_at(&self) -> DateTime {
        DateTime(self.0.created_at)
    }

    /// When somebody last changed it.
    async fn updated_at(&self) -> DateTime {
        DateTime(self.0.updated_at)
    }

    /// Counts the changes; for `expectedVersion`.
    async fn version(&self) -> i32 {
        self.0.version
    }
}

/// The report of a schedule, without its days.
#[derive(Clone, Debug)]
pub struct ScheduledReport(ScheduledQuestion);

/// The report of a schedule, without its days.
#[Object]
impl ScheduledReport {
    /// Which report.
    async fn name(&self) -> ReportName {
        self.0.name.into()
    }

    /// Dotted code of the territory.
    async fn territory_code(&self) -> &str {
        self.0.territory_code.as_deref().unwrap_or_default()
    }

    /// Only the hours of this organization; null where all were asked for, and for one that is no longer seen.
    async fn organization(&self, gql: &Context<'_>) -> Result<Option<Organization>> {
        match self.0.organization {
            Some(id) => Ok(loaders::one(gql, id).await?.map(Organization)),
            None => Ok(None),
        }
    }

    /// Which hours count.
    async fn status_basis(&self) -> Vec<StatusBasis> {
        let asked = self.0.status_basis.iter().copied();
        asked.filter_map(basis).collect()
    }

    /// By what rows are told apart, of `HOURS`; null of other reports.
    async fn rows(&self) -> Option<HoursDimension> {
        self.0.rows.map(Into::into)
    }

    /// By what columns are told apart, of `HOURS`; null where there are rows alone, and of other reports.
    async fn columns(&self) -> Option<HoursDimension> {
        self.0.columns.map(Into::into)
    }
}

/// Schedules by id, at most one statement a level.
impl Loader<ScheduleId> for Reader {
    type Value = schedule::Model;
    type Error = Arc<DbErr>;

    async fn load(
        &self,
        ids: &[ScheduleId],
    ) -> std::result::Result<HashMap<ScheduleId, schedule::Model>, Arc<DbErr>> {
        let found = store::by_ids(self.ctx.read(), Whose::of(&self.ctx), ids).await?;
        Ok(found.into_iter().map(|it| (it.id, it)).collect())
    }
}

/// Which schedules to list; an absent part does not narrow.
#[derive(Debug, Default, InputObject)]
pub struct ScheduleFilter {
    /// Whether they go on.
    status: Option<Vec<ScheduleStatus>>,
    /// Whose; one's own by default.
    owner: Option<ScheduleOwner>,
}

/// Whose schedules.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Enum)]
pub enum ScheduleOwner {
    /// The caller's.
    #[default]
    Myself,
    /// Anybody's: for administrators of the platform.
    Everybody,
}

/// Queries of schedules.
#[derive(Debug, Default)]
pub struct ScheduleQueries;

/// Queries of schedules.
#[Object]
impl ScheduleQueries {
    /// The caller's schedules, newest first.
    async fn schedules(
        &self,
        gql: &Context<'_>,
        #[graphql(desc = "Which ones; one's own by default.")] filter: Option<ScheduleFilter>,
        #[graphql(desc = "At most this many from the start, 1 to 100; 20 by default.")]
        first: Option<i32>,
        #[graphql(desc = "Only those after this cursor; with `first`.")] after: Option<String>,
        #[graphql(desc = "At most this many from the end, 1 to 100.")] last: Option<i32>,
        #[graphql(desc = "Only those before this cursor; with `last`.")] before: Option<String>,
    ) -> Result<Connection<Schedule>> {
        let ctx = gql.signed_in()?;
        let asked = PageArguments {
            first,
            after,
            last,
            before,
        };
        let page = asked.page::<ScheduleId>(NEWEST)?;
        let filter = filter.unwrap_or_default();
        let whose = filter.owner.unwrap_or_default();
        if whose == ScheduleOwner::Everybody && ctx.demand_platform().is_err() {
            return Err(Refusal::of(Code::Forbidden, "owner").into());
        }
        let owner = match whose {
            ScheduleOwner::Myself => ctx.actor().user(),
            ScheduleOwner::Everybody => None,
        };
        let status = filter.status;
        let filter = Filter {
            status: status.map(|it| it.into_iter().map(Into::into).collect()),
            owner,
        };
        let slice = store::list(ctx.read(), Whose::of(ctx), &filter, &page).await;
        Ok(Connection::new(
            slice.map_err(|it| fault(ctx, &it))?,
            NEWEST,
            |it| it.id,
            Schedule,
            total(ctx, move |ctx| {
                let filter = filter.clone();
                async move { store::count(ctx.read(), Whose::of(&ctx), &filter).await }
            }),
        ))
    }
}
