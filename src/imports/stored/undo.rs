//! Takes an import back as a whole, or not at all: then what stands against it is told.
//!
//! Entries go the way that all entries go: handed-in ones are withdrawn, drafts deleted, and the
//! ledger keeps both.

use std::collections::HashMap;
use std::collections::HashSet;

use entity::hour_entry;
use entity::ids::EntryId;
use entity::ids::ImportId;
use entity::ids::VolunteerId;
use entity::import;
use entity::import_record;
use entity::types::EntryStatus;
use entity::types::ImportKind;
use entity::types::ImportStatus;
use entity::volunteer;

use crate::audit;
use crate::hours::HoursError;
use crate::hours::approve;
use crate::hours::approve::Request;
use crate::hours::discard;
use crate::hours::state::Act;
use crate::identity::Ctx;
use crate::imports::error::ImportError;
use crate::imports::stored::commit::demand;
use crate::imports::stored::commit::visible;
use crate::imports::stored::start::line;
use crate::imports::stored::store;
use crate::imports::trace;
use crate::platform::db::Tx;
use crate::refusal::Checks;
use crate::refusal::Code;
use crate::refusal::Refusal;
use crate::refusal::Refuse;
use crate::volunteers::VolunteerError;
use crate::volunteers::undo;
use crate::volunteers::undo::Said;

/// Longest reason, in characters.
const REASON_MOST: usize = 500;

/// Reasons against taking back that are told at once.
const TOLD_MOST: usize = 100;

/// Takes back what an import wrote, or gives up one that was only tried out. One that is taken back
/// already is answered as it is.
///
/// What somebody deleted meanwhile is no obstacle: it is gone.
///
/// # Errors
/// [`ImportError::Held`] with what stands against it: entries that were decided on, what was changed
/// since, volunteers with hours. Then nothing was taken back.
pub async fn roll_back(
    ctx: &Ctx,
    id: ImportId,
    expected: Option<i32>,
    reason: &str,
) -> Result<import::Model, ImportError> {
    demand(ctx, &visible(ctx, id).await?)?;
    let mut checks = Checks::new();
    let reason = checks.prose("reason", reason, REASON_MOST);
    checks.done().map_err(ImportError::Invalid)?;
    ctx.transaction(async |tx| {
        let held = store::lock(tx, ctx.scope(), id).await?;
        let held = held.ok_or(ImportError::NotFound)?;
        if held.status == ImportStatus::RolledBack {
            return Ok(held);
        }
        if expected.is_some_and(|it| it != held.version) {
            return Err(ImportError::VersionConflict {
                current: held.version,
            });
        }
        let records = store::records(tx, id).await?;
        match held.kind {
            ImportKind::Hours => entries(ctx, tx, &records, &reason).await?,
            ImportKind::Volunteers => volunteers(ctx, tx, &held, &records).await?,
        }
        let now = ctx.now();
        let done = import::Model {
            status: ImportStatus::RolledBack,
            rolled_back_by: ctx.actor().user(),
            rolled_back_at: Some(now),
            reason: Some(reason),
            version: held.version.saturating_add(1),
            updated_at: now,
            ..held
        };
        store::forget_records(tx, id).await?;
        store::replace_refusals(tx, id, Vec::new(), None).await?;
        store::drop_source(tx, id).await?;
        store::update(tx, &done).await?;
        audit::record(ctx, tx, line("import.roll_back", &done)).await?;
        Ok(done)
    })
    .await
}

async fn entries(
    ctx: &Ctx,
    tx: &Tx,
    records: &[import_record::Model],
    reason: &str,
) -> Result<(), ImportError> {
    let ids: Vec<EntryId> = records.iter().map(|it| EntryId(it.subject_id)).collect();
    let rows = store::lock_entries(tx, &ids).await?;
    let rows: HashMap<EntryId, hour_entry::Model> =
        rows.into_iter().map(|it| (it.id, it)).collect();
    let mut against = Vec::new();
    let (mut handed_in, mut present) = (Vec::new(), Vec::new());
    for record in records {
        let Some(row) = rows.get(&EntryId(record.subject_id)) else {
            continue;
        };
        let code = match row.status {
            EntryStatus::Draft | EntryStatus::Submitted => {
                (trace::entry(row) != record.content_hash).then_some(Code::ImportChanged)
            }
            _ => Some(Code::ImportDecided),
        };
        if let Some(code) = code {
            against.push(Refusal::of(code, "id").with("line", record.line));
            continue;
        }
        if row.status == EntryStatus::Submitted {
            handed_in.push(Request::from(row.id));
        }
        present.push(Request::from(row.id));
    }
    held(against)?;
    let withdrawn = approve::act_in(ctx, tx, Act::Withdraw, &handed_in, Some(reason)).await;
    held(refused(withdrawn)?)?;
    let deleted = discard::delete_in(ctx, tx, &present).await;
    held(refused(deleted)?)
}

async fn volunteers(
    ctx: &Ctx,
    tx: &Tx,
    import: &import::Model,
    records: &[import_record::Model],
) -> Result<(), ImportError> {
    let ids: Vec<VolunteerId> = records
        .iter()
        .map(|it| VolunteerId(it.subject_id))
        .collect();
    let rows = store::lock_volunteers(tx, &ids).await?;
    let used: HashSet<VolunteerId> = store::in_use(tx, &ids).await?.into_iter().collect();
    let rows: HashMap<VolunteerId, volunteer::Model> =
        rows.into_iter().map(|it| (it.id, it)).collect();
    let mut against = Vec::new();
    let (mut new, mut changed) = (Vec::new(), Vec::new());
    for record in records {
        let Some(row) = rows.get(&VolunteerId(record.subject_id)) else {
            continue;
        };
        if trace::volunteer(row) != record.content_hash {
            against.push(Refusal::of(Code::ImportChanged, "id").with("line", record.line));
            continue;
        }
        match &record.before {
            Some(before) => {
                let said: Said = serde_json::from_str(before)
                    .map_err(|it| ImportError::Fault(it.to_string()))?;
                changed.push((row, said));
            }
            None if used.contains(&row.id) => against.push(
                Refusal::of(Code::ImportUsed, "id")
                    .with("line", record.line)
                    .with("value", &row.name),
            ),
            None => new.push(row.clone()),
        }
    }
    held(against)?;
    for (row, said) in changed {
        undo::restore_in(ctx, tx, row, said)
            .await
            .map_err(of_volunteers)?;
    }
    undo::remove_in(ctx, tx, import.organization_id, &new)
        .await
        .map_err(of_volunteers)
}

/// Stops where something stands against it.
fn held(mut against: Vec<Refusal>) -> Result<(), ImportError> {
    if against.is_empty() {
        return Ok(());
    }
    against.truncate(TOLD_MOST);
    Err(ImportError::Held(against))
}

/// The refusals among outcomes of hours, each once.
fn refused<T>(
    outcomes: Result<Vec<Result<T, HoursError>>, HoursError>,
) -> Result<Vec<Refusal>, ImportError> {
    let of_hours = |error: &HoursError| {
        let fault = || ImportError::Fault(error.to_string());
        error.refusals().ok_or_else(fault)
    };
    let outcomes = match outcomes {
        Ok(outcomes) => outcomes,
        Err(error) => return of_hours(&error),
    };
    let mut told: Vec<Refusal> = Vec::new();
    for error in outcomes.into_iter().filter_map(Result::err) {
        for it in of_hours(&error)? {
            if !told.contains(&it) {
                told.push(it);
            }
        }
    }
    Ok(told)
}

fn of_volunteers(error: VolunteerError) -> ImportError {
    match error.refusals() {
        Some(refusals) => ImportError::Held(refusals),
        None => ImportError::Fault(error.to_string()),
    }
}
