//! `createSnapshot`, `reportSnapshots`, `snapshotDiff`: answers that are frozen, and what changed since.
//!
//! What is frozen is decided in `reports::snapshot`; what changed is put into types in `difference`, what is asked is
//! read in `freezing`.

use std::collections::HashMap;
use std::sync::Arc;

use async_graphql::Context;
use async_graphql::ID;
use async_graphql::InputObject;
use async_graphql::Object;
use async_graphql::Result;
use async_graphql::SimpleObject;
use async_graphql::dataloader::Loader;
use chrono::Utc;
use entity::ids::OrganizationId;
use entity::ids::SnapshotId;
use sea_orm::DbErr;

use crate::graphql::connection::Connection;
use crate::graphql::connection::PageArguments;
use crate::graphql::connection::bounded;
use crate::graphql::connection::total;
use crate::graphql::context::Gql;
use crate::graphql::error;
use crate::graphql::error::UserError;
use crate::graphql::error::answered;
use crate::graphql::error::fault;
use crate::graphql::exports::export::ReportName;
use crate::graphql::loaders::Reader;
use crate::graphql::node::NodeId;
use crate::graphql::organizations::Organization;
use crate::graphql::reports::basis::StatusBasis;
use crate::graphql::reports::basis::basis;
use crate::graphql::reports::difference::SnapshotDiff;
use crate::graphql::reports::freezing::CreateSnapshotInput;
use crate::graphql::reports::hours::HoursDimension;
use crate::graphql::scalars::Date;
use crate::graphql::scalars::DateTime;
use crate::graphql::territories::Territory;
use crate::platform::hex::hex;
use crate::reports;
use crate::reports::ReportError;
use crate::reports::snapshot;
use crate::reports::snapshot::canonical;
use crate::reports::snapshot::store;
use crate::reports::snapshot::store::Cover;
use crate::reports::snapshot::store::SnapshotFilter;
use crate::rollups::Dimension;

/// The order of the list.
const BY_INSTANT: &str = "snapshots.created_at.desc";
/// Longest code of a territory.
const CODE_MOST: usize = 32;

/// A frozen answer of a report, by its cover.
#[derive(Clone, Debug)]
pub struct ReportSnapshot(pub Cover);

/// A frozen answer of a report. It never changes: what is found out later is in `snapshotDiff`.
#[Object]
impl ReportSnapshot {
    /// Identifies the snapshot.
    pub async fn id(&self) -> ID {
        self.0.id.global()
    }

    /// What whoever froze it calls it.
    async fn title(&self) -> Option<&str> {
        self.0.title.as_deref()
    }

    /// Which report.
    async fn report(&self) -> Option<ReportName> {
        reports::ReportName::of_word(&self.0.report).map(Into::into)
    }

    /// By what rows are told apart, of `HOURS`; null for other reports.
    async fn row_dimension(&self) -> Option<HoursDimension> {
        dimension(self.0.row_dimension.as_deref())
    }

    /// By what columns are told apart, of `HOURS`; null where there are rows alone.
    async fn column_dimension(&self) -> Option<HoursDimension> {
        dimension(self.0.column_dimension.as_deref())
    }

    /// The territory, in its newest version of the interval.
    async fn territory(&self, gql: &Context<'_>) -> Result<Option<Territory>> {
        let ctx = gql.op()?;
        let found = gql.reader()?.load_one(self.0.territory_id).await;
        let found = found.map_err(|it| fault(ctx, it.as_ref()))?;
        Ok(found.map(Territory))
    }

    /// The one organization whose hours it counts; null where it counts all of the territory.
    async fn organization(&self, gql: &Context<'_>) -> Result<Option<Organization>> {
        let Some(id) = self.0.organization_id else {
            return Ok(None);
        };
        let ctx = gql.op()?;
        let found = gql.reader()?.load_one(id).await;
        let found = found.map_err(|it| fault(ctx, it.as_ref()))?;
        Ok(found.map(Organization))
    }

    /// First civil day of work.
    async fn from(&self) -> Date {
        Date(self.0.from_day)
    }

    /// Last civil day of work, inclusive.
    async fn to(&self) -> Date {
        Date(self.0.to_day)
    }

    /// Which hours count.
    async fn status_basis(&self) -> Vec<StatusBasis> {
        let states = canonical::read_statuses(&self.0.status_basis).unwrap_or_default();
        states.into_iter().filter_map(basis).collect()
    }

    /// The instant of the answer.
    async fn as_of(&self) -> DateTime {
        DateTime(self.0.as_of)
    }

    /// When it was frozen.
    async fn created_at(&self) -> DateTime {
        DateTime(self.0.created_at)
    }

    /// The answer in its canonical form, that of RFC 8785: JSON of sorted members without white space. `figures` holds
    /// whole numbers by name (`byMonth[2026-01].minutes`), `decimals` other numbers as texts of their exact digits,
    /// `texts` codes, days and names of rules; `form` is the version of all that.
    async fn content(&self, gql: &Context<'_>) -> Result<String> {
        let ctx = gql.op()?;
        let found = gql.reader()?.load_one(ContentOf(self.0.id)).await;
        let found = found.map_err(|it| fault(ctx, it.as_ref()))?;
        // Nothing takes a snapshot away between its cover and its content.
        found.ok_or_else(|| fault(ctx, &ReportError::Unknown { kind: "content" }))
    }

    /// SHA-256 of `content` in UTF-8, in hexadecimal.
    async fn sha256(&self) -> String {
        hex(&self.0.sha256)
    }
}

fn dimension(word: Option<&str>) -> Option<HoursDimension> {
    word.and_then(Dimension::of_word).map(Into::into)
}

/// Covers of snapshots by id.
impl Loader<SnapshotId> for Reader {
    type Value = Cover;
    type Error = Arc<DbErr>;

    async fn load(
        &self,
        ids: &[SnapshotId],
    ) -> std::result::Result<HashMap<SnapshotId, Cover>, Arc<DbErr>> {
        let found = store::by_ids(self.ctx.read(), self.ctx.scope(), ids).await?;
        Ok(found.into_iter().map(|it| (it.id, it)).collect())
    }
}

/// Asks for what a snapshot says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ContentOf(SnapshotId);

/// Contents of snapshots, which are long and read only where they are asked for.
impl Loader<ContentOf> for Reader {
    type Value = String;
    type Error = Arc<DbErr>;

    async fn load(
        &self,
        asked: &[ContentOf],
    ) -> std::result::Result<HashMap<ContentOf, String>, Arc<DbErr>> {
        let ids: Vec<SnapshotId> = asked.iter().map(|it| it.0).collect();
        let found = store::contents(self.ctx.read(), self.ctx.scope(), &ids).await?;
        let found = found.into_iter();
        Ok(found.map(|(id, it)| (ContentOf(id), it)).collect())
    }
}

/// The frozen answer.
#[derive(SimpleObject)]
struct CreateSnapshotPayload {
    /// The snapshot; null when refused.
    snapshot: Option<ReportSnapshot>,
    /// Why nothing was done; empty when it was.
    user_errors: Vec<UserError>,
}

/// Which snapshots to list; an absent part does not narrow.
#[derive(Debug, Default, InputObject)]
struct ReportSnapshotFilter {
    /// Of this report.
    report: Option<ReportName>,
    /// Of this territory, by its dotted code; not of those below it.
    territory_code: Option<String>,
    /// Of this organization.
    organization_id: Option<ID>,
}

/// Queries of snapshots.
#[derive(Debug, Default)]
pub struct SnapshotQueries;

/// Queries of snapshots.
#[Object]
impl SnapshotQueries {
    /// Frozen answers of every report, the newest first: those of organizations whose figures you may read, and those of
    /// territories that you observe. What only some of those may read is in no snapshot.
    async fn report_snapshots(
        &self,
        gql: &Context<'_>,
        #[graphql(desc = "Which ones; all by default.")] filter: Option<ReportSnapshotFilter>,
        #[graphql(desc = "At most this many from the start, 1 to 100; 20 by default.")]
        first: Option<i32>,
        #[graphql(desc = "Only those after this cursor; with `first`.")] after: Option<String>,
        #[graphql(desc = "At most this many from the end, 1 to 100.")] last: Option<i32>,
        #[graphql(desc = "Only those before this cursor; with `last`.")] before: Option<String>,
    ) -> Result<Connection<ReportSnapshot>> {
        let ctx = gql.signed_in()?;
        let asked = PageArguments {
            first,
            after,
            last,
            before,
        };
        let page = asked.page::<(chrono::DateTime<Utc>, SnapshotId)>(BY_INSTANT)?;
        let filter = filter.unwrap_or_default();
        let filter = SnapshotFilter {
            report: filter.report.map(Into::into),
            territory_code: bounded("territoryCode", filter.territory_code, CODE_MOST)?,
            organization: OrganizationId::optional(
                filter.organization_id.as_ref(),
                "organizationId",
            )?,
        };
        let slice = store::list(ctx.read(), ctx.scope(), &filter, &page).await;
        Ok(Connection::new(
            slice.map_err(|it| fault(ctx, &it))?,
            BY_INSTANT,
            |it| (it.created_at, it.id),
            ReportSnapshot,
            total(ctx, move |ctx| {
                let filter = filter.clone();
                async move { store::count(ctx.read(), ctx.scope(), &filter).await }
            }),
        ))
    }

    /// What changed between two snapshots of one question, or since one: the figures, and the entries, contracts and
    /// measurements that moved them. Which of two is the earlier one is found out; of one, its question is asked again.
    async fn snapshot_diff(
        &self,
        gql: &Context<'_>,
        #[graphql(desc = "A snapshot.")] from: ID,
        #[graphql(desc = "Another of the same question; the present where absent.")] to: Option<ID>,
    ) -> Result<SnapshotDiff> {
        let ctx = gql.signed_in()?;
        let from = SnapshotId::input(&from, "from")?;
        let to = SnapshotId::optional(to.as_ref(), "to")?;
        match snapshot::difference(ctx, from, to).await {
            Err(ReportError::Denied(denied)) => Err(error::denied(denied)),
            outcome => error::read(ctx, outcome).map(SnapshotDiff),
        }
    }
}

/// Acts on snapshots.
#[derive(Debug, Default)]
pub struct SnapshotMutations;

/// Acts on snapshots.
#[Object]
impl SnapshotMutations {
    /// Freezes the answer of a report, with every section of it: of a whole territory by whoever may count all of it, else
    /// of one organization. Everybody who may ask the same question may read it.
    async fn create_snapshot(
        &self,
        gql: &Context<'_>,
        #[graphql(desc = "The question, and what to call the answer.")] input: CreateSnapshotInput,
    ) -> Result<CreateSnapshotPayload> {
        let ctx = gql.signed_in()?;
        let outcome = async {
            let key = input.idempotency_key.as_deref();
            snapshot::create(ctx, &input.question()?, input.title.clone(), key).await
        };
        let (snapshot, user_errors) = answered(ctx, outcome.await)?;
        Ok(CreateSnapshotPayload {
            snapshot: snapshot.map(ReportSnapshot),
            user_errors,
        })
    }
}
