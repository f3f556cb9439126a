//! One hour entry and its fields.
//!
//! How it is written is in `write`, handing in and deciding in `approval`, lists in `list`.

use async_graphql::Context;
use async_graphql::Enum;
use async_graphql::ID;
use async_graphql::Object;
use async_graphql::Result;
use async_graphql::SimpleObject;
use chrono::Utc;
use entity::ids::EntryId;

use crate::graphql::connection::Connection;
use crate::graphql::connection::PageArguments;
use crate::graphql::context::Gql;
use crate::graphql::error::fault;
use crate::graphql::hours::amendment::HourEntryAmendment;
use crate::graphql::hours::approval_rules::ApprovalDecision;
use crate::graphql::hours::decision::Decision;
use crate::graphql::hours::ledger::HourEntryEvent;
use crate::graphql::hours::ledger::history;
use crate::graphql::hours::loaders::CorrectionOf;
use crate::graphql::hours::loaders::DaysOf;
use crate::graphql::hours::loaders::DecisionsOn;
use crate::graphql::hours::loaders::closed_for;
use crate::graphql::hours::preview::HourEntryClockChange;
use crate::graphql::loaders;
use crate::graphql::node::NodeId;
use crate::graphql::organizations::Organization;
use crate::graphql::projects::Project;
use crate::graphql::scalars::Date;
use crate::graphql::scalars::DateTime;
use crate::graphql::scalars::Minutes;
use crate::graphql::scalars::TimeZone;
use crate::graphql::territories::Territory;
use crate::graphql::volunteers::Volunteer;
use crate::hours::Entry;
use crate::hours::days::DayShare;
use crate::hours::days::months_between;
use crate::hours::guard;
use crate::hours::preview;
use crate::platform::zones;

/// Where an entry stands between being written and being counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "entity::types::EntryStatus")]
pub enum HourEntryStatus {
    /// Written, not handed in.
    Draft,
    /// Handed in, waits for a decision.
    Submitted,
    /// Counted in figures. It is not changed any more.
    Approved,
    /// Given back with a reason, to be corrected and handed in again.
    Returned,
    /// Refused for good, with a reason.
    Rejected,
    /// Was approved, counts no more, with a reason.
    Voided,
}

/// How the minutes of an entry were measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "entity::types::EntryKind")]
pub enum HourEntryKind {
    /// From one instant to another, less breaks. Two of one person never overlap.
    Interval,
    /// Minutes on a civil date, without clock times.
    Duration,
    /// A head-count, each for the same minutes; the people are not named.
    Group,
}

/// How an entry came to be, weakest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "entity::types::EvidenceLevel")]
pub enum EvidenceLevel {
    /// The volunteer wrote it.
    SelfDeclared,
    /// A coordinator wrote it for the volunteer.
    CoordinatorAttested,
    /// It came from a file.
    Imported,
    /// The volunteer was checked in at the place.
    CheckedIn,
    /// The volunteer was checked in and out at the place.
    CheckedInAndOut,
}

/// The minutes of an entry on one civil day.
#[derive(Clone, Copy, Debug, SimpleObject)]
pub struct HourEntryDay {
    /// The day, in the zone of the entry.
    day: Date,
    /// Minutes of all people of the entry together.
    minutes: Minutes,
}

impl HourEntryDay {
    /// The minutes of one day.
    #[must_use]
    pub fn of(share: &DayShare) -> Self {
        Self {
            day: Date(share.day),
            minutes: Minutes(i64::from(share.minutes.0)),
        }
    }
}

/// Who worked when and on what, and whether it counts.
#[derive(Clone, Debug)]
pub struct HourEntry(pub Entry);

/// Who worked when and on what, and whether it counts.
#[Object]
impl HourEntry {
    /// Identifies the entry.
    pub async fn id(&self) -> ID {
        self.0.row.id.global()
    }

    /// Where it stands.
    async fn status(&self) -> HourEntryStatus {
        self.0.row.status.into()
    }

    /// How its minutes were measured.
    async fn kind(&self) -> HourEntryKind {
        self.0.row.kind.into()
    }

    /// Counts its changes, from 1; what `expectedVersion` is compared with.
    async fn version(&self) -> i32 {
        self.0.row.version
    }

    /// Civil day on which the work began, in the zone of the entry.
    async fn worked_on(&self) -> Date {
        Date(self.0.row.worked_on)
    }

    /// Civil day of the last minute, in the zone of the entry.
    async fn ended_on(&self) -> Date {
        Date(self.0.row.ended_on)
    }

    /// When the work began; null unless an interval.
    async fn started_at(&self) -> Option<DateTime> {
        self.0.row.started_at.map(DateTime)
    }

    /// When the work ended, exclusive; null unless an interval.
    async fn ended_at(&self) -> Option<DateTime> {
        self.0.row.ended_at.map(DateTime)
    }

    /// Minutes by which local time was ahead of universal time when the work began, by the zone data of
    /// the server; null unless an interval.
    async fn started_at_offset_minutes(&self) -> Option<i32> {
        self.offset(self.0.row.started_at?)
    }

    /// Minutes by which local time was ahead of universal time when the work ended, by the zone data of
    /// the server; null unless an interval.
    async fn ended_at_offset_minutes(&self) -> Option<i32> {
        self.offset(self.0.row.ended_at?)
    }

    /// The change of clocks during the work or, without times, on its day; null without one. It is why
    /// an entry is an hour longer or shorter than its times of day seem.
    async fn clock_change(&self, gql: &Context<'_>) -> Result<Option<HourEntryClockChange>> {
        let row = &self.0.row;
        let Some(zone) = zones::parse(&row.time_zone) else {
            return Ok(None);
        };
        let days = (row.worked_on, row.ended_on);
        let change = preview::clock_change(row.started_at.zip(row.ended_at), days, &zone);
        let ctx = gql.op()?;
        Ok(change.map(|it| HourEntryClockChange::new(ctx, &zone, it)))
    }

    /// Minutes of an interval that were no work; 0 for the other kinds.
    async fn break_minutes(&self) -> Minutes {
        Minutes(i64::from(self.0.row.break_minutes.0))
    }

    /// Minutes of work of each person, without breaks.
    async fn minutes(&self) -> Minutes {
        Minutes(i64::from(self.0.row.minutes.0))
    }

    /// How many people worked; 1 unless a group.
    async fn headcount(&self) -> i32 {
        self.0.row.headcount
    }

    /// Minutes of work of all people together: minutes × headcount.
    async fn total_minutes(&self) -> Minutes {
        Minutes(i64::from(self.0.row.total_minutes.0))
    }

    /// What was done; null where nobody said.
    async fn description(&self) -> Option<&str> {
        self.0.row.description.as_deref()
    }

    /// How the entry came to be.
    async fn evidence_level(&self) -> EvidenceLevel {
        self.0.row.evidence_level.into()
    }

    /// Why it was returned, rejected or voided; null otherwise.
    async fn decision_reason(&self) -> Option<&str> {
        self.0.row.decision_reason.as_deref()
    }

    /// The zone that decided its days: that of the project, or of the organization.
    async fn time_zone(&self) -> TimeZone {
        TimeZone(self.0.row.time_zone.clone())
    }

    /// Its minutes by civil day, in order; they sum to `totalMinutes`.
    async fn days(&self, gql: &Context<'_>) -> Result<Vec<HourEntryDay>> {
        let days = loaders::one(gql, DaysOf(self.0.row.id)).await?;
        Ok(days
            .iter()
            .flat_map(|it| it.iter())
            .map(HourEntryDay::of)
            .collect())
    }

    /// Where the work was done, in the version of that day.
    async fn territory(&self, gql: &Context<'_>) -> Result<Option<Territory>> {
        let found = loaders::one(gql, self.0.row.territory_id).await?;
        Ok(found.map(Territory))
    }

    /// Who worked; null for a group.
    async fn volunteer(&self, gql: &Context<'_>) -> Result<Option<Volunteer>> {
        match (&self.0.volunteer, self.0.row.volunteer_id) {
            (Some(known), _) => Ok(Some(Volunteer(known.clone()))),
            (None, Some(id)) => Ok(loaders::one(gql, id).await?.map(Volunteer)),
            (None, None) => Ok(None),
        }
    }

    /// What for.
    async fn project(&self, gql: &Context<'_>) -> Result<Option<Project>> {
        match &self.0.project {
            Some(known) => Ok(Some(Project(known.clone()))),
            None => {
                let found = loaders::one(gql, self.0.row.project_id).await?;
                Ok(found.map(Project))
            }
        }
    }

    /// The organization that it belongs to.
    async fn organization(&self, gql: &Context<'_>) -> Result<Option<Organization>> {
        let found = loaders::one(gql, self.0.row.organization_id).await?;
        Ok(found.map(Organization))
    }

    /// When it was written.
    async fn created_at(&self) -> DateTime {
        DateTime(self.0.row.created_at)
    }

    /// When it was last handed in; null for a draft.
    async fn submitted_at(&self) -> Option<DateTime> {
        self.0.row.submitted_at.map(DateTime)
    }

    /// When it was last decided on; null before.
    async fn decided_at(&self) -> Option<DateTime> {
        self.0.row.decided_at.map(DateTime)
    }

    /// What rules of approval decided on it, oldest first; empty where only people decided.
    async fn decisions(&self, gql: &Context<'_>) -> Result<Vec<ApprovalDecision>> {
        let decisions = loaders::one(gql, DecisionsOn(self.0.row.id)).await?;
        let decisions = decisions.iter().flat_map(|it| it.iter());
        Ok(decisions.map(ApprovalDecision::of).collect())
    }

    /// The correction that waits for a decision, while the entry counts as it is; null without one.
    async fn amendment(&self, gql: &Context<'_>) -> Result<Option<HourEntryAmendment>> {
        let found = loaders::one(gql, CorrectionOf(self.0.row.id)).await?;
        Ok(found.map(|row| HourEntryAmendment {
            entry: self.0.clone(),
            row,
        }))
    }

    /// What happened to it, oldest first: who, when, what, and why.
    async fn history(
        &self,
        gql: &Context<'_>,
        #[graphql(desc = "At most this many from the start, 1 to 100; 20 by default.")]
        first: Option<i32>,
        #[graphql(desc = "Only those after this cursor; with `first`.")] after: Option<String>,
        #[graphql(desc = "At most this many from the end, 1 to 100.")] last: Option<i32>,
        #[graphql(desc = "Only those before this cursor; with `last`.")] before: Option<String>,
    ) -> Result<Connection<HourEntryEvent>> {
        let page = PageArguments {
            first,
            after,
            last,
            before,
        };
        history(gql, self.0.row.id, &page).await
    }

    /// Whether the caller may change it now. The change itself passes the same rules.
    async fn can_edit(&self, gql: &Context<'_>) -> Result<Decision> {
        let ctx = gql.op()?;
        let row = &self.0.row;
        let months = months_between(row.worked_on, row.ended_on);
        let closed = closed_for(gql, row.organization_id, months).await?;
        let decision = guard::can_edit(ctx, row, &closed).map_err(|it| fault(ctx, &it))?;
        Ok(Decision::new(ctx, decision))
    }
}

impl HourEntry {
    fn offset(&self, at: chrono::DateTime<Utc>) -> Option<i32> {
        let zone = zones::parse(&self.0.row.time_zone)?;
        Some(zone.offset_seconds(at) / 60)
    }
}

/// Queries about one entry.
#[derive(Default)]
pub struct EntryQueries;

#[Object]
impl EntryQueries {
    /// One hour entry; null when it does not exist or may not be seen.
    async fn hour_entry(
        &self,
        gql: &Context<'_>,
        #[graphql(desc = "Id of the entry.")] id: ID,
    ) -> Result<Option<HourEntry>> {
        gql.signed_in()?;
        match EntryId::read(&id) {
            Some(id) => Ok(loaders::one(gql, id).await?.map(HourEntry)),
            None => Ok(None),
        }
    }
}
