//! One hour entry: its fields, how it is written, changed and taken away.
//!
//! Handing in and deciding are in `approval`, lists in `list`, how inputs are read in `input`.

use async_graphql::Context;
use async_graphql::Enum;
use async_graphql::ID;
use async_graphql::Object;
use async_graphql::Result;
use async_graphql::SimpleObject;
use entity::ids::EntryId;

use crate::graphql::context::Gql;
use crate::graphql::error::UserError;
use crate::graphql::error::bad_input;
use crate::graphql::error::fault;
use crate::graphql::error::user_errors;
use crate::graphql::hours::input::CreateHourEntriesInput;
use crate::graphql::hours::input::CreateHourEntryInput;
use crate::graphql::hours::input::DeleteHourEntryInput;
use crate::graphql::hours::input::UpdateHourEntryInput;
use crate::graphql::hours::loaders::DaysOf;
use crate::graphql::hours::loaders::MonthOf;
use crate::graphql::node::NodeId;
use crate::graphql::scalars::Date;
use crate::graphql::scalars::DateTime;
use crate::graphql::scalars::Minutes;
use crate::graphql::scalars::TimeZone;
use crate::graphql::territories::Territory;
use crate::hours;
use crate::hours::Entry;
use crate::hours::HoursError;
use crate::hours::days::months_between;
use crate::hours::guard;
use crate::hours::guard::Closed;
use crate::hours::record::Recorded;
use crate::identity::Ctx;
use crate::refusal::Code;
use crate::refusal::Refusal;

/// Most entries of one `createHourEntries`.
const ENTRIES_MOST: usize = 100;

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

/// Whether something may be done, and which rule says no.
#[derive(Clone, Debug, SimpleObject)]
pub struct Decision {
    /// Whether the caller may do it now.
    allowed: bool,
    /// Stable name of the first rule that refuses; null when allowed.
    rule: Option<String>,
    /// The sentence to show, in the language of the request; null when allowed.
    reason: Option<String>,
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
        let ctx = gql.op()?;
        let days = gql
            .reader()?
            .load_one(DaysOf(self.0.row.id))
            .await
            .map_err(|it| fault(ctx, &it))?;
        Ok(days
            .iter()
            .flat_map(|it| it.iter())
            .map(|it| HourEntryDay {
                day: Date(it.day),
                minutes: Minutes(i64::from(it.minutes.0)),
            })
            .collect())
    }

    /// Where the work was done, in the version of that day.
    async fn territory(&self, gql: &Context<'_>) -> Result<Option<Territory>> {
        let ctx = gql.op()?;
        let found = gql
            .reader()?
            .load_one(self.0.row.territory_id)
            .await
            .map_err(|it| fault(ctx, &it))?;
        Ok(found.map(Territory))
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

    /// Whether the caller may change it now. The change itself passes the same rules.
    async fn can_edit(&self, gql: &Context<'_>) -> Result<Decision> {
        let ctx = gql.op()?;
        let row = &self.0.row;
        let months = months_between(row.worked_on, row.ended_on)
            .into_iter()
            .map(|month| MonthOf {
                organization: row.organization_id,
                month,
            });
        let periods = gql
            .reader()?
            .load_many(months)
            .await
            .map_err(|it| fault(ctx, &it))?;
        let periods: Vec<_> = periods.into_values().collect();
        let decision = guard::can_edit(ctx, row, &Closed::among(&periods));
        Ok(Decision {
            allowed: decision.allowed(),
            rule: decision
                .refusal
                .as_ref()
                .map(|it| it.code.rule().to_owned()),
            reason: decision.refusal.map(|it| it.message(ctx.locale())),
        })
    }
}

/// What became of one entry.
#[derive(SimpleObject)]
pub struct HourEntryResult {
    /// The entry as it stands now; null when it was refused or cannot be seen.
    pub hour_entry: Option<HourEntry>,
    /// Why nothing was done; empty when it was.
    pub user_errors: Vec<UserError>,
}

impl HourEntryResult {
    /// The outcome of one entry, in the caller's language.
    ///
    /// # Errors
    /// A fault of ours.
    pub fn new(ctx: &Ctx, outcome: std::result::Result<Entry, HoursError>) -> Result<Self> {
        Ok(match outcome {
            Ok(entry) => Self {
                hour_entry: Some(HourEntry(entry)),
                user_errors: Vec::new(),
            },
            Err(error) => Self {
                hour_entry: None,
                user_errors: user_errors(ctx, &error)?,
            },
        })
    }

    /// A refusal that no act has seen.
    #[must_use]
    pub fn refused(ctx: &Ctx, refusal: &Refusal) -> Self {
        Self {
            hour_entry: None,
            user_errors: vec![UserError::new(refusal, ctx.locale())],
        }
    }
}

/// The new entry.
#[derive(SimpleObject)]
struct CreateHourEntryPayload {
    /// The entry; null when refused.
    hour_entry: Option<HourEntry>,
    /// Why nothing was done; empty when it was.
    user_errors: Vec<UserError>,
}

/// The new entries.
#[derive(SimpleObject)]
struct CreateHourEntriesPayload {
    /// One result for each entry of the input, in order.
    results: Vec<HourEntryResult>,
}

/// The changed entry.
#[derive(SimpleObject)]
struct UpdateHourEntryPayload {
    /// The entry as it stands now, also when another version was expected; null when refused
    /// otherwise.
    hour_entry: Option<HourEntry>,
    /// Why nothing was done; empty when it was.
    user_errors: Vec<UserError>,
}

/// The end of a draft.
#[derive(SimpleObject)]
struct DeleteHourEntryPayload {
    /// Id of the entry that is gone; null when refused.
    deleted_hour_entry_id: Option<ID>,
    /// Why nothing was done; empty when it was.
    user_errors: Vec<UserError>,
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
        let ctx = gql.signed_in()?;
        let Some(id) = EntryId::read(&id) else {
            return Ok(None);
        };
        let found = gql.reader()?.load_one(id).await;
        Ok(found.map_err(|it| fault(ctx, &it))?.map(HourEntry))
    }
}

/// Acts on what entries say.
#[derive(Default)]
pub struct EntryMutations;

#[Object]
impl EntryMutations {
    /// Writes an hour entry: an interval (`startedAt`, `endedAt`), a duration (`workedOn`,
    /// `minutes`) or a group (`workedOn`, `minutes`, `headcount`).
    async fn create_hour_entry(
        &self,
        gql: &Context<'_>,
        #[graphql(desc = "The new entry.")] input: CreateHourEntryInput,
    ) -> Result<CreateHourEntryPayload> {
        let ctx = gql.signed_in()?;
        let result = create(ctx, vec![input]).await?.pop();
        let result = result.ok_or_else(|| bad_input("There is no entry."))?;
        Ok(CreateHourEntryPayload {
            hour_entry: result.hour_entry,
            user_errors: result.user_errors,
        })
    }

    /// Writes up to 100 hour entries. Each stands alone: a refused one stops no other.
    async fn create_hour_entries(
        &self,
        gql: &Context<'_>,
        #[graphql(desc = "The new entries.")] input: CreateHourEntriesInput,
    ) -> Result<CreateHourEntriesPayload> {
        let ctx = gql.signed_in()?;
        if input.entries.len() > ENTRIES_MOST {
            return Err(bad_input("At most 100 entries at once."));
        }
        let results = create(ctx, input.entries).await?;
        Ok(CreateHourEntriesPayload { results })
    }

    /// Changes an entry that is a draft or was returned. What the input leaves out stays.
    async fn update_hour_entry(
        &self,
        gql: &Context<'_>,
        #[graphql(desc = "The entry and its new values.")] input: UpdateHourEntryInput,
    ) -> Result<UpdateHourEntryPayload> {
        let ctx = gql.signed_in()?;
        let parsed = EntryId::input(&input.id, "id")
            .map_err(|it| HoursError::Invalid(vec![it]))
            .and_then(|id| Ok((id, input.change()?)));
        let outcome = match parsed {
            Ok((id, change)) => {
                hours::change::update(ctx, id, input.expected_version, &change).await
            }
            Err(error) => Err(error),
        };
        let conflict = matches!(outcome, Err(HoursError::VersionConflict { .. }));
        let mut result = HourEntryResult::new(ctx, outcome)?;
        if let (true, Some(id)) = (conflict, EntryId::read(&input.id)) {
            let current = gql.reader()?.load_one(id).await;
            result.hour_entry = current.map_err(|it| fault(ctx, &it))?.map(HourEntry);
        }
        Ok(UpdateHourEntryPayload {
            hour_entry: result.hour_entry,
            user_errors: result.user_errors,
        })
    }

    /// Takes a draft away.
    async fn delete_hour_entry(
        &self,
        gql: &Context<'_>,
        #[graphql(desc = "The draft.")] input: DeleteHourEntryInput,
    ) -> Result<DeleteHourEntryPayload> {
        let ctx = gql.signed_in()?;
        let outcome = match EntryId::input(&input.id, "id") {
            Ok(id) => hours::change::delete(ctx, id, input.expected_version).await,
            Err(refusal) => Err(HoursError::Invalid(vec![refusal])),
        };
        let (deleted, user_errors) = crate::graphql::error::answered(ctx, outcome)?;
        Ok(DeleteHourEntryPayload {
            deleted_hour_entry_id: deleted.map(NodeId::global),
            user_errors,
        })
    }
}

/// Writes entries, those of each organization together; the results come in the order given.
async fn create(ctx: &Ctx, inputs: Vec<CreateHourEntryInput>) -> Result<Vec<HourEntryResult>> {
    let mut results: Vec<Option<HourEntryResult>> = Vec::with_capacity(inputs.len());
    let mut items = Vec::with_capacity(inputs.len());
    for (at, input) in inputs.into_iter().enumerate() {
        match input.item() {
            Ok(item) => {
                items.push((at, item));
                results.push(None);
            }
            Err(error) => results.push(Some(HourEntryResult::new(ctx, Err(error))?)),
        }
    }
    let outcomes = hours::record::create_each(ctx, items).await;
    let outcomes = outcomes.map_err(|it| fault(ctx, &it))?;
    for (at, outcome) in outcomes {
        let entry = outcome.and_then(|it| match it {
            Recorded::Created(entry) | Recorded::Replayed(entry) => Ok(entry),
            Recorded::Unchanged(_) | Recorded::Acceptable(_) => {
                Err(HoursError::Inconsistent("written by hand, not written"))
            }
        });
        if let Some(result) = results.get_mut(at) {
            *result = Some(HourEntryResult::new(ctx, entry)?);
        }
    }
    Ok(results
        .into_iter()
        .map(|it| it.unwrap_or_else(|| HourEntryResult::refused(ctx, &missing())))
        .collect())
}

fn missing() -> Refusal {
    Refusal::of(Code::NotFound, "projectId")
}
