//! Takes drafts away: one path for one and for many.
//!
//! Nothing that was handed in is ever taken away: it is withdrawn, refused or voided.

use std::collections::BTreeMap;

use entity::hour_entry;
use entity::ids::EntryId;
use entity::ids::OrganizationId;
use serde_json::json;

use crate::audit;
use crate::audit::Line;
use crate::hours::approve::Request;
use crate::hours::error::HoursError;
use crate::hours::held::Held;
use crate::hours::held::single;
use crate::hours::ledger;
use crate::hours::ledger::Event;
use crate::hours::ledger::EventKind;
use crate::hours::state::Act;
use crate::hours::store;
use crate::identity::Ctx;
use crate::platform::db::Tx;

/// Takes a draft away. The ledger keeps that it was there.
///
/// # Errors
/// [`HoursError`]: the gate's refusal.
pub async fn delete(ctx: &Ctx, id: EntryId, expected: Option<i32>) -> Result<EntryId, HoursError> {
    ctx.demand_signed_in()?;
    let request = Request { id, expected };
    ctx.transaction(async |tx| {
        let mut outcomes = delete_in(ctx, tx, &[request]).await?;
        outcomes
            .pop()
            .unwrap_or(Err(HoursError::Inconsistent("an act without an outcome")))
    })
    .await
}

/// Takes drafts away in an open transaction, each at most once; the outcomes come in their order.
///
/// # Errors
/// A fault. Refusals of single entries are among the outcomes.
pub async fn delete_in(
    ctx: &Ctx,
    tx: &Tx,
    requests: &[Request],
) -> Result<Vec<Result<EntryId, HoursError>>, HoursError> {
    let ids: Vec<EntryId> = requests.iter().map(|it| it.id).collect();
    let held = Held::lock(ctx, tx, &ids).await?;
    let mut of_organizations: BTreeMap<OrganizationId, Vec<&hour_entry::Model>> = BTreeMap::new();
    let mut outcomes = Vec::with_capacity(requests.len());
    for it in requests {
        let judged = held.check(ctx, it.id, Act::Delete, it.expected, None);
        outcomes.push(judged.map(|row| {
            let rows = of_organizations.entry(row.organization_id).or_default();
            rows.push(row);
            row.id
        }));
    }
    for (organization, rows) in of_organizations {
        let mut chain = ledger::lock(tx, organization).await?;
        let ids: Vec<EntryId> = rows.iter().map(|it| it.id).collect();
        store::delete(tx, &ids).await?;
        let (keys, actor) = (&ctx.core().keys, ctx.actor().user());
        let events: Vec<Event> = rows
            .iter()
            .map(|row| Event::of(keys, EventKind::Deleted, row, &[], actor, None))
            .collect();
        ledger::append(tx, &mut chain, ctx.now(), &events).await?;
        let line = Line {
            action: "hours.delete",
            organization: Some(organization),
            subject: ("HourEntry", single(&ids)),
            details: Some(json!({ "entries": ids.len(), "ledger": chain.sequence() })),
        };
        audit::record(ctx, tx, line).await?;
    }
    Ok(outcomes)
}
