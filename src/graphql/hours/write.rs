//! How entries are written, changed and taken away.
//!
//! Handing in and deciding are in `approval`, how inputs are read in `input`.

use async_graphql::Context;
use async_graphql::ID;
use async_graphql::Object;
use async_graphql::Result;
use async_graphql::SimpleObject;
use entity::ids::EntryId;

use crate::graphql::context::Gql;
use crate::graphql::error::UserError;
use crate::graphql::error::answered;
use crate::graphql::error::fault;
use crate::graphql::error::user_errors;
use crate::graphql::hours::entry::HourEntry;
use crate::graphql::hours::input::CreateHourEntriesInput;
use crate::graphql::hours::input::CreateHourEntryInput;
use crate::graphql::hours::input::DeleteHourEntryInput;
use crate::graphql::hours::input::UpdateHourEntryInput;
use crate::graphql::loaders;
use crate::graphql::node::NodeId;
use crate::hours;
use crate::hours::Entry;
use crate::hours::HoursError;
use crate::hours::Recorded;
use crate::identity::Ctx;
use crate::refusal::Code;
use crate::refusal::Refusal;

/// Most entries of one `createHourEntries`.
const ENTRIES_MOST: usize = 100;

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

    /// The same; where another version was expected, with the entry as it is now.
    ///
    /// # Errors
    /// A fault of ours.
    pub async fn of(
        gql: &Context<'_>,
        id: Option<EntryId>,
        outcome: std::result::Result<Entry, HoursError>,
    ) -> Result<Self> {
        let conflict = matches!(outcome, Err(HoursError::VersionConflict { .. }));
        let mut result = Self::new(gql.op()?, outcome)?;
        if let (true, Some(id)) = (conflict, id) {
            result.hour_entry = loaders::one(gql, id).await?.map(HourEntry);
        }
        Ok(result)
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
        let result = result.ok_or_else(|| Refusal::of(Code::Required, "input"))?;
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
            let refusal = Refusal::of(Code::TooLong, "entries");
            return Err(refusal.with("most", ENTRIES_MOST).into());
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
            .and_then(|id| Ok((id, input.changes.change()?)));
        let outcome = match parsed {
            Ok((id, change)) => {
                hours::change::update(ctx, id, input.expected_version, &change).await
            }
            Err(error) => Err(error),
        };
        let result = HourEntryResult::of(gql, EntryId::read(&input.id), outcome).await?;
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
            Ok(id) => hours::discard::delete(ctx, id, input.expected_version).await,
            Err(refusal) => Err(HoursError::Invalid(vec![refusal])),
        };
        let (deleted, user_errors) = answered(ctx, outcome)?;
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
