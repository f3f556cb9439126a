//! What a schedule did at one of its ticks, as clients see it.
//!
//! Whoever sees a schedule sees its runs; what a run means is decided in `schedules`.

use std::collections::HashMap;
use std::sync::Arc;

use async_graphql::Context;
use async_graphql::Enum;
use async_graphql::Object;
use async_graphql::Result;
use async_graphql::dataloader::Loader;
use chrono::Utc;
use entity::ids::RunId;
use entity::ids::ScheduleId;
use entity::schedule_run;
use sea_orm::DbErr;

use crate::graphql::connection::Connection;
use crate::graphql::connection::PageArguments;
use crate::graphql::connection::total;
use crate::graphql::context::Gql;
use crate::graphql::error::UserError;
use crate::graphql::error::fault;
use crate::graphql::exports::export::ExportJob;
use crate::graphql::loaders;
use crate::graphql::loaders::Reader;
use crate::graphql::scalars::Date;
use crate::graphql::scalars::DateTime;
use crate::graphql::schedules::delivery::DeliveriesOf;
use crate::graphql::schedules::delivery::Delivery;
use crate::refusal::Refusal;
use crate::schedules::store;

const LATEST: &str = "schedule_runs.tick_at.desc";

/// What called for a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "entity::types::RunCause")]
pub enum ScheduleRunCause {
    /// It was due.
    Tick,
    /// Somebody asked for it.
    ByHand,
}

/// What became of a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "entity::types::RunStatus")]
pub enum ScheduleRunStatus {
    /// The file is asked for.
    Requested,
    /// The file is made.
    Succeeded,
    /// There is no file: `failures` says why.
    Failed,
    /// Somebody called the export off.
    Cancelled,
    /// Nothing was asked for: `skipReason` says why.
    Skipped,
}

/// Why nothing was asked for at a tick.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "entity::types::RunSkip")]
pub enum ScheduleSkipReason {
    /// No server looked when it was due, and a later one was due meanwhile: that was run instead.
    Missed,
}

/// What a schedule did at one of its ticks. There is one for each.
#[derive(Clone, Debug)]
pub struct ScheduleRun(pub schedule_run::Model);

/// What a schedule did at one of its ticks. There is one for each.
#[Object]
impl ScheduleRun {
    /// The instant that it is for. Of `MONTHLY_AFTER_CLOSING` the one at which the month ended.
    async fn tick_at(&self) -> DateTime {
        DateTime(self.0.tick_at)
    }

    /// What called for it.
    async fn cause(&self) -> ScheduleRunCause {
        self.0.cause.into()
    }

    /// First civil day that the report covers, told from `tickAt`, and not from when it is made.
    async fn from(&self) -> Date {
        Date(self.0.covers_from)
    }

    /// Last civil day that the report covers, inclusive.
    async fn to(&self) -> Date {
        Date(self.0.covers_to)
    }

    /// What became of it.
    async fn status(&self) -> ScheduleRunStatus {
        self.0.status.into()
    }

    /// Why nothing was asked for; null where something was.
    async fn skip_reason(&self) -> Option<ScheduleSkipReason> {
        self.0.skip.map(Into::into)
    }

    /// Whether it was asked for more than a quarter of an hour after it was due.
    async fn late(&self) -> bool {
        self.0.late
    }

    /// Whether the month was closed when the report was asked for; null where nothing waits for that.
    async fn month_closed(&self) -> Option<bool> {
        self.0.month_closed
    }

    /// The export with its file; null where none was asked for.
    async fn export_job(&self, gql: &Context<'_>) -> Result<Option<ExportJob>> {
        match self.0.job_id {
            Some(id) => Ok(loaders::one(gql, id).await?.map(ExportJob)),
            None => Ok(None),
        }
    }

    /// Its file on the way to where the schedule has it go, at most 20; empty before there is one.
    async fn deliveries(&self, gql: &Context<'_>) -> Result<Vec<Delivery>> {
        let found = loaders::one(gql, DeliveriesOf(self.0.id)).await?;
        let rows = found.iter().flat_map(|it| it.iter());
        Ok(rows.cloned().map(Delivery).collect())
    }

    /// Why there is no file; empty where there is one, or may yet be.
    async fn failures(&self, gql: &Context<'_>) -> Result<Vec<UserError>> {
        let locale = gql.op()?.locale();
        let kept = match (self.0.status, self.0.job_id) {
            (entity::types::RunStatus::Failed, Some(id)) => {
                loaders::one(gql, id).await?.and_then(|it| it.refusals)
            }
            _ => self.0.refusals.clone(),
        };
        let refusals: Vec<Refusal> = kept
            .and_then(|it| serde_json::from_str(&it).ok())
            .unwrap_or_default();
        Ok(refusals
            .iter()
            .map(|it| UserError::new(it, locale))
            .collect())
    }

    /// When it was asked for, or skipped.
    async fn created_at(&self) -> DateTime {
        DateTime(self.0.created_at)
    }

    /// When it came to an end, whichever; null before.
    async fn ended_at(&self) -> Option<DateTime> {
        self.0.ended_at.map(DateTime)
    }
}

/// A page of the runs of a schedule.
///
/// # Errors
/// A cursor or size that cannot be; a fault of ours.
pub(super) async fn run_page(
    gql: &Context<'_>,
    of: ScheduleId,
    asked: &PageArguments,
) -> Result<Connection<ScheduleRun>> {
    let ctx = gql.op()?;
    let page = asked.page::<chrono::DateTime<Utc>>(LATEST)?;
    let slice = store::history(ctx.read(), of, &page).await;
    Ok(Connection::new(
        slice.map_err(|it| fault(ctx, &it))?,
        LATEST,
        |it| it.tick_at,
        ScheduleRun,
        total(ctx, move |ctx| async move {
            store::count_runs(ctx.read(), of).await
        }),
    ))
}

/// Runs by id, at most one statement a level. Asked for by way of a schedule that is seen.
impl Loader<RunId> for Reader {
    type Value = schedule_run::Model;
    type Error = Arc<DbErr>;

    async fn load(
        &self,
        ids: &[RunId],
    ) -> std::result::Result<HashMap<RunId, schedule_run::Model>, Arc<DbErr>> {
        let found = store::runs(self.ctx.read(), ids).await?;
        Ok(found.into_iter().map(|it| (it.id, it)).collect())
    }
}
