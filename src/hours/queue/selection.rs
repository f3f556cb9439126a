//! Selects all that fits a filter, counts it, and decides on exactly what was counted.
//!
//! What was counted is kept with the version of each entry: what has changed since is refused one
//! by one, what has come since is not swept in. The decision takes the path of any other one, part
//! by part.

use std::collections::BTreeMap;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::DateTime;
use chrono::TimeDelta;
use chrono::Utc;
use entity::approval_selection;
use entity::hour_entry;
use entity::ids::ApprovalSelectionId;
use entity::ids::EntryId;
use entity::ids::UserId;
use entity::types::EvidenceLevel;
use serde_json::json;
use uuid::Uuid;

use crate::audit;
use crate::audit::Line;
use crate::hours::approve;
use crate::hours::approve::Request;
use crate::hours::error::HoursError;
use crate::hours::queue::list;
use crate::hours::queue::list::Filter;
use crate::hours::queue::list::Sum;
use crate::hours::queue::store;
use crate::hours::state::Act;
use crate::identity::Action;
use crate::identity::Ctx;
use crate::identity::Denied;
use crate::refusal::Code;
use crate::refusal::Refusal;
use crate::refusal::Refuse;

/// Most entries of one selection.
pub const ENTRIES_MOST: usize = 20_000;
/// How long a selection may be decided on, in minutes.
const LASTS_MINUTES: i64 = 30;
/// Entries that are decided in one transaction.
const PART: usize = 500;
/// Refused entries that are named one by one; of the others only the number is told.
const NAMED_MOST: usize = 500;
/// Bytes of one entry: its id and its version.
const WIDTH: usize = 20;
/// Bytes of an id.
const ID: usize = 16;
const PURPOSE: &str = "approval-selection";

/// Entries and minutes by what shows the work.
pub type ByEvidence = BTreeMap<EvidenceLevel, Sum>;

/// What a selection holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Preview {
    /// Stands for the selection; only whoever made it can use it.
    pub token: String,
    /// How many entries.
    pub entries: usize,
    /// Their minutes, all people together.
    pub minutes: i64,
    /// The same by what shows them, the weakest first.
    pub by_evidence: ByEvidence,
    /// As of when.
    pub as_of: DateTime<Utc>,
    /// Zone of the organization.
    pub zone: String,
    /// How many of them the actor could not approve now.
    pub refusable: usize,
    /// Until when it may be decided on.
    pub expires_at: DateTime<Utc>,
}

/// Selects all that fits a filter, and keeps what was found.
///
/// # Errors
/// [`HoursError::Denied`] for who does not decide in the organization, [`HoursError::Invalid`] for
/// more than [`ENTRIES_MOST`].
pub async fn preview(ctx: &Ctx, filter: &Filter) -> Result<Preview, HoursError> {
    let place = list::place(ctx, filter.organization).await?;
    let user = ctx.actor().user().ok_or(Denied::NotAllowed)?;
    let (mut entries, mut minutes, mut refusable) = (Vec::new(), 0_i64, 0_usize);
    let mut by_evidence = ByEvidence::new();
    list::each(ctx, &place, filter, |it| {
        entries.push((it.entry.row.id, it.entry.row.version));
        minutes = minutes.saturating_add(i64::from(it.entry.row.total_minutes.0));
        count(&mut by_evidence, &it.entry.row);
        refusable = refusable.saturating_add(usize::from(it.refusal.is_some()));
        entries.len() <= ENTRIES_MOST
    })
    .await?;
    if entries.len() > ENTRIES_MOST {
        let refusal = Refusal::of(Code::SelectionTooLarge, "filter").with("most", ENTRIES_MOST);
        return Err(HoursError::Invalid(vec![refusal]));
    }
    let now = ctx.now();
    let selection = approval_selection::Model {
        id: ApprovalSelectionId(ctx.new_id()),
        organization_id: place.id,
        user_id: user,
        entries: packed(&entries),
        count: i32::try_from(entries.len()).unwrap_or(i32::MAX),
        minutes,
        created_at: now,
        expires_at: now + TimeDelta::minutes(LASTS_MINUTES),
    };
    ctx.transaction(async |tx| {
        store::keep(tx, &selection, now).await?;
        let line = Line {
            action: "hours.select",
            organization: Some(place.id),
            subject: ("ApprovalSelection", Some(selection.id.0)),
            details: Some(json!({ "entries": entries.len(), "minutes": minutes })),
        };
        audit::record(ctx, tx, line).await
    })
    .await?;
    Ok(Preview {
        token: token(ctx, user, selection.id),
        entries: entries.len(),
        minutes,
        by_evidence,
        as_of: now,
        zone: place.time_zone,
        refusable,
        expires_at: selection.expires_at,
    })
}

/// What became of a selection.
#[derive(Debug, Default)]
pub struct Summary {
    /// How many entries it holds.
    pub entries: usize,
    /// On how many of them the act was done.
    pub done: usize,
    /// Minutes of those, all people together.
    pub minutes: i64,
    /// The same by what shows them, the weakest first.
    pub by_evidence: ByEvidence,
    /// Refused entries with the reason, the first 500 of them.
    pub refused: Vec<(EntryId, HoursError)>,
    /// How many were refused, by code.
    pub refused_by: BTreeMap<&'static str, (Code, usize)>,
}

/// Decides on what a selection holds, in parts of 500, each of which stands once it is done.
///
/// # Errors
/// [`HoursError::NotFound`] for a token of nothing or of somebody else, [`HoursError::Invalid`] for
/// one that is too old or another number of entries than expected, [`HoursError::ReasonRequired`],
/// [`HoursError::Denied`], a fault.
pub async fn act_on(
    ctx: &Ctx,
    act: Act,
    text: &str,
    expected: i64,
    reason: Option<&str>,
) -> Result<Summary, HoursError> {
    let missing = HoursError::NotFound {
        field: "selection.token",
    };
    let user = ctx.actor().user().ok_or(Denied::SignedOut)?;
    let Some(id) = read(ctx, user, text) else {
        return Err(missing);
    };
    let Some(selection) = store::selection(ctx.read(), user, id).await? else {
        return Err(missing);
    };
    ctx.demand(Action::DecideHours, selection.organization_id)?;
    let refusal = if selection.expires_at <= ctx.now() {
        Some(Refusal::of(Code::SelectionExpired, "selection.token"))
    } else if i64::from(selection.count) != expected {
        let refusal = Refusal::of(Code::SelectionCount, "selection.expectedCount");
        let refusal = refusal.with("count", selection.count);
        Some(refusal.with("expected", expected))
    } else {
        None
    };
    if let Some(refusal) = refusal {
        return Err(HoursError::Invalid(vec![refusal]));
    }
    if act.needs_reason() && reason.is_none_or(|it| it.trim().is_empty()) {
        return Err(HoursError::ReasonRequired);
    }
    let mut summary = Summary::default();
    for part in selection.entries.chunks(WIDTH.saturating_mul(PART)) {
        let requests: Vec<Request> = part.chunks_exact(WIDTH).filter_map(unpacked).collect();
        let outcomes = approve::act_many(ctx, act, &requests, reason).await?;
        for (request, outcome) in requests.iter().zip(outcomes) {
            summary.add(request.id, outcome.map(|it| it.row))?;
        }
    }
    Ok(summary)
}

impl Summary {
    fn add(
        &mut self,
        id: EntryId,
        outcome: Result<hour_entry::Model, HoursError>,
    ) -> Result<(), HoursError> {
        self.entries = self.entries.saturating_add(1);
        match outcome {
            Ok(row) => {
                self.done = self.done.saturating_add(1);
                self.minutes = self.minutes.saturating_add(i64::from(row.total_minutes.0));
                count(&mut self.by_evidence, &row);
            }
            Err(error) => {
                let Some(refusal) = error.refusals().and_then(|it| it.into_iter().next()) else {
                    return Err(error);
                };
                let counted = self.refused_by.entry(refusal.code.key());
                let (_, count) = counted.or_insert((refusal.code, 0));
                *count = count.saturating_add(1);
                if self.refused.len() < NAMED_MOST {
                    self.refused.push((id, error));
                }
            }
        }
        Ok(())
    }
}

fn count(sums: &mut ByEvidence, row: &hour_entry::Model) {
    sums.entry(row.evidence_level).or_default().add(row);
}

/// The token of a selection: its id, and a proof that the server gave it to this person.
fn token(ctx: &Ctx, user: UserId, id: ApprovalSelectionId) -> String {
    let mut bytes = id.0.as_bytes().to_vec();
    bytes.extend(proof(ctx, user, id));
    URL_SAFE_NO_PAD.encode(bytes)
}

fn read(ctx: &Ctx, user: UserId, text: &str) -> Option<ApprovalSelectionId> {
    let bytes = URL_SAFE_NO_PAD.decode(text).ok()?;
    let (id, given) = bytes.split_at_checked(ID)?;
    let id = ApprovalSelectionId(Uuid::from_slice(id).ok()?);
    (given == proof(ctx, user, id)).then_some(id)
}

fn proof(ctx: &Ctx, user: UserId, id: ApprovalSelectionId) -> Vec<u8> {
    let bound = [id.0.as_bytes().as_slice(), user.0.as_bytes()].concat();
    ctx.core().keys.keyed_hash(PURPOSE, &bound)
}

fn packed(entries: &[(EntryId, i32)]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(entries.len().saturating_mul(WIDTH));
    for (id, version) in entries {
        bytes.extend_from_slice(id.0.as_bytes());
        bytes.extend_from_slice(&version.to_be_bytes());
    }
    bytes
}

fn unpacked(bytes: &[u8]) -> Option<Request> {
    let (id, version) = bytes.split_at_checked(ID)?;
    Some(Request {
        id: EntryId(Uuid::from_slice(id).ok()?),
        expected: Some(i32::from_be_bytes(version.try_into().ok()?)),
    })
}

#[cfg(test)]
mod tests {
    use entity::ids::EntryId;
    use proptest::prelude::*;
    use uuid::Uuid;

    use super::WIDTH;
    use super::packed;
    use super::unpacked;

    proptest! {
        #[test]
        fn a_selection_reads_back_as_it_was_counted(
            entries in prop::collection::vec((any::<u128>(), 1_i32..i32::MAX), 0..20),
        ) {
            let entries: Vec<_> = entries
                .into_iter()
                .map(|(id, version)| (EntryId(Uuid::from_u128(id)), version))
                .collect();

            let read: Vec<_> = packed(&entries)
                .chunks_exact(WIDTH)
                .filter_map(unpacked)
                .filter_map(|it| Some((it.id, it.expected?)))
                .collect();

            prop_assert_eq!(read, entries);
        }
    }
}
