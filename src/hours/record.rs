//! Writes entries: one or many, by hand or from a file, by a single path.
//!
//! What is acceptable is judged in `guard`; deciding on entries is in `approve`, changing a single
//! one in `change`.

use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::collections::HashMap;
use std::collections::HashSet;

use entity::hour_entry;
use entity::ids::EntryId;
use entity::ids::OrganizationId;
use entity::ids::PersonId;
use entity::ids::ProjectId;
use entity::ids::VolunteerId;
use entity::types::EntryStatus;
use entity::types::EvidenceLevel;
use sea_orm::ConnectionTrait;
use sea_orm::DbErr;
use serde_json::json;

use crate::audit;
use crate::audit::Line;
use crate::hours::days::DayShare;
use crate::hours::engaged;
use crate::hours::entry::NewEntry;
use crate::hours::error::HoursError;
use crate::hours::guard;
use crate::hours::guard::Candidate;
use crate::hours::guard::Gate;
use crate::hours::keys;
use crate::hours::ledger;
use crate::hours::ledger::Event;
use crate::hours::ledger::EventKind;
use crate::hours::place::Place;
use crate::hours::place::Placed;
use crate::hours::policy;
use crate::hours::policy::settle::HandedIn;
use crate::hours::store;
use crate::identity::Ctx;
use crate::identity::Denied;
use crate::platform::db::Tx;
use crate::platform::db::violates;
use crate::platform::idempotency::Claim;
use crate::volunteers;

pub use crate::hours::batch::Item;
pub use crate::hours::batch::Mode;
pub use crate::hours::batch::Outcome;
pub use crate::hours::batch::Recorded;
pub use crate::hours::batch::Run;
pub use crate::hours::batch::Target;

/// Entries that are judged and written together; a larger batch is taken in parts.
const PART: usize = 1_000;
/// The constraint that has the last word on overlap, under both databases.
pub const OVERLAP: &str = "hour_entry_overlap";

/// Ends a transaction without a fault and without a trace.
enum Halt {
    Undone(Vec<Outcome>),
    Failed(HoursError),
}

impl From<DbErr> for Halt {
    fn from(error: DbErr) -> Self {
        Self::Failed(error.into())
    }
}

/// Writes one entry.
///
/// # Errors
/// Its refusal, or a fault.
pub async fn create(
    ctx: &Ctx,
    organization: OrganizationId,
    item: Item,
) -> Result<Recorded, HoursError> {
    let mut outcomes =
        create_many(ctx, organization, &[item], Mode::AllOrNothing, Run::Real).await?;
    outcomes
        .pop()
        .unwrap_or(Err(HoursError::Inconsistent("a batch without an outcome")))
}

/// Writes entries by hand, each in the organization of its project; the outcomes come with the
/// places given. Entries of one organization are written together, each stands alone.
///
/// # Errors
/// [`HoursError::Denied`] when nobody is signed in, a fault.
pub async fn create_each(
    ctx: &Ctx,
    items: Vec<(usize, Item)>,
) -> Result<Vec<(usize, Outcome)>, HoursError> {
    ctx.demand_signed_in()?;
    let projects: Vec<ProjectId> = items.iter().map(|(_, it)| it.entry.project).collect();
    let projects = store::projects(ctx.read(), ctx.scope(), &projects).await?;
    let mut outcomes: Vec<(usize, Outcome)> = Vec::with_capacity(items.len());
    let mut batches: BTreeMap<OrganizationId, (Vec<usize>, Vec<Item>)> = BTreeMap::new();
    for (at, item) in items {
        match projects.get(&item.entry.project) {
            Some(project) => {
                let (places, batch) = batches.entry(project.organization_id).or_default();
                places.push(at);
                batch.push(item);
            }
            None => {
                outcomes.push((at, Err(HoursError::NotFound { field: "projectId" })));
            }
        }
    }
    for (organization, (places, batch)) in batches {
        let written = create_many(ctx, organization, &batch, Mode::EachAlone, Run::Real).await?;
        outcomes.extend(places.into_iter().zip(written));
    }
    Ok(outcomes)
}

/// Writes entries of one organization in one transaction; the outcomes come in their order.
///
/// The number of statements does not depend on the number of entries up to a thousand of them.
///
/// # Errors
/// [`HoursError::Denied`] when nobody is signed in, [`HoursError::NotFound`] for an organization
/// that cannot be seen, a fault. Refusals of single entries are among the outcomes.
pub async fn create_many(
    ctx: &Ctx,
    organization: OrganizationId,
    items: &[Item],
    mode: Mode,
    run: Run,
) -> Result<Vec<Outcome>, HoursError> {
    ctx.demand_signed_in()?;
    if !ctx.belongs(organization) {
        let unseen = items
            .iter()
            .map(|_| Err(HoursError::NotFound { field: "projectId" }));
        return Ok(unseen.collect());
    }
    let ran = ctx
        .transaction(async |tx| {
            let outcomes = within(ctx, tx, organization, items).await;
            let outcomes = outcomes.map_err(Halt::Failed)?;
            let undone = run == Run::Dry
                || mode == Mode::AllOrNothing && outcomes.iter().any(Result::is_err);
            if undone {
                Err(Halt::Undone(outcomes))
            } else {
                Ok(outcomes)
            }
        })
        .await;
    match ran {
        Ok(outcomes) => Ok(outcomes),
        Err(Halt::Failed(error)) => Err(error),
        Err(Halt::Undone(outcomes)) => Ok(outcomes.into_iter().map(withheld).collect()),
    }
}

/// Writes entries of one organization in an open transaction, each alone; the outcomes come in their
/// order. What is refused leaves no trace, so that the caller may go on. People and the chain of the
/// organization are held from here on: whatever else the act holds must be held before.
///
/// # Errors
/// [`HoursError::NotFound`] for an organization that cannot be seen, a fault. Refusals of single
/// entries are among the outcomes.
pub async fn within(
    ctx: &Ctx,
    tx: &Tx,
    organization: OrganizationId,
    items: &[Item],
) -> Result<Vec<Outcome>, HoursError> {
    if !ctx.belongs(organization) {
        let unseen = |_: &Item| Err(HoursError::NotFound { field: "projectId" });
        return Ok(items.iter().map(unseen).collect());
    }
    let mut outcomes = Vec::with_capacity(items.len());
    if items.len() > PART {
        // All people of all parts before the chain of the first: everybody queues in the same
        // order.
        lock_people_of(ctx, tx, items).await?;
    }
    for part in items.chunks(PART) {
        outcomes.extend(write(ctx, tx, organization, part).await?);
    }
    Ok(outcomes)
}

async fn lock_people_of(ctx: &Ctx, tx: &Tx, items: &[Item]) -> Result<(), DbErr> {
    let ids: BTreeSet<VolunteerId> = items
        .iter()
        .filter_map(|it| it.entry.work.volunteer())
        .collect();
    let ids: Vec<VolunteerId> = ids.into_iter().collect();
    let mut people = Vec::with_capacity(ids.len());
    for ids in ids.chunks(PART) {
        let found = volunteers::store::hold_kept(tx, ctx.scope(), ids).await?;
        people.extend(found.values().map(|it| it.person_id));
    }
    engaged::lock_people(tx, &people).await
}

/// An outcome of what was undone.
fn withheld(outcome: Outcome) -> Outcome {
    outcome.map(|it| match it {
        Recorded::Created(entry) => Recorded::Acceptable(entry),
        other => other,
    })
}

/// An entry that the gate let in.
struct Admitted<'a> {
    /// Its place among the items.
    at: usize,
    row: hour_entry::Model,
    placed: &'a Placed<'a>,
}

async fn write(
    ctx: &Ctx,
    tx: &Tx,
    organization: OrganizationId,
    items: &[Item],
) -> Result<Vec<Outcome>, HoursError> {
    let place = Place::find(ctx, tx, organization, items.iter().map(|it| &it.entry)).await?;
    let ids: Vec<EntryId> = items.iter().map(|_| EntryId(ctx.new_id())).collect();
    let claims = keys::claim(ctx, tx, items, &ids).await?;
    let mut misplaced: HashMap<usize, HoursError> = HashMap::new();
    let mut placed: Vec<Option<Placed<'_>>> = Vec::with_capacity(items.len());
    for (at, item) in items.iter().enumerate() {
        let laid = if item.target == Target::Approved && ctx.actor().user().is_some() {
            ctx.notes().lacking(organization);
            Err(Denied::NotAllowed.into())
        } else {
            place.lay(ctx, &item.entry)
        };
        placed.push(laid.map_err(|it| misplaced.insert(at, it)).ok());
    }
    let candidates: Vec<Candidate<'_>> = items
        .iter()
        .zip(&ids)
        .zip(&placed)
        .filter_map(|((item, id), placed)| Some(placed.as_ref()?.candidate(*id, item.status())))
        .collect();
    let people: Vec<PersonId> = candidates.iter().filter_map(|it| it.person).collect();
    engaged::lock_people(tx, &people).await?;
    let mut chain = ledger::lock(tx, organization).await?;
    let imported = imported(tx, organization, items).await?;
    let cap = place.organization.daily_cap_minutes;
    let mut gate = Gate::open(ctx, tx, organization, cap, &candidates, &[]).await?;

    let mut outcomes: Vec<Outcome> = Vec::with_capacity(items.len());
    let mut admitted: Vec<Admitted<'_>> = Vec::new();
    let mut replays: Vec<(usize, EntryId)> = Vec::new();
    let mut rows_of_file: HashMap<&[u8], EntryId> = HashMap::new();
    for (at, ((item, id), placed)) in items.iter().zip(&ids).zip(&placed).enumerate() {
        let known = item.import_key.as_deref().and_then(|key| {
            let stored = imported.get(key).or_else(|| rows_of_file.get(key));
            stored.copied()
        });
        outcomes.push(match (claims.get(at), known) {
            (Some(Claim::Conflict), _) => Err(HoursError::IdempotencyConflict),
            (Some(Claim::Replay(id)), _) => {
                replays.push((at, EntryId(*id)));
                Ok(Recorded::Unchanged(EntryId(*id)))
            }
            (_, Some(id)) => Ok(Recorded::Unchanged(id)),
            _ => match (placed, misplaced.remove(&at)) {
                (Some(placed), _) => {
                    let candidate = placed.candidate(*id, item.status());
                    gate.admit(ctx, placed.zone, &candidate).map(|()| {
                        if let Some(key) = item.import_key.as_deref() {
                            rows_of_file.insert(key, *id);
                        }
                        let row = row(ctx, item, *id, placed);
                        let created = Recorded::Created(row.clone().into());
                        admitted.push(Admitted { at, row, placed });
                        created
                    })
                }
                (None, Some(error)) => Err(error),
                (None, None) => Err(HoursError::Inconsistent("an item without a place")),
            },
        });
    }
    for (at, error) in insert(tx, &mut admitted).await? {
        if let Some(outcome) = outcomes.get_mut(at) {
            *outcome = Err(error);
        }
    }
    let (keys, actor) = (&ctx.core().keys, ctx.actor().user());
    let events: Vec<Event> = admitted
        .iter()
        .map(|it| {
            let days = &it.placed.calendar.days;
            Event::of(keys, EventKind::Created, &it.row, days, actor, None)
        })
        .collect();
    let before = chain.sequence();
    ledger::append(tx, &mut chain, ctx.now(), &events).await?;
    let handed_in = admitted
        .iter_mut()
        .map(|it| HandedIn {
            row: &mut it.row,
            days: &it.placed.calendar.days,
        })
        .collect();
    let approved = policy::settle(ctx, tx, organization, &mut chain, handed_in).await?;
    for it in admitted.iter().filter(|it| approved.contains(&it.row.id)) {
        if let Some(outcome) = outcomes.get_mut(it.at) {
            *outcome = Ok(Recorded::Created(it.row.clone().into()));
        }
    }
    let zero = gate.declared_zero(admitted.iter().map(|it| &it.placed.calendar));
    if !zero.is_empty() {
        store::undeclare_zero(tx, organization, &zero, ctx.now()).await?;
    }
    if !admitted.is_empty() {
        let single = match admitted.as_slice() {
            [only] => Some(only.row.id.0),
            _ => None,
        };
        let line = Line {
            action: "hours.create",
            organization: Some(organization),
            subject: ("HourEntry", single),
            details: Some(json!({
                "entries": admitted.len(),
                "ledger": [before.saturating_add(1), chain.sequence()],
            })),
        };
        audit::record(ctx, tx, line).await?;
    }
    keys::replay(ctx, tx, &replays, &mut outcomes).await?;
    keys::release(ctx, tx, items, &claims, &outcomes).await?;
    Ok(outcomes)
}

/// The row of a new entry.
fn row(ctx: &Ctx, item: &Item, id: EntryId, placed: &Placed<'_>) -> hour_entry::Model {
    let (now, actor) = (ctx.now(), ctx.actor().user());
    let status = item.status();
    let handed_in = status != EntryStatus::Draft;
    let decided = status == EntryStatus::Approved;
    hour_entry::Model {
        id,
        organization_id: placed.project.organization_id,
        status,
        evidence_level: match (item.evidence, &item.import_key) {
            (Some(shown), _) => shown,
            (None, Some(_)) => EvidenceLevel::Imported,
            (None, None) => evidence(ctx, &item.entry),
        },
        decision_reason: None,
        import_key: item.import_key.clone(),
        created_by: actor,
        submitted_by: actor.filter(|_| handed_in),
        submitted_at: handed_in.then_some(now),
        decided_by: actor.filter(|_| decided),
        decided_at: decided.then_some(now),
        version: 1,
        created_at: now,
        updated_at: now,
        ..placed.row()
    }
}

/// How an entry written by hand came to be.
#[must_use]
pub fn evidence(ctx: &Ctx, entry: &NewEntry) -> EvidenceLevel {
    if guard::is_own(ctx, entry.work.volunteer()) {
        EvidenceLevel::SelfDeclared
    } else {
        EvidenceLevel::CoordinatorAttested
    }
}

/// Writes what was admitted. What the database refuses all the same is taken out, with its reason.
async fn insert(
    tx: &Tx,
    admitted: &mut Vec<Admitted<'_>>,
) -> Result<Vec<(usize, HoursError)>, DbErr> {
    let all = admitted
        .iter()
        .map(|it| (&it.row, it.placed.calendar.days.as_slice()))
        .collect::<Vec<_>>();
    if all.is_empty() || tentative(tx, &all).await? {
        return Ok(Vec::new());
    }
    // Somebody wrote past the gate: find out whom it concerns.
    let mut refused: HashSet<usize> = HashSet::new();
    for it in admitted.iter() {
        if !tentative(tx, &[(&it.row, &it.placed.calendar.days)]).await? {
            refused.insert(it.at);
        }
    }
    admitted.retain(|it| !refused.contains(&it.at));
    Ok(refused
        .into_iter()
        .map(|at| (at, HoursError::Overlap { other: None }))
        .collect())
}

/// Writes entries, or nothing where one of them overlaps.
async fn tentative(tx: &Tx, entries: &[(&hour_entry::Model, &[DayShare])]) -> Result<bool, DbErr> {
    unless_overlapping(tx, async || store::insert(tx, entries).await).await
}

/// Runs a statement that writes intervals; `false`, and nothing written, where one overlaps.
pub(super) async fn unless_overlapping(
    tx: &Tx,
    write: impl AsyncFnOnce() -> Result<(), DbErr>,
) -> Result<bool, DbErr> {
    // On PostgreSQL a refused statement spoils the transaction back to here.
    tx.execute_unprepared("savepoint hours").await?;
    let done = match write().await {
        Ok(()) => true,
        Err(error) if violates(&error, &[OVERLAP]) => {
            tx.execute_unprepared("rollback to savepoint hours").await?;
            false
        }
        Err(error) => return Err(error),
    };
    tx.execute_unprepared("release savepoint hours").await?;
    Ok(done)
}

async fn imported(
    tx: &Tx,
    organization: OrganizationId,
    items: &[Item],
) -> Result<HashMap<Vec<u8>, EntryId>, DbErr> {
    let keys: Vec<Vec<u8>> = items
        .iter()
        .filter_map(|it| it.import_key.clone())
        .collect();
    if keys.is_empty() {
        return Ok(HashMap::new());
    }
    store::by_import_keys(&**tx, organization, &keys).await
}
