//! Takes from the hours of a person what says something of them: descriptions, reasons, notes, keys of imported rows.
//!
//! Minutes, days, projects and states stay, so that figures stay, also in months that are closed. Each entry gets a new
//! version and an event in the ledger that seals it as it is now; what earlier events hold of a text is a digest that only
//! this installation can make, and no text. Whose data is erased is decided in `privacy`.

mod store;

use std::collections::HashMap;

use entity::hour_entry;
use entity::hour_entry_amendment;
use entity::ids::EntryId;
use entity::ids::OrganizationId;
use entity::ids::PersonId;
use entity::ids::VolunteerId;
use sea_orm::DbErr;

use crate::hours;
use crate::hours::days::DayShare;
use crate::hours::engaged;
use crate::hours::erasure::store::amendments_of;
use crate::hours::erasure::store::forget_notes;
use crate::hours::erasure::store::lock_after;
use crate::hours::erasure::store::replace_amendment;
use crate::hours::ledger;
use crate::hours::ledger::Event;
use crate::hours::ledger::EventKind;
use crate::hours::ledger::Proposal;
use crate::identity::Ctx;
use crate::platform::db::Tx;

/// Stands where a text was that must not be missing.
pub const BLANK: &str = "—";
/// Entries that are changed together.
const TOGETHER: u64 = 500;

/// Erases the texts of all entries of some records of one organization, with their corrections and the reasons beside the
/// ledger. The records are held by the caller. Gives how many entries there are.
///
/// # Errors
/// [`DbErr`].
pub async fn erase_in(
    ctx: &Ctx,
    tx: &Tx,
    organization: OrganizationId,
    records: &[VolunteerId],
    people: &[PersonId],
) -> Result<u64, DbErr> {
    engaged::lock_people(tx, people).await?;
    let mut chain = ledger::lock(tx, organization).await?;
    let (mut after, mut seen) = (None, 0_u64);
    loop {
        let rows = lock_after(tx, records, after, TOGETHER).await?;
        let Some(last) = rows.last() else {
            return Ok(seen);
        };
        after = Some(last.id);
        seen = seen.saturating_add(u64::try_from(rows.len()).unwrap_or(u64::MAX));
        let ids: Vec<EntryId> = rows.iter().map(|it| it.id).collect();
        let mut amendments: HashMap<EntryId, Vec<hour_entry_amendment::Model>> = HashMap::new();
        for row in amendments_of(tx, &ids).await? {
            amendments.entry(row.entry_id).or_default().push(row);
        }
        let days = hours::store::days_of(&**tx, &ids).await?;
        let mut changed = Vec::new();
        let mut events = Vec::new();
        for row in &rows {
            let corrections = amendments.remove(&row.id).unwrap_or_default();
            let Some(blank) = blank(ctx, row, &corrections) else {
                continue;
            };
            let days = days.get(&row.id).map(Vec::as_slice).unwrap_or_default();
            events.push(event(ctx, EventKind::Erased, &blank, days));
            for correction in corrections {
                events.push(erased(ctx, tx, (&blank, days), correction).await?);
            }
            changed.push(blank);
        }
        let replaced: Vec<&hour_entry::Model> = changed.iter().collect();
        hours::store::replace(tx, &replaced).await?;
        ledger::append(tx, &mut chain, ctx.now(), &events).await?;
        forget_notes(tx, organization, &ids).await?;
    }
}

/// The entry without texts; `None` where neither it nor a correction has any.
fn blank(
    ctx: &Ctx,
    row: &hour_entry::Model,
    corrections: &[hour_entry_amendment::Model],
) -> Option<hour_entry::Model> {
    let silent =
        row.description.is_none() && row.decision_reason.is_none() && row.import_key.is_none();
    if silent && corrections.is_empty() {
        return None;
    }
    Some(hour_entry::Model {
        description: None,
        decision_reason: None,
        import_key: None,
        version: row.version.saturating_add(1),
        updated_at: ctx.now(),
        ..row.clone()
    })
}

fn event(ctx: &Ctx, kind: EventKind, row: &hour_entry::Model, days: &[DayShare]) -> Event {
    let (keys, actor) = (&ctx.core().keys, ctx.actor().user());
    Event::of(keys, kind, row, days, actor, None)
}

/// Erases the texts of a correction.
async fn erased(
    ctx: &Ctx,
    tx: &Tx,
    (entry, days): (&hour_entry::Model, &[DayShare]),
    correction: hour_entry_amendment::Model,
) -> Result<Event, DbErr> {
    let row = hour_entry_amendment::Model {
        reason: BLANK.to_owned(),
        description: None,
        decision_reason: None,
        ..correction
    };
    replace_amendment(tx, &row).await?;
    // How the entry stands, not what was proposed: the days of the correction are not needed.
    let proposal = Proposal {
        row: &row,
        days: &[],
    };
    let (keys, actor) = (&ctx.core().keys, ctx.actor().user());
    let kind = EventKind::AmendmentErased;
    Ok(Event::of_amendment(
        keys,
        kind,
        (entry, days),
        proposal,
        actor,
        None,
    ))
}
