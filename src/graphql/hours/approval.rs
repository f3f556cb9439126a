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

use crate::graphql::context::Gql;
use crate::graphql::error::UserError;
use crate::graphql::error::bad_input;
use crate::graphql::error::read;
use crate::graphql::hours::entry::HourEntry;
use crate::graphql::hours::write::HourEntryResult;
use crate::graphql::node::NodeId;
use crate::hours::approve;
use crate::hours::approve::Request;
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
    /// Entries to approve.
    ApproveHourEntriesInput;
}

macro_rules! inputs_with_reason {
    ($($(#[doc = $doc:literal])* $name:ident;)*) => {$(
        $(#[doc = $doc])*
        #[derive(Debug, InputObject)]
        struct $name {
            /// The entries; at most 500.
            ids: Vec<ID>,
            /// Why, for whoever wrote them; at most 1000 characters.
            reason: String,
            /// The versions that were seen, in the order of `ids`: an entry that has changed
            /// since is refused.
            expected_versions: Option<Vec<i32>>,
        }
    )*};
}

inputs_with_reason! {
    /// Entries to give back.
    ReturnHourEntriesInput;
    /// Entries to refuse for good.
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
        let results = act(gql, Act::Submit, &input.ids, input.expected_versions, None).await?;
        Ok(SubmitHourEntriesPayload { results })
    }

    /// Takes submitted entries back before a decision: they are drafts again.
    async fn withdraw_hour_entries(
        &self,
        gql: &Context<'_>,
        #[graphql(desc = "The entries.")] input: WithdrawHourEntriesInput,
    ) -> Result<WithdrawHourEntriesPayload> {
        let versions = input.expected_versions;
        let results = act(gql, Act::Withdraw, &input.ids, versions, None).await?;
        Ok(WithdrawHourEntriesPayload { results })
    }

    /// Approves submitted entries, each on its own: from now on they count in figures. Whoever
    /// wrote or did the work cannot decide on it.
    async fn approve_hour_entries(
        &self,
        gql: &Context<'_>,
        #[graphql(desc = "The entries.")] input: ApproveHourEntriesInput,
    ) -> Result<ApproveHourEntriesPayload> {
        let results = act(gql, Act::Approve, &input.ids, input.expected_versions, None).await?;
        Ok(ApproveHourEntriesPayload { results })
    }

    /// Gives submitted entries back to be corrected, each on its own.
    async fn return_hour_entries(
        &self,
        gql: &Context<'_>,
        #[graphql(desc = "The entries and the reason.")] input: ReturnHourEntriesInput,
    ) -> Result<ReturnHourEntriesPayload> {
        let reason = Some(input.reason.as_str());
        let results = act(
            gql,
            Act::Return,
            &input.ids,
            input.expected_versions,
            reason,
        )
        .await?;
        Ok(ReturnHourEntriesPayload { results })
    }

    /// Refuses submitted entries for good, each on its own.
    async fn reject_hour_entries(
        &self,
        gql: &Context<'_>,
        #[graphql(desc = "The entries and the reason.")] input: RejectHourEntriesInput,
    ) -> Result<RejectHourEntriesPayload> {
        let reason = Some(input.reason.as_str());
        let results = act(
            gql,
            Act::Reject,
            &input.ids,
            input.expected_versions,
            reason,
        )
        .await?;
        Ok(RejectHourEntriesPayload { results })
    }

    /// Voids an approved entry: from now on its minutes count nowhere. Nothing is erased.
    async fn void_hour_entry(
        &self,
        gql: &Context<'_>,
        #[graphql(desc = "The entry and the reason.")] input: VoidHourEntryInput,
    ) -> Result<VoidHourEntryPayload> {
        let versions = input.expected_version.map(|it| vec![it]);
        let reason = Some(input.reason.as_str());
        let result = act(gql, Act::Void, &[input.id], versions, reason)
            .await?
            .pop();
        let result = result.ok_or_else(|| bad_input("There is no entry."))?;
        Ok(VoidHourEntryPayload {
            hour_entry: result.hour_entry,
            user_errors: result.user_errors,
        })
    }
}

async fn act(
    gql: &Context<'_>,
    act: Act,
    ids: &[ID],
    expected: Option<Vec<i32>>,
    reason: Option<&str>,
) -> Result<Vec<HourEntryResult>> {
    let ctx = gql.signed_in()?;
    if ids.len() > IDS_MOST {
        return Err(bad_input("At most 500 entries at once."));
    }
    if expected.as_ref().is_some_and(|it| it.len() != ids.len()) {
        return Err(bad_input("`expectedVersions` has one version for each id."));
    }
    let versions = expected.map(|it| it.into_iter().map(Some).collect::<Vec<_>>());
    let versions = versions.unwrap_or_else(|| vec![None; ids.len()]);
    let read_ids: Vec<Option<EntryId>> = ids.iter().map(EntryId::read).collect();
    let requests: Vec<Request> = read_ids
        .iter()
        .zip(&versions)
        .filter_map(|(id, expected)| {
            Some(Request {
                id: (*id)?,
                expected: *expected,
            })
        })
        .collect();
    let outcomes = read(ctx, approve::act_many(ctx, act, &requests, reason).await)?;
    let mut outcomes = outcomes.into_iter();
    read_ids
        .iter()
        .map(|id| match id.and_then(|_| outcomes.next()) {
            Some(outcome) => HourEntryResult::new(ctx, outcome),
            // An id that cannot be read looks like one of nothing.
            None => Ok(HourEntryResult::refused(
                ctx,
                &Refusal::of(Code::NotFound, "ids"),
            )),
        })
        .collect()
}
