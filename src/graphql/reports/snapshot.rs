//! `createSnapshot`, `reportSnapshots`, `snapshotDiff`: answers that are frozen, and what changed since.
//!
//! What is frozen is decided in `reports::snapshot`.

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
use entity::report_snapshot;
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
use crate::graphql::hours::entry::EvidenceLevel;
use crate::graphql::hours::entry::HourEntry;
use crate::graphql::hours::entry::HourEntryStatus;
use crate::graphql::loaders::Reader;
use crate::graphql::node::NodeId;
use crate::graphql::organizations::Organization;
use crate::graphql::projects::Project;
use crate::graphql::reports::basis::StatusBasis;
use crate::graphql::reports::basis::basis;
use crate::graphql::reports::figures::question;
use crate::graphql::scalars::Date;
use crate::graphql::scalars::DateTime;
use crate::graphql::scalars::Minutes;
use crate::graphql::territories::Territory;
use crate::hours::entry::Entry;
use crate::platform::crypto::hex;
use crate::reports;
use crate::reports::Question;
use crate::reports::ReportError;
use crate::reports::Valued;
use crate::reports::snapshot;
use crate::reports::snapshot::canonical;
use crate::reports::snapshot::store;
use crate::reports::snapshot::store::SnapshotFilter;
use crate::rollups;

/// The order of the list.
const BY_INSTANT: &str = "snapshots.created_at.desc";
/// Longest code of a territory.
const CODE_MOST: usize = 32;

/// A frozen answer of a report.
#[derive(Clone, Debug)]
pub struct ReportSnapshot(pub report_snapshot::Model);

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

    /// The answer in its canonical form: JSON of sorted members without white space, figures by name
    /// (`byMonth[2026-01].minutes`).
    async fn content(&self) -> &str {
        &self.0.content
    }

    /// SHA-256 of `content` in UTF-8, in hexadecimal.
    async fn sha256(&self) -> String {
        hex(&self.0.sha256)
    }
}

/// Snapshots by id.
impl Loader<SnapshotId> for Reader {
    type Value = report_snapshot::Model;
    type Error = Arc<DbErr>;

    async fn load(
        &self,
        ids: &[SnapshotId],
    ) -> std::result::Result<HashMap<SnapshotId, report_snapshot::Model>, Arc<DbErr>> {
        let found = store::by_ids(self.ctx.read(), self.ctx.scope(), ids).await?;
        Ok(found.into_iter().map(|it| (it.id, it)).collect())
    }
}

/// What changed between two snapshots of one question, or since one.
pub struct SnapshotDiff(snapshot::Difference);

/// What changed between two snapshots of one question, or since one.
#[Object]
impl SnapshotDiff {
    /// The earlier snapshot.
    async fn from(&self) -> ReportSnapshot {
        ReportSnapshot(self.0.from.clone())
    }

    /// The later snapshot; null for the present.
    async fn to(&self) -> Option<ReportSnapshot> {
        self.0.to.clone().map(ReportSnapshot)
    }

    /// The instant of the later figures.
    async fn to_as_of(&self) -> DateTime {
        DateTime(self.0.to_as_of)
    }

    /// Figures that changed, by name; none where nothing did.
    async fn changes(&self) -> Vec<FigureChange> {
        let changes = self.0.changes.iter().cloned();
        changes.map(FigureChange).collect()
    }

    /// How many entries count otherwise than before.
    async fn entry_count(&self) -> i64 {
        self.0.moved.entries
    }

    /// By how many minutes all of them moved the total.
    async fn moved_minutes(&self) -> i64 {
        self.0.moved.minutes
    }

    /// The entries that count otherwise than before, those that moved the total most first; of those that
    /// you may see one by one the first 500.
    async fn entries(&self, gql: &Context<'_>) -> Result<Vec<MovedEntry>> {
        let ctx = gql.op()?;
        let moved = &self.0.moved.listed;
        let found = gql.reader()?.load_many(moved.iter().map(|it| it.entry));
        let found = found.await.map_err(|it| fault(ctx, it.as_ref()))?;
        let moved = moved.iter();
        Ok(moved
            .map(|it| MovedEntry {
                // One that was taken away is no row any more.
                entry: found.get(&it.entry).cloned(),
                moved: *it,
            })
            .collect())
    }
}

/// A figure that is not what it was.
pub struct FigureChange(snapshot::difference::Change);

/// A figure that is not what it was.
#[Object]
impl FigureChange {
    /// Its name, as in the canonical form: `byProgramme[PH3-P1].minutes`.
    async fn figure(&self) -> &str {
        &self.0.figure
    }

    /// What it was; null where its row was not there.
    async fn before(&self) -> Option<i64> {
        self.0.before
    }

    /// What it is; null where its row is no more.
    async fn after(&self) -> Option<i64> {
        self.0.after
    }
}

/// An entry that counts otherwise than before.
pub struct MovedEntry {
    entry: Option<Entry>,
    moved: rollups::Moved,
}

/// An entry that counts otherwise than before.
#[Object]
impl MovedEntry {
    /// The entry as it is now; null where it was taken away.
    async fn hour_entry(&self) -> Option<HourEntry> {
        self.entry.clone().map(HourEntry)
    }

    /// By how many minutes it moved the total; negative where it took some away.
    async fn difference(&self) -> i64 {
        self.moved.difference()
    }

    /// How it counted; null where it did not.
    async fn before(&self) -> Option<CountedEntry> {
        self.moved.before.map(CountedEntry)
    }

    /// How it counts; null where it does not.
    async fn after(&self) -> Option<CountedEntry> {
        self.moved.after.map(CountedEntry)
    }
}

/// How an entry counts in a report.
pub struct CountedEntry(rollups::Stand);

/// How an entry counts in a report.
#[Object]
impl CountedEntry {
    /// Its person-minutes in the interval.
    async fn minutes(&self) -> Minutes {
        Minutes(self.0.minutes)
    }

    /// Its state.
    async fn status(&self) -> HourEntryStatus {
        self.0.status.into()
    }

    /// What shows it.
    async fn evidence_level(&self) -> EvidenceLevel {
        self.0.evidence.into()
    }

    /// Its project; null where you may count it and not see it.
    async fn project(&self, gql: &Context<'_>) -> Result<Option<Project>> {
        let ctx = gql.op()?;
        let found = gql.reader()?.load_one(self.0.project).await;
        let found = found.map_err(|it| fault(ctx, it.as_ref()))?;
        Ok(found.map(Project))
    }
}

/// An answer to be frozen.
#[derive(Debug, InputObject)]
struct CreateSnapshotInput {
    /// Which report.
    report: ReportName,
    /// Dotted code of the territory: `MA`, `07`, `07.041`. All below it is included.
    territory_code: String,
    /// First civil day of work.
    from: Date,
    /// Last civil day of work, inclusive.
    to: Date,
    /// Only the hours of this organization. Needed by whoever may not count all of the territory.
    organization_id: Option<ID>,
    /// Which hours count. Only approved ones by default.
    #[graphql(default_with = "vec![StatusBasis::Approved]")]
    status_basis: Vec<StatusBasis>,
    /// As of which instant. Now where absent.
    as_of: Option<DateTime>,
    /// What to call it; at most 200 characters.
    title: Option<String>,
    /// Makes a repeated request have one effect; at most 200 characters.
    idempotency_key: Option<String>,
}

impl CreateSnapshotInput {
    fn question(&self) -> std::result::Result<Question, ReportError> {
        let span = (self.from, self.to);
        let which = (
            self.organization_id.clone(),
            self.status_basis.clone(),
            self.as_of,
        );
        let asked = question(self.territory_code.clone(), span, which)?;
        Ok(Question {
            name: self.report.into(),
            valued: Valued::Yes,
            ..asked
        })
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
    /// Frozen answers, the newest first: those of organizations whose figures you may read, and those of
    /// territories that you observe.
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

    /// What changed between two snapshots of one question, or since one: the figures, and the entries
    /// that moved them. Which of two is the earlier one is found out.
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
    /// Freezes the answer of a report: of a whole territory by whoever may count all of it, else of one
    /// organization. Everybody who may ask the same question may read it.
    async fn create_snapshot(
        &self,
        gql: &Context<'_>,
        #[graphql(desc = "The question, and what to call the answer.")] input: CreateSnapshotInput,
    ) -> Result<CreateSnapshotPayload> {
        let ctx = gql.signed_in()?;
        let outcome = async {
            let question = input.question()?;
            let key = input.idempotency_key.as_deref();
            snapshot::create(ctx, &question, input.title.clone(), key).await
        };
        let (snapshot, user_errors) = answered(ctx, outcome.await)?;
        Ok(CreateSnapshotPayload {
            snapshot: snapshot.map(ReportSnapshot),
            user_errors,
        })
    }
}
