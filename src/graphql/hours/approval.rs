//! Handing entries in and deciding on them, many at once.
//!
//! One path for all acts; which entry passes is judged in `hours`.

use async_graphql::Context;
use async_graphql::ID;
use async_graphql::InputObject;
use async_graphql::Object;
use async_graphql::Result;
use async_graphql::SimpleObject;
use entity::ids::EntryId;
use futures_util::future::try_join_all;

use crate::graphql::context::Gql;
use crate::graphql::error::UserError;
use crate::graphql::error::answered;
use crate::graphql::error::read;
use crate::graphql::hours::entry::HourEntry;
use crate::graphql::hours::selection::HourEntrySelectionResult;
use crate::graphql::hours::write::HourEntryResult;
use crate::graphql::node::NodeId;
use crate::hours::HoursError;
use crate::hours::approve;
use crate::hours::approve::Request;
use crate::hours::queue::selection::act_on;
use crate::hours::state::Act;
use crate::refusal::Code;
use crate::refusal::Refusal;

/// Most entries of one act.
const IDS_MOST: usize = 500;

macro_rules! inputs {
    ($($(#[doc = $doc:literal])* $name:ident;)*) => {$(
        $(#[doc = $doc])*
        #[derive(Debug, InputObject)]
        struct $name {
            /// The entries; at most 500.
            ids: Vec<ID>,
            /// The versions that were seen, in the order of `ids`: an entry that has changed
            /// since is refused.
            expected_versions: Option<Vec<i32>>,
        }
    )*};
}

inputs! {
    /// Entries to hand in.
    SubmitHourEntriesInput;
    /// Entries to take back.
    WithdrawHourEntriesInput;
}

/// All that was previewed by `previewApproval`.
#[derive(Clone, Debug, InputObject)]
struct HourEntrySelectionInput {
    /// The token of the preview.
    token: String,
    /// How many entries the preview counted: nothing is done for another number.
    expected_count: i64,
}

/// Entries to approve: one by one, or all that was previewed. Whatever is named is decided.
#[derive(Debug, InputObject)]
struct ApproveHourEntriesInput {
    /// The entries; at most 500.
    ids: Option<Vec<ID>>,
    /// The versions that were seen, in the order of `ids`: an entry that has changed since is
    /// refused.
    expected_versions: Option<Vec<i32>>,
    /// A selection, decided after the entries one by one.
    selection: Option<HourEntrySelectionInput>,
}

/// One entry to decide on.
#[derive(Clone, Debug, InputObject)]
struct HourEntryDecisionInput {
    /// The entry.
    id: ID,
    /// Why, for whoever wrote it, at most 1000 characters; without it, the reason of all.
    reason: Option<String>,
    /// The version that was seen; refused when the entry has changed since.
    expected_version: Option<i32>,
}

macro_rules! inputs_with_reason {
    ($($(#[doc = $doc:literal])* $name:ident;)*) => {$(
        $(#[doc = $doc])*
        #[derive(Debug, InputObject)]
        struct $name {
            /// The entries; at most 500, those of `items` included.
            ids: Option<Vec<ID>>,
            /// Why, for whoever wrote them, at most 1000 characters. Needed unless each entry has
            /// a reason of its own.
            reason: Option<String>,
            /// The versions that were seen, in the order of `ids`: an entry that has changed
            /// since is refused.
            expected_versions: Option<Vec<i32>>,
            /// Entries with a reason each, decided after those of `ids`.
            items: Option<Vec<HourEntryDecisionInput>>,
            /// A selection, decided after the entries one by one, with the reason of all.
            selection: Option<HourEntrySelectionInput>,
        }
    )*};
}

inputs_with_reason! {
    /// Entries to give back: one by one, or all that was previewed. Whatever is named is decided.
    ReturnHourEntriesInput;
    /// Entries to refuse for good: one by one, or all that was previewed. Whatever is named is
    /// decided.
    RejectHourEntriesInput;
}

macro_rules! payloads {
    ($($(#[doc = $doc:literal])* $name:ident;)*) => {$(
        $(#[doc = $doc])*
        #[derive(SimpleObject)]
        struct $name {
            /// One result for each id of the input, in order.
            results: Vec<HourEntryResult>,
        }
    )*};
}

payloads! {
    /// What became of the entries that were to be handed in.
    SubmitHourEntriesPayload;
    /// What became of the entries that were to be taken back.
    WithdrawHourEntriesPayload;
}

macro_rules! decision_payloads {
    ($($(#[doc = $doc:literal])* $name:ident;)*) => {$(
        $(#[doc = $doc])*
        #[derive(SimpleObject)]
        struct $name {
            /// One result for each entry that was named one by one, in order.
            results: Vec<HourEntryResult>,
            /// What became of the selection; null where there was none or it was refused.
            selection: Option<HourEntrySelectionResult>,
            /// Why nothing was done to the selection; empty when it was, or where there was none.
            user_errors: Vec<UserError>,
        }

        impl From<Decided> for $name {
            fn from(it: Decided) -> Self {
                Self {
                    results: it.results,
                    selection: it.selection,
                    user_errors: it.user_errors,
                }
            }
        }
    )*};
}

decision_payloads! {
    /// What became of the entries that were to be approved.
    ApproveHourEntriesPayload;
    /// What became of the entries that were to be given back.
    ReturnHourEntriesPayload;
    /// What became of the entries that were to be refused.
    RejectHourEntriesPayload;
}

/// An approved entry that is to count no more.
#[derive(Debug, InputObject)]
struct VoidHourEntryInput {
    /// The entry.
    id: ID,
    /// Why, for whoever wrote it; at most 1000 characters.
    reason: String,
    /// The version that was seen; refused when the entry has changed since.
    expected_version: Option<i32>,
}

/// The voided entry.
#[derive(SimpleObject)]
struct VoidHourEntryPayload {
    /// The entry; null when refused.
    hour_entry: Option<HourEntry>,
    /// Why nothing was done; empty when it was.
    user_errors: Vec<UserError>,
}

/// Acts on where entries stand.
#[derive(Default)]
pub struct ApprovalMutations;

#[Object]
impl ApprovalMutations {
    /// Hands in drafts and returned entries, each on its own.
    async fn submit_hour_entries(
        &self,
        gql: &Context<'_>,
        #[graphql(desc = "The entries.")] input: SubmitHourEntriesInput,
    ) -> Result<SubmitHourEntriesPayload> {
        let versions = input.expected_versions;
        let results = act(gql, Act::Submit, (&input.ids, "ids"), versions, None).await?;
        Ok(SubmitHourEntriesPayload { results })
    }

    /// Takes submitted entries back before a decision: they are drafts again.
    async fn withdraw_hour_entries(
        &self,
        gql: &Context<'_>,
        #[graphql(desc = "The entries.")] input: WithdrawHourEntriesInput,
    ) -> Result<WithdrawHourEntriesPayload> {
        let versions = input.expected_versions;
        let results = act(gql, Act::Withdraw, (&input.ids, "ids"), versions, None).await?;
        Ok(WithdrawHourEntriesPayload { results })
    }

    /// Approves submitted entries, each on its own: from now on they count in figures. Whoever
    /// wrote or did the work cannot decide on it.
    async fn approve_hour_entries(
        &self,
        gql: &Context<'_>,
        #[graphql(desc = "The entries.")] input: ApproveHourEntriesInput,
    ) -> Result<ApproveHourEntriesPayload> {
        let asked = Asked {
            ids: input.ids.unwrap_or_default(),
            expected_versions: input.expected_versions,
            selection: input.selection,
            ..Asked::default()
        };
        Ok(decide(gql, Act::Approve, asked).await?.into())
    }

    /// Gives submitted entries back to be corrected, each on its own.
    async fn return_hour_entries(
        &self,
        gql: &Context<'_>,
        #[graphql(desc = "The entries and the reason.")] input: ReturnHourEntriesInput,
    ) -> Result<ReturnHourEntriesPayload> {
        let asked = Asked {
            ids: input.ids.unwrap_or_default(),
            expected_versions: input.expected_versions,
            items: input.items.unwrap_or_default(),
            reason: input.reason,
            selection: input.selection,
        };
        Ok(decide(gql, Act::Return, asked).await?.into())
    }

    /// Refuses submitted entries for good, each on its own.
    async fn reject_hour_entries(
        &self,
        gql: &Context<'_>,
        #[graphql(desc = "The entries and the reason.")] input: RejectHourEntriesInput,
    ) -> Result<RejectHourEntriesPayload> {
        let asked = Asked {
            ids: input.ids.unwrap_or_default(),
            expected_versions: input.expected_versions,
            items: input.items.unwrap_or_default(),
            reason: input.reason,
            selection: input.selection,
        };
        Ok(decide(gql, Act::Reject, asked).await?.into())
    }

    /// Voids an approved entry: from now on its minutes count nowhere. Nothing is erased.
    async fn void_hour_entry(
        &self,
        gql: &Context<'_>,
        #[graphql(desc = "The entry and the reason.")] input: VoidHourEntryInput,
    ) -> Result<VoidHourEntryPayload> {
        let versions = input.expected_version.map(|it| vec![it]);
        let reason = Some(input.reason.as_str());
        let result = act(gql, Act::Void, (&[input.id], "id"), versions, reason)
            .await?
            .pop();
        let result = result.ok_or_else(|| Refusal::of(Code::Required, "id"))?;
        Ok(VoidHourEntryPayload {
            hour_entry: result.hour_entry,
            user_errors: result.user_errors,
        })
    }
}

/// What a decision names.
#[derive(Default)]
struct Asked {
    ids: Vec<ID>,
    expected_versions: Option<Vec<i32>>,
    items: Vec<HourEntryDecisionInput>,
    reason: Option<String>,
    selection: Option<HourEntrySelectionInput>,
}

/// What became of it.
struct Decided {
    results: Vec<HourEntryResult>,
    selection: Option<HourEntrySelectionResult>,
    user_errors: Vec<UserError>,
}

async fn decide(gql: &Context<'_>, act: Act, asked: Asked) -> Result<Decided> {
    let ctx = gql.signed_in()?;
    let mut named = named(&asked.ids, asked.expected_versions, asked.reason.as_deref())?;
    named.extend(asked.items.into_iter().map(|it| Named {
        id: it.id,
        expected: it.expected_version,
        reason: it.reason.or_else(|| asked.reason.clone()),
    }));
    let results = act_each(gql, act, (&named, "ids")).await?;
    let Some(selection) = asked.selection else {
        return Ok(Decided {
            results,
            selection: None,
            user_errors: Vec::new(),
        });
    };
    let (token, count) = (&selection.token, selection.expected_count);
    let outcome = act_on(ctx, act, token, count, asked.reason.as_deref()).await;
    let (summary, user_errors) = answered(ctx, outcome)?;
    let selection = match summary {
        Some(summary) => Some(HourEntrySelectionResult::new(ctx, &summary)?),
        None => None,
    };
    Ok(Decided {
        results,
        selection,
        user_errors,
    })
}

/// One entry to act on.
struct Named {
    id: ID,
    expected: Option<i32>,
    reason: Option<String>,
}

fn named(ids: &[ID], expected: Option<Vec<i32>>, reason: Option<&str>) -> Result<Vec<Named>> {
    if expected.as_ref().is_some_and(|it| it.len() != ids.len()) {
        let refusal = Refusal::of(Code::CountDiffers, "expectedVersions");
        return Err(refusal.with("other", "ids").with("count", ids.len()).into());
    }
    let versions = expected.map(|it| it.into_iter().map(Some).collect::<Vec<_>>());
    let versions = versions.unwrap_or_else(|| vec![None; ids.len()]);
    Ok(ids
        .iter()
        .zip(versions)
        .map(|(id, expected)| Named {
            id: id.clone(),
            expected,
            reason: reason.map(str::to_owned),
        })
        .collect())
}

async fn act(
    gql: &Context<'_>,
    act: Act,
    (ids, field): (&[ID], &'static str),
    expected: Option<Vec<i32>>,
    reason: Option<&str>,
) -> Result<Vec<HourEntryResult>> {
    act_each(gql, act, (&named(ids, expected, reason)?, field)).await
}

/// Does an act to entries that a field of the input names.
async fn act_each(
    gql: &Context<'_>,
    act: Act,
    (named, field): (&[Named], &'static str),
) -> Result<Vec<HourEntryResult>> {
    let ctx = gql.signed_in()?;
    if named.len() > IDS_MOST {
        let refusal = Refusal::of(Code::TooLong, field);
        return Err(refusal.with("most", IDS_MOST).into());
    }
    let read_ids: Vec<Option<EntryId>> = named.iter().map(|it| EntryId::read(&it.id)).collect();
    let requests: Vec<(Request, Option<String>)> = read_ids
        .iter()
        .zip(named)
        .filter_map(|(id, it)| {
            let request = Request {
                id: (*id)?,
                expected: it.expected,
            };
            Some((request, it.reason.clone()))
        })
        .collect();
    let outcomes = read(ctx, approve::act_each(ctx, act, &requests).await)?;
    let mut outcomes = outcomes.into_iter().map(|it| match it {
        // What does the acts knows no input: of one entry or of many, it is the same to it.
        Err(HoursError::NotFound { .. }) => Err(HoursError::NotFound { field }),
        outcome => outcome,
    });
    let results = read_ids.iter().map(|id| {
        let outcome = id.and_then(|_| outcomes.next());
        async move {
            match outcome {
                Some(outcome) => HourEntryResult::of(gql, *id, outcome).await,
                // An id that cannot be read looks like one of nothing.
                None => Ok(HourEntryResult::refused(
                    ctx,
                    &Refusal::of(Code::NotFound, field),
                )),
            }
        }
    });
    // Together, so that what changed meanwhile is read by one statement.
    try_join_all(results).await
}
