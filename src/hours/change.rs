//! Changes entries that were not decided yet: one path for one and for many.
//!
//! New entries are in `record`, decisions in `approve`, corrections of decided ones in `amend`;
//! drafts are taken away in `discard`.

use std::collections::BTreeMap;

use chrono::DateTime;
use chrono::NaiveDate;
use chrono::Utc;
use entity::hour_entry;
use entity::ids::EntryId;
use entity::ids::OrganizationId;
use entity::ids::ProjectId;
use entity::ids::TerritoryId;
use entity::types::EvidenceLevel;
use sea_orm::DbErr;
use serde_json::Value;
use serde_json::json;

use crate::audit;
use crate::audit::Line;
use crate::hours::before::Before;
use crate::hours::days::Calendar;
use crate::hours::engaged;
use crate::hours::entry::Entry;
use crate::hours::entry::Fields;
use crate::hours::entry::NewEntry;
use crate::hours::error::HoursError;
use crate::hours::guard::Candidate;
use crate::hours::guard::Gate;
use crate::hours::held::Held;
use crate::hours::held::single;
use crate::hours::ledger;
use crate::hours::ledger::Event;
use crate::hours::ledger::EventKind;
use crate::hours::place;
use crate::hours::place::Place;
use crate::hours::place::Placed;
use crate::hours::record;
use crate::hours::record::unless_overlapping;
use crate::hours::state::Act;
use crate::hours::store;
use crate::identity::Ctx;
use crate::platform::db::Tx;

/// New values of some parts of an entry; an absent part stays as it is. Who worked stays, and the
/// way in which the work is said.
#[derive(Clone, Debug, Default)]
pub struct Change {
    /// What for.
    pub project: Option<ProjectId>,
    /// Start of an interval.
    pub started_at: Option<DateTime<Utc>>,
    /// End of an interval, exclusive.
    pub ended_at: Option<DateTime<Utc>>,
    /// Minutes of an interval that were no work.
    pub break_minutes: Option<i64>,
    /// Civil day of a duration or group.
    pub worked_on: Option<NaiveDate>,
    /// Minutes of a duration, or of each person of a group.
    pub minutes: Option<i64>,
    /// People of a group.
    pub headcount: Option<i64>,
    /// What was done; `Some(None)` takes it away.
    pub description: Option<Option<String>>,
    /// Where; `Some(None)` for the place of the project.
    pub territory_code: Option<Option<String>>,
}

impl Change {
    /// What it says, part by part: the same change says the same. Keys stand for it, so that parts are
    /// only ever added at the end.
    #[must_use]
    pub fn said(&self) -> Vec<Value> {
        vec![
            json!(self.project),
            json!(self.started_at),
            json!(self.ended_at),
            json!(self.break_minutes),
            json!(self.worked_on),
            json!(self.minutes),
            json!(self.headcount),
            json!(self.description),
            json!(self.territory_code),
            // Cleared and left alone look the same in JSON.
            json!([self.description.is_some(), self.territory_code.is_some()]),
        ]
    }

    /// The parts of an entry with this change; `own` is the code of its place, where it is not that
    /// of its project.
    pub(super) fn over(&self, row: &hour_entry::Model, own: Option<&str>) -> Fields {
        let old = Entry::fields(row);
        Fields {
            volunteer: old.volunteer,
            project: self.project.unwrap_or(old.project),
            started_at: self.started_at.or(old.started_at),
            ended_at: self.ended_at.or(old.ended_at),
            break_minutes: self.break_minutes.or(old.break_minutes),
            worked_on: self.worked_on.or(old.worked_on),
            minutes: self.minutes.or(old.minutes),
            headcount: self.headcount.or(old.headcount),
            description: self.description.clone().unwrap_or(old.description),
            territory_code: match &self.territory_code {
                Some(given) => given.clone(),
                None => own.map(str::to_owned),
            },
        }
    }
}

/// A change of one entry.
#[derive(Clone, Debug)]
pub struct Request {
    /// The entry.
    pub id: EntryId,
    /// The version that the actor saw, where they say so.
    pub expected: Option<i32>,
    /// Its new values.
    pub change: Change,
}

/// Changes an entry that is a draft or was given back.
///
/// # Errors
/// [`HoursError`]: the gate's refusal, or that of a rule for the changed work.
pub async fn update(
    ctx: &Ctx,
    id: EntryId,
    expected: Option<i32>,
    change: &Change,
) -> Result<Entry, HoursError> {
    ctx.demand_signed_in()?;
    let request = Request {
        id,
        expected,
        change: change.clone(),
    };
    ctx.transaction(async |tx| {
        let mut outcomes = update_in(ctx, tx, &[request]).await?;
        outcomes
            .pop()
            .unwrap_or(Err(HoursError::Inconsistent("a change without an outcome")))
    })
    .await
}

/// Changes entries in an open transaction, each at most once; the outcomes come in their order, and a
/// refused change stops no other.
///
/// The number of statements does not depend on the number of entries of one organization.
///
/// # Errors
/// A fault. Refusals of single entries are among the outcomes.
pub async fn update_in(
    ctx: &Ctx,
    tx: &Tx,
    requests: &[Request],
) -> Result<Vec<Result<Entry, HoursError>>, HoursError> {
    let ids: Vec<EntryId> = requests.iter().map(|it| it.id).collect();
    let held = Held::lock(ctx, tx, &ids).await?;
    let own = place::own_codes(tx, held.rows()).await?;
    let mut outcomes: BTreeMap<usize, Result<Entry, HoursError>> = BTreeMap::new();
    let mut of_organizations: BTreeMap<OrganizationId, Vec<Changing<'_>>> = BTreeMap::new();
    for (at, request) in requests.iter().enumerate() {
        let judged = held
            .check(ctx, request.id, Act::Edit, request.expected, None)
            .and_then(|old| {
                let own = own.get(&old.id).map(String::as_str);
                let entry = NewEntry::parse(&request.change.over(old, own))?;
                Ok(Changing {
                    at,
                    old,
                    change: &request.change,
                    entry,
                })
            });
        match judged {
            Ok(changing) => of_organizations
                .entry(changing.old.organization_id)
                .or_default()
                .push(changing),
            Err(refusal) => {
                outcomes.insert(at, Err(refusal));
            }
        }
    }
    for (organization, changing) in of_organizations {
        outcomes.extend(rewrite(ctx, tx, organization, &changing).await?);
    }
    Ok(outcomes.into_values().collect())
}

/// An entry that is about to be changed.
struct Changing<'a> {
    at: usize,
    old: &'a hour_entry::Model,
    change: &'a Change,
    entry: NewEntry,
}

/// A change that the gate let in.
struct Rewritten {
    at: usize,
    row: hour_entry::Model,
    calendar: Calendar,
}

/// Changes entries of one organization.
async fn rewrite(
    ctx: &Ctx,
    tx: &Tx,
    organization: OrganizationId,
    changing: &[Changing<'_>],
) -> Result<Vec<(usize, Result<Entry, HoursError>)>, HoursError> {
    let mut outcomes = Vec::with_capacity(changing.len());
    let place = Place::find(ctx, tx, organization, changing.iter().map(|it| &it.entry)).await?;
    let mut placed = Vec::with_capacity(changing.len());
    for it in changing {
        match place.lay(ctx, &it.entry) {
            Ok(laid) => placed.push((it, laid)),
            Err(error) if error.is_fault() => return Err(error),
            Err(refusal) => outcomes.push((it.at, Err(refusal))),
        }
    }
    let people: Vec<_> = placed
        .iter()
        .filter_map(|(it, _)| it.old.person_id)
        .collect();
    engaged::lock_people(tx, &people).await?;
    let mut chain = ledger::lock(tx, organization).await?;
    let candidates: Vec<Candidate<'_>> = placed
        .iter()
        .map(|(it, laid)| laid.candidate(it.old.id, it.old.status))
        .collect();
    let ids: Vec<EntryId> = candidates.iter().map(|it| it.id).collect();
    let cap = place.organization.daily_cap_minutes;
    let mut gate = Gate::open(ctx, tx, organization, cap, &candidates, &ids).await?;
    let befores = placed
        .iter()
        .map(|(it, _)| Before::of(it.old))
        .collect::<Result<Vec<_>, _>>()?;
    for before in &befores {
        gate.put_back(&before.candidate());
    }
    let mut rewritten = Vec::with_capacity(placed.len());
    for (((it, laid), candidate), before) in placed.iter().zip(&candidates).zip(&befores) {
        gate.release(&before.candidate());
        match gate.admit(ctx, laid.zone, candidate) {
            Ok(()) => rewritten.push(Rewritten {
                at: it.at,
                row: changed(ctx, it, laid),
                calendar: laid.calendar.clone(),
            }),
            Err(refusal) => {
                gate.put_back(&before.candidate());
                outcomes.push((it.at, Err(refusal)));
            }
        }
    }
    for at in replace(tx, &mut rewritten).await? {
        outcomes.push((at, Err(HoursError::Overlap { other: None })));
    }
    if rewritten.is_empty() {
        return Ok(outcomes);
    }
    let ids: Vec<EntryId> = rewritten.iter().map(|it| it.row.id).collect();
    let days: Vec<_> = rewritten
        .iter()
        .map(|it| (&it.row, it.calendar.days.as_slice()))
        .collect();
    store::delete_days(tx, &ids).await?;
    store::insert_days(tx, &days).await?;
    let zero = gate.declared_zero(rewritten.iter().map(|it| &it.calendar));
    if !zero.is_empty() {
        store::undeclare_zero(tx, organization, &zero, ctx.now()).await?;
    }
    let (keys, actor) = (&ctx.core().keys, ctx.actor().user());
    let events: Vec<Event> = days
        .iter()
        .map(|(row, days)| Event::of(keys, EventKind::Changed, row, days, actor, None))
        .collect();
    let before = chain.sequence();
    ledger::append(tx, &mut chain, ctx.now(), &events).await?;
    let line = Line {
        action: "hours.update",
        organization: Some(organization),
        subject: ("HourEntry", single(&ids)),
        details: Some(json!({
            "entries": ids.len(),
            "ledger": [before.saturating_add(1), chain.sequence()],
        })),
    };
    audit::record(ctx, tx, line).await?;
    outcomes.extend(rewritten.into_iter().map(|it| (it.at, Ok(it.row.into()))));
    Ok(outcomes)
}

/// Writes what was let in. What the database refuses all the same is taken out: the places of those.
async fn replace(tx: &Tx, rewritten: &mut Vec<Rewritten>) -> Result<Vec<usize>, DbErr> {
    let all: Vec<&hour_entry::Model> = rewritten.iter().map(|it| &it.row).collect();
    if all.is_empty() || unless_overlapping(tx, async || store::replace(tx, &all).await).await? {
        return Ok(Vec::new());
    }
    // Two that change places, or somebody who wrote past the gate: one after the other.
    let mut refused = Vec::new();
    for it in rewritten.iter() {
        let alone = async || store::replace(tx, &[&it.row]).await;
        if !unless_overlapping(tx, alone).await? {
            refused.push(it.at);
        }
    }
    rewritten.retain(|it| !refused.contains(&it.at));
    Ok(refused)
}

/// Where the work of a changed entry was done: what the change does not touch keeps the version of the
/// territory that it had.
pub(super) fn territory_after(
    old: &hour_entry::Model,
    change: &Change,
    placed: &Placed<'_>,
) -> TerritoryId {
    let stays = change.territory_code.is_none()
        && placed.project.id == old.project_id
        && placed.calendar.worked_on == old.worked_on;
    if stays {
        old.territory_id
    } else {
        placed.territory
    }
}

/// How the work of a changed entry comes to be known: what a check-in or a file proved of other work
/// or another project proves nothing of this.
pub(super) fn evidence_after(
    ctx: &Ctx,
    old: &hour_entry::Model,
    entry: &NewEntry,
) -> EvidenceLevel {
    let same = old.project_id == entry.project
        && NewEntry::parse(&Entry::fields(old)).is_ok_and(|it| it.work == entry.work);
    match old.evidence_level {
        EvidenceLevel::SelfDeclared | EvidenceLevel::CoordinatorAttested => {
            record::evidence(ctx, entry)
        }
        proved if same => proved,
        _ => record::evidence(ctx, entry),
    }
}

/// The row of a changed entry.
fn changed(ctx: &Ctx, it: &Changing<'_>, placed: &Placed<'_>) -> hour_entry::Model {
    let old = it.old;
    hour_entry::Model {
        id: old.id,
        status: old.status,
        territory_id: territory_after(old, it.change, placed),
        evidence_level: evidence_after(ctx, old, &it.entry),
        decision_reason: old.decision_reason.clone(),
        import_key: old.import_key.clone(),
        created_by: old.created_by,
        submitted_by: old.submitted_by,
        submitted_at: old.submitted_at,
        decided_by: old.decided_by,
        decided_at: old.decided_at,
        version: old.version.saturating_add(1),
        created_at: old.created_at,
        updated_at: ctx.now(),
        ..placed.row()
    }
}
