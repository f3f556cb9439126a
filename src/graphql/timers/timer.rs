//! Timers: one, and pages of them.
//!
//! What starts and ends them is in `acts`.

use std::collections::HashMap;
use std::sync::Arc;

use async_graphql::Context;
use async_graphql::Enum;
use async_graphql::ID;
use async_graphql::Object;
use async_graphql::Result;
use async_graphql::dataloader::Loader;
use entity::ids::TimerId;
use entity::timer;
use sea_orm::DbErr;

use crate::graphql::connection::Connection;
use crate::graphql::connection::PageArguments;
use crate::graphql::connection::total;
use crate::graphql::context::Gql;
use crate::graphql::error::fault;
use crate::graphql::hours::entry::HourEntry;
use crate::graphql::loaders;
use crate::graphql::loaders::Reader;
use crate::graphql::node::NodeId;
use crate::graphql::organizations::Organization;
use crate::graphql::projects::Project;
use crate::graphql::scalars::DateTime;
use crate::graphql::scalars::Minutes;
use crate::graphql::scalars::TimeZone;
use crate::graphql::volunteers::Volunteer;
use crate::refusal::Code;
use crate::timers::rules;
use crate::timers::store;
use crate::timers::store::Filter;

const NEWEST: &str = "timers.id.desc";

/// Where a timer stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "entity::types::TimerStatus")]
pub enum TimerStatus {
    /// It runs.
    Running,
    /// It was stopped and became an hour entry.
    Stopped,
    /// It was stopped, and somebody has to say what the entry is, or discard it.
    NeedsReview,
    /// It came to nothing, with a reason.
    Discarded,
}

/// Why a stopped timer needs review.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "entity::types::TimerReview")]
pub enum TimerReview {
    /// It ran longer than `Organization.timerLongestMinutes`.
    OverLong,
    /// The entry was refused; `refusalCode` says why.
    Refused,
}

/// Measures work as it is done. A person has one running at a time. Stopping it makes a draft of an
/// hour entry, or leaves it to be reviewed.
#[derive(Clone, Debug)]
pub struct Timer(pub timer::Model);

/// Measures work as it is done.
#[Object]
impl Timer {
    /// Global id.
    pub async fn id(&self) -> ID {
        self.0.id.global()
    }

    /// The organization it belongs to.
    async fn organization(&self, gql: &Context<'_>) -> Result<Option<Organization>> {
        let found = loaders::one(gql, self.0.organization_id).await?;
        Ok(found.map(Organization))
    }

    /// The volunteer.
    async fn volunteer(&self, gql: &Context<'_>) -> Result<Option<Volunteer>> {
        Ok(loaders::one(gql, self.0.volunteer_id).await?.map(Volunteer))
    }

    /// What the work is for.
    async fn project(&self, gql: &Context<'_>) -> Result<Option<Project>> {
        Ok(loaders::one(gql, self.0.project_id).await?.map(Project))
    }

    /// Where it stands.
    async fn status(&self) -> TimerStatus {
        self.0.status.into()
    }

    /// When it was started.
    async fn started_at(&self) -> DateTime {
        DateTime(self.0.started_at)
    }

    /// When it was stopped; null while it runs. A review changes the entry and not this.
    async fn stopped_at(&self) -> Option<DateTime> {
        self.0.stopped_at.map(DateTime)
    }

    /// The zone of the place when it was started.
    async fn time_zone(&self) -> TimeZone {
        TimeZone(self.0.time_zone.clone())
    }

    /// Whole minutes that it ran, so far where it runs.
    async fn elapsed_minutes(&self, gql: &Context<'_>) -> Result<Minutes> {
        let until = self.0.stopped_at.unwrap_or(gql.op()?.now());
        Ok(Minutes((until - self.0.started_at).num_minutes()))
    }

    /// Minutes that are proposed to whoever reviews it: what it ran, at most
    /// `Organization.timerLongestMinutes`. Nothing counts until they have said so; null where no review
    /// waits.
    async fn proposed_minutes(&self, gql: &Context<'_>) -> Result<Option<Minutes>> {
        let waits = self.0.status == entity::types::TimerStatus::NeedsReview;
        let Some(stopped) = self.0.stopped_at.filter(|_| waits) else {
            return Ok(None);
        };
        let found = loaders::one(gql, self.0.organization_id).await?;
        Ok(found.map(|it| {
            let longest = it.timer_longest_minutes;
            Minutes(rules::proposed(self.0.started_at, stopped, longest))
        }))
    }

    /// What is done; null where nothing was said.
    async fn description(&self) -> Option<&str> {
        self.0.description.as_deref()
    }

    /// Why it needs review, or needed it; null where it never did.
    async fn review(&self) -> Option<TimerReview> {
        self.0.review.map(Into::into)
    }

    /// Why its entry was refused when it was stopped; null where it was not.
    async fn refusal_code(&self) -> Option<Code> {
        let key = self.0.refusal.as_deref()?;
        Code::ALL.iter().copied().find(|it| it.key() == key)
    }

    /// The entry that it became; null where there is none, or none any more.
    async fn hour_entry(&self, gql: &Context<'_>) -> Result<Option<HourEntry>> {
        match self.0.entry_id {
            Some(id) => Ok(loaders::one(gql, id).await?.map(HourEntry)),
            None => Ok(None),
        }
    }

    /// Why it came to nothing; null where it did not.
    async fn discard_reason(&self) -> Option<&str> {
        self.0.discard_reason.as_deref()
    }

    /// Counts the changes; for `expectedVersion`.
    async fn version(&self) -> i32 {
        self.0.version
    }

    /// When the server learnt of it.
    async fn created_at(&self) -> DateTime {
        DateTime(self.0.created_at)
    }
}

/// Timers by id.
impl Loader<TimerId> for Reader {
    type Value = timer::Model;
    type Error = Arc<DbErr>;

    async fn load(&self, ids: &[TimerId]) -> Result<HashMap<TimerId, timer::Model>, Arc<DbErr>> {
        let found = store::by_ids(self.ctx.read(), self.ctx.scope(), ids).await?;
        Ok(found.into_iter().map(|it| (it.id, it)).collect())
    }
}

/// The caller's own timer that runs.
///
/// # Errors
/// A fault of ours.
pub(in crate::graphql) async fn own_running(gql: &Context<'_>) -> Result<Option<Timer>> {
    let ctx = gql.op()?;
    let own = ctx.scope().own_records();
    let found = store::running(ctx.read(), ctx.scope(), own).await;
    Ok(found.map_err(|it| fault(ctx, &it))?.map(Timer))
}

/// A page of timers.
///
/// # Errors
/// A cursor or size that cannot be; a fault of ours.
pub(in crate::graphql) async fn timer_page(
    gql: &Context<'_>,
    filter: Filter,
    asked: &PageArguments,
) -> Result<Connection<Timer>> {
    let ctx = gql.signed_in()?;
    let page = asked.page::<TimerId>(NEWEST)?;
    let slice = store::page(ctx.read(), ctx.scope(), &filter, &page).await;
    let slice = slice.map_err(|it| fault(ctx, &it))?;
    Ok(Connection::new(
        slice,
        NEWEST,
        |it| it.id,
        Timer,
        total(ctx, move |ctx| {
            let filter = filter.clone();
            async move { store::count(ctx.read(), ctx.scope(), &filter).await }
        }),
    ))
}
