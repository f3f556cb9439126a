//! Hands entries in, takes them back, decides on them: one path for one and for many.
//!
//! What an entry says is changed in `change`.

use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::collections::HashMap;
use std::collections::HashSet;

use chrono::DateTime;
use chrono::Utc;
use entity::hour_entry;
use entity::hour_entry_amendment;
use entity::ids::AmendmentId;
use entity::ids::EntryId;
use entity::ids::OrganizationId;
use entity::types::EntryStatus;
use sea_orm::ActiveEnum;
use sea_orm::DbErr;
use serde_json::json;

use crate::audit;
use crate::audit::Line;
use crate::hours::amend;
use crate::hours::amend::Settling;
use crate::hours::closed::Closed;
use crate::hours::days::months_between;
use crate::hours::engaged;
use crate::hours::entry::Entry;
use crate::hours::error::HoursError;
use crate::hours::guard;
use crate::hours::guard::Attempt;
use crate::hours::ledger;
use crate::hours::ledger::Event;
use crate::hours::ledger::EventKind;
use crate::hours::policy;
use crate::hours::policy::settle::HandedIn;
use crate::hours::queue;
use crate::hours::state::Act;
use crate::hours::state::Correction;
use crate::hours::state::Step;
use crate::hours::store;
use crate::hours::store::Stamp;
use crate::hours::telling;
use crate::identity::Ctx;
use crate::platform::db::Tx;

/// An entry on which to act.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Request {
    /// The entry.
    pub id: EntryId,
    /// The version that the actor saw, where they say so.
    pub expected: Option<i32>,
}

impl From<EntryId> for Request {
    fn from(id: EntryId) -> Self {
        Self { id, expected: None }
    }
}

/// Does one act to entries, in one transaction; the outcomes come in their order. A refused entry
/// stops no other.
///
/// The number of statements does not depend on the number of entries, apart from corrections: each
/// is judged anew.
///
/// # Errors
/// [`HoursError::Denied`] when nobody is signed in, [`HoursError::Invalid`] for a reason that is too
/// long, a fault. Refusals of single entries are among the outcomes.
pub async fn act_many(
    ctx: &Ctx,
    act: Act,
    requests: &[Request],
    reason: Option<&str>,
) -> Result<Vec<Result<Entry, HoursError>>, HoursError> {
    ctx.demand_signed_in()?;
    let reason = guard::reason(reason)?;
    ctx.transaction(async |tx| act_in(ctx, tx, act, requests, reason.as_deref()).await)
        .await
}

/// The same in an open transaction, with a reason that was read already.
///
/// # Errors
/// A fault. Refusals of single entries are among the outcomes.
pub async fn act_in(
    ctx: &Ctx,
    tx: &Tx,
    act: Act,
    requests: &[Request],
    reason: Option<&str>,
) -> Result<Vec<Result<Entry, HoursError>>, HoursError> {
    let reasons = vec![reason.map(str::to_owned); requests.len()];
    run(ctx, tx, act, requests, &reasons).await
}

/// The same, with a reason for each entry, in their order. An entry whose reason is too long is
/// refused alone.
///
/// # Errors
/// [`HoursError::Denied`] when nobody is signed in, a fault.
pub async fn act_each(
    ctx: &Ctx,
    act: Act,
    requests: &[(Request, Option<String>)],
) -> Result<Vec<Result<Entry, HoursError>>, HoursError> {
    ctx.demand_signed_in()?;
    let mut wordy: BTreeMap<usize, HoursError> = BTreeMap::new();
    let (mut passed, mut reasons) = (Vec::new(), Vec::new());
    for (at, (request, reason)) in requests.iter().enumerate() {
        match guard::reason(reason.as_deref()) {
            Ok(reason) => {
                passed.push(*request);
                reasons.push(reason);
            }
            Err(refusal) => {
                wordy.insert(at, refusal);
            }
        }
    }
    let outcomes = ctx
        .transaction(async |tx| run(ctx, tx, act, &passed, &reasons).await)
        .await?;
    let mut outcomes = outcomes.into_iter();
    Ok((0..requests.len())
        .filter_map(|at| wordy.remove(&at).map(Err).or_else(|| outcomes.next()))
        .collect())
}

async fn run(
    ctx: &Ctx,
    tx: &Tx,
    act: Act,
    requests: &[Request],
    reasons: &[Option<String>],
) -> Result<Vec<Result<Entry, HoursError>>, HoursError> {
    let ids: Vec<EntryId> = requests.iter().map(|it| it.id).collect();
    let mut rows = store::lock(tx, ctx.scope(), &ids).await?;
    let waiting = amend::pending(&**tx, &amend::concerned(act, &rows)).await?;
    if !waiting.is_empty() {
        let people: Vec<_> = waiting
            .keys()
            .filter_map(|it| rows.get(it)?.person_id)
            .collect();
        engaged::lock_people(tx, &people).await?;
    }
    let mut chains = BTreeMap::new();
    // In the order of ids, so that two batches never wait for each other.
    let organizations: BTreeSet<OrganizationId> =
        rows.values().map(|it| it.organization_id).collect();
    for organization in &organizations {
        chains.insert(*organization, ledger::lock(tx, *organization).await?);
    }
    let closed = closed(ctx, tx, &organizations, &rows).await?;
    let written = match ctx.actor().user() {
        Some(user) if act.decides() => ledger::written_by(&**tx, &ids, user).await?,
        _ => Vec::new(),
    };
    let written: HashSet<EntryId> = written.into_iter().collect();

    let now = ctx.now();
    let mut passed: BTreeMap<OrganizationId, Vec<EntryId>> = BTreeMap::new();
    let mut settled: HashSet<AmendmentId> = HashSet::new();
    let mut outcomes = Vec::with_capacity(requests.len());
    for (request, reason) in requests.iter().zip(reasons) {
        let reason = reason.as_deref();
        let Some(row) = rows.get_mut(&request.id) else {
            outcomes.push(Err(HoursError::NotFound { field: "ids" }));
            continue;
        };
        let amendment = waiting.get(&row.id).filter(|it| !settled.contains(&it.id));
        let attempt = Attempt {
            act,
            expected: request.expected,
            correction: Correction::of(amendment),
            reason,
            closed: &closed,
            written: &written,
        };
        let step = match guard::check(ctx, row, &attempt) {
            Ok(step) => step,
            Err(refusal) => {
                outcomes.push(Err(refusal));
                continue;
            }
        };
        // Of an entry that is voided the correction ends with it.
        let ends = step == Step::Settled || act == Act::Void;
        if let (true, Some(amendment), Some(chain)) =
            (ends, amendment, chains.get_mut(&row.organization_id))
        {
            let settling = Settling { act, reason, now };
            match amend::settle(ctx, tx, chain, row, amendment, settling).await {
                Ok(()) => settled.insert(amendment.id),
                Err(error) if error.is_fault() => return Err(error),
                Err(refusal) => {
                    outcomes.push(Err(refusal));
                    continue;
                }
            };
        }
        if let Step::To(status) = step {
            // Named twice, the second time meets the new state.
            apply(ctx, row, act, status, reason, now);
            passed.entry(row.organization_id).or_default().push(row.id);
        }
        outcomes.push(Ok(Entry::from(row.clone())));
    }
    corrections(ctx, tx, act, &rows, &settled, &waiting).await?;
    let all: Vec<EntryId> = passed.values().flatten().copied().collect();
    if all.is_empty() {
        return Ok(outcomes);
    }
    if let Some(row) = all.first().and_then(|it| rows.get(it)) {
        store::stamp(tx, &all, &stamp(act, row)).await?;
        if act.decides() {
            // The stamp gave all of them the reason of the first.
            let others: Vec<(EntryId, Option<String>)> = all
                .iter()
                .filter_map(|it| Some((*it, rows.get(it)?.decision_reason.clone())))
                .filter(|(_, it)| *it != row.decision_reason)
                .collect();
            queue::store::give_reasons(tx, &others).await?;
        }
    }
    let days = store::days_of(&**tx, &all).await?;
    let mut ruled: HashSet<EntryId> = HashSet::new();
    for (organization, ids) in &passed {
        let Some(chain) = chains.get_mut(organization) else {
            return Err(HoursError::Inconsistent("an organization without a chain"));
        };
        let events: Vec<Event> = ids
            .iter()
            .filter_map(|id| {
                let days = days.get(id).map(Vec::as_slice).unwrap_or_default();
                let (keys, actor) = (&ctx.core().keys, ctx.actor().user());
                let row = rows.get(id)?;
                let reason = row.decision_reason.as_deref().filter(|_| act.decides());
                Some(Event::of(keys, event(act), row, days, actor, reason))
            })
            .collect();
        let before = chain.sequence();
        ledger::append(tx, chain, now, &events).await?;
        if act == Act::Submit {
            let ids: HashSet<&EntryId> = ids.iter().collect();
            let mut handed_in: Vec<HandedIn<'_>> = rows
                .iter_mut()
                .filter(|(id, _)| ids.contains(id))
                .map(|(id, row)| HandedIn {
                    row,
                    days: days.get(id).map(Vec::as_slice).unwrap_or_default(),
                })
                .collect();
            handed_in.sort_unstable_by_key(|it| it.row.id);
            ruled.extend(policy::settle(ctx, tx, *organization, chain, handed_in).await?);
        }
        let single = match ids.as_slice() {
            [only] => Some(only.0),
            _ => None,
        };
        let line = Line {
            action: action(act),
            organization: Some(*organization),
            subject: ("HourEntry", single),
            details: Some(json!({
                "entries": ids.len(),
                "ledger": [before.saturating_add(1), chain.sequence()],
            })),
        };
        audit::record(ctx, tx, line).await?;
    }
    if act == Act::Return {
        let told: Vec<&hour_entry::Model> = all.iter().filter_map(|it| rows.get(it)).collect();
        telling::returned(ctx, tx, &told).await?;
    }
    for entry in outcomes.iter_mut().flatten() {
        if let Some(row) = rows.get(&entry.row.id).filter(|it| ruled.contains(&it.id)) {
            entry.row = row.clone();
        }
    }
    Ok(outcomes)
}

/// Writes down which corrections were decided.
async fn corrections(
    ctx: &Ctx,
    tx: &Tx,
    act: Act,
    rows: &HashMap<EntryId, hour_entry::Model>,
    settled: &HashSet<AmendmentId>,
    waiting: &HashMap<EntryId, hour_entry_amendment::Model>,
) -> Result<(), DbErr> {
    let lines = waiting
        .values()
        .filter(|it| settled.contains(&it.id))
        .map(|it| Line {
            action: action(act),
            organization: Some(it.organization_id),
            subject: ("HourEntry", Some(it.entry_id.0)),
            details: Some(json!({
                "amendment": it.id,
                "version": rows.get(&it.entry_id).map(|it| it.version),
            })),
        })
        .collect();
    audit::record_all(ctx, tx, lines).await
}

async fn closed(
    ctx: &Ctx,
    tx: &Tx,
    organizations: &BTreeSet<OrganizationId>,
    rows: &HashMap<EntryId, hour_entry::Model>,
) -> Result<Closed, DbErr> {
    let organizations: Vec<OrganizationId> = organizations.iter().copied().collect();
    let months: BTreeSet<_> = rows
        .values()
        .flat_map(|it| months_between(it.worked_on, it.ended_on))
        .collect();
    let months: Vec<_> = months.into_iter().collect();
    Closed::hold(ctx, tx, &organizations, &months).await
}

/// What an act leaves in an entry.
fn apply(
    ctx: &Ctx,
    row: &mut hour_entry::Model,
    act: Act,
    status: EntryStatus,
    reason: Option<&str>,
    now: DateTime<Utc>,
) {
    let actor = ctx.actor().user();
    row.status = status;
    row.version = row.version.saturating_add(1);
    row.updated_at = now;
    if act.decides() {
        row.decided_by = actor;
        row.decided_at = Some(now);
        row.decision_reason = reason.map(str::to_owned);
    } else if act == Act::Submit {
        row.submitted_by = actor;
        row.submitted_at = Some(now);
        row.decided_by = None;
        row.decided_at = None;
        row.decision_reason = None;
    } else if act == Act::Withdraw {
        row.submitted_by = None;
        row.submitted_at = None;
    }
}

/// The same for all that passed, as a statement writes it.
fn stamp(act: Act, row: &hour_entry::Model) -> Stamp {
    use hour_entry::Column as C;
    let mut columns: Vec<(C, sea_orm::Value)> = vec![(C::Status, row.status.to_value().into())];
    let submission = [
        (C::SubmittedBy, row.submitted_by.map(|it| it.0).into()),
        (C::SubmittedAt, row.submitted_at.into()),
    ];
    let decision = [
        (C::DecidedBy, row.decided_by.map(|it| it.0).into()),
        (C::DecidedAt, row.decided_at.into()),
        (C::DecisionReason, row.decision_reason.clone().into()),
    ];
    if !act.decides() {
        columns.extend(submission);
    }
    if act.decides() || act == Act::Submit {
        columns.extend(decision);
    }
    Stamp {
        columns,
        now: row.updated_at,
    }
}

fn event(act: Act) -> EventKind {
    match act {
        Act::Edit => EventKind::Changed,
        Act::Delete => EventKind::Deleted,
        Act::Submit => EventKind::Submitted,
        Act::Withdraw => EventKind::Withdrawn,
        Act::Approve => EventKind::Approved,
        Act::Return => EventKind::Returned,
        Act::Reject => EventKind::Rejected,
        Act::Void => EventKind::Voided,
        Act::Amend => EventKind::AmendmentProposed,
    }
}

/// Words of the audit trail.
fn action(act: Act) -> &'static str {
    match act {
        Act::Edit => "hours.update",
        Act::Delete => "hours.delete",
        Act::Submit => "hours.submit",
        Act::Withdraw => "hours.withdraw",
        Act::Approve => "hours.approve",
        Act::Return => "hours.return",
        Act::Reject => "hours.reject",
        Act::Void => "hours.void",
        Act::Amend => "hours.amend",
    }
}
