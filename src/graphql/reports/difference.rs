//! `snapshotDiff`: what changed between two answers, and through what.
//!
//! What changed is found out in `reports::snapshot`; who may ask for it stands with the query, in `snapshot`.

use async_graphql::Context;
use async_graphql::Enum;
use async_graphql::Object;
use async_graphql::Result;

use crate::graphql::context::Gql;
use crate::graphql::contracts::contract::VolunteerContract;
use crate::graphql::error::fault;
use crate::graphql::hours::entry::EvidenceLevel;
use crate::graphql::hours::entry::HourEntry;
use crate::graphql::hours::entry::HourEntryStatus;
use crate::graphql::impact::measurement::Measurement;
use crate::graphql::projects::Project;
use crate::graphql::reports::snapshot::ReportSnapshot;
use crate::graphql::scalars::DateTime;
use crate::graphql::scalars::Minutes;
use crate::hours::entry::Entry;
use crate::reports::snapshot;
use crate::reports::snapshot::figures::Figure;
use crate::rollups;

/// Figures of one answer that are listed.
const CHANGES_MOST: usize = 5_000;

/// What changed between two snapshots of one question, or since one.
pub struct SnapshotDiff(pub(super) snapshot::Difference);

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

    /// How many figures changed.
    async fn change_count(&self) -> i32 {
        i32::try_from(self.0.changes.len()).unwrap_or(i32::MAX)
    }

    /// Figures that changed, in the order of their names; none where nothing did, at most 5,000. Of a snapshot of an
    /// earlier form those are compared that it tells.
    async fn changes(&self) -> Vec<FigureChange> {
        let changes = self.0.changes.iter().take(CHANGES_MOST).cloned();
        changes.map(FigureChange).collect()
    }

    /// How many entries count otherwise than before. Of `DATA_QUALITY` those that are approved before or after, not those
    /// that wait. Of `CONTRACTUAL_VOLUNTEERING` none are told: which minutes count follows from the contracts, see
    /// `contracts`.
    async fn entry_count(&self) -> i64 {
        self.0.moved.entries
    }

    /// By how many minutes all of them moved the total of all work in the territory or of the organization; 0 for
    /// `CONTRACTUAL_VOLUNTEERING`, of which no entries are told.
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

    /// How many contracts say something else than before, or have other incidents, of `CONTRACTUAL_VOLUNTEERING`; 0 for
    /// other reports.
    async fn contract_count(&self) -> i64 {
        i64::try_from(self.0.contracts.total).unwrap_or(i64::MAX)
    }

    /// These contracts, those that came first to be first; of the first 500 those that you may see one by one.
    async fn contracts(&self, gql: &Context<'_>) -> Result<Vec<VolunteerContract>> {
        let ctx = gql.op()?;
        let named = &self.0.contracts.listed;
        let mut found = gql
            .reader()?
            .load_many(named.iter().copied())
            .await
            .map_err(|it| fault(ctx, it.as_ref()))?;
        let seen = named.iter().filter_map(|it| found.remove(it));
        Ok(seen.map(VolunteerContract).collect())
    }

    /// How many measurements of the territory and the interval were recorded, changed or decided on meanwhile: of `INDH`
    /// and `SDG`, of which they move indicators and beneficiaries; 0 for other reports.
    async fn measurement_count(&self) -> i64 {
        i64::try_from(self.0.measurements.total).unwrap_or(i64::MAX)
    }

    /// These measurements, those that came first to be first; the first 500.
    async fn measurements(&self, gql: &Context<'_>) -> Result<Vec<Measurement>> {
        let ctx = gql.op()?;
        let named = &self.0.measurements.listed;
        let mut found = gql
            .reader()?
            .load_many(named.iter().copied())
            .await
            .map_err(|it| fault(ctx, it.as_ref()))?;
        let seen = named.iter().filter_map(|it| found.remove(it));
        Ok(seen.map(Measurement).collect())
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

    /// What it was, of a whole number; null where it was not there, and where it was no whole number: `writtenBefore`
    /// tells both apart.
    async fn before(&self) -> Option<i64> {
        whole(self.0.before.as_ref())
    }

    /// What it is, of a whole number; null where it is there no more, and where it is no whole number: `writtenAfter`
    /// tells both apart.
    async fn after(&self) -> Option<i64> {
        whole(self.0.after.as_ref())
    }

    /// What kind of figure it is, where it was there before, where it is now, or both. A count that grew beyond what a
    /// number of JSON holds is `DECIMAL`.
    async fn kind(&self) -> FigureKind {
        let sides = [self.0.before.as_ref(), self.0.after.as_ref()];
        let kinds = sides.into_iter().flatten().map(|it| match it {
            Figure::Whole(_) => FigureKind::Whole,
            Figure::Decimal(_) => FigureKind::Decimal,
            Figure::Text(_) => FigureKind::Text,
        });
        kinds.max().unwrap_or(FigureKind::Whole)
    }

    /// What it was as the canonical form writes it, of every kind; null where it was not there.
    async fn written_before(&self) -> Option<String> {
        self.0.before.as_ref().map(Figure::text)
    }

    /// What it is as the canonical form writes it, of every kind; null where it is there no more.
    async fn written_after(&self) -> Option<String> {
        self.0.after.as_ref().map(Figure::text)
    }
}

fn whole(figure: Option<&Figure>) -> Option<i64> {
    match figure {
        Some(Figure::Whole(value)) => Some(*value),
        _ => None,
    }
}

/// What kind of figure one is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Enum)]
pub enum FigureKind {
    /// A whole number: a count, minutes, hundredths of a currency.
    Whole,
    /// Another number, by its exact decimal digits.
    Decimal,
    /// A code, a day, the name of a rule.
    Text,
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
