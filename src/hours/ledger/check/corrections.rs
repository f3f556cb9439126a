//! Compares stored corrections with what the events of their entries say of them.
//!
//! Entries themselves are compared in `rows`.

use std::collections::BTreeMap;

use entity::hour_entry_amendment;
use entity::ids::AmendmentId;
use entity::ledger_event;
use entity::types::AmendmentStatus;
use sea_orm::ColumnTrait;
use sea_orm::DatabaseTransaction;
use sea_orm::DbErr;
use sea_orm::EntityTrait;
use sea_orm::QueryFilter;
use sea_orm::QueryOrder;
use sea_orm::QuerySelect;

use crate::hours::ledger::chain::Chain;
use crate::hours::ledger::check::Fault;
use crate::hours::ledger::check::aside;
use crate::hours::ledger::check::found::Found;
use crate::hours::ledger::check::is_unreadable;
use crate::hours::ledger::check::rows::PART;
use crate::hours::ledger::event::EventKind;
use crate::hours::ledger::event::Payload;
use crate::hours::ledger::seal;
use crate::platform::crypto::Keys;

/// What the last event of a correction says.
struct Told {
    sequence: i64,
    seal: Option<String>,
    kind: Option<EventKind>,
    /// The row is written in another form than ours.
    odd: bool,
}

/// Every correction is as its last event left it, and none is gone.
pub(super) async fn amendments(
    keys: &Keys,
    tx: &DatabaseTransaction,
    chain: &Chain,
    found: &mut Found,
) -> Result<(), DbErr> {
    let mut told = told(tx, chain, found).await?;
    let mut after: Option<AmendmentId> = None;
    loop {
        let mut page = hour_entry_amendment::Entity::find()
            .filter(hour_entry_amendment::Column::OrganizationId.eq(chain.organization))
            .order_by_asc(hour_entry_amendment::Column::Id)
            .limit(PART);
        if let Some(after) = after {
            page = page.filter(hour_entry_amendment::Column::Id.gt(after));
        }
        let rows = match page.all(tx).await {
            Err(error) if is_unreadable(&error) => {
                return one_by_one(keys, tx, told, found).await;
            }
            rows => rows?,
        };
        let Some(last) = rows.last() else { break };
        after = Some(last.id);
        for row in rows {
            match told.remove(&row.id) {
                Some(told) => compare(keys, &told, &row, found),
                // Its first event may be among those that tell nothing.
                None if found.torn_at().is_some() => {}
                None => found.add(chain.sequence, Fault::Amendment),
            }
        }
    }
    for gone in told.into_values() {
        found.add(gone.sequence, Fault::Amendment);
    }
    Ok(())
}

fn compare(keys: &Keys, told: &Told, row: &hour_entry_amendment::Model, found: &mut Found) {
    if !told.odd && told.seal.as_deref() == Some(&seal::amendment(keys, row)) {
        return;
    }
    // Decided by an event that tells nothing.
    let decided_since = found.torn_at().is_some()
        && told.kind == Some(EventKind::AmendmentProposed)
        && row.status != AmendmentStatus::Pending;
    if !decided_since {
        found.add(told.sequence, Fault::Amendment);
    }
}

/// The same where a row cannot be read: each is looked for by itself.
async fn one_by_one(
    keys: &Keys,
    tx: &DatabaseTransaction,
    told: BTreeMap<AmendmentId, Told>,
    found: &mut Found,
) -> Result<(), DbErr> {
    for (id, told) in told {
        match hour_entry_amendment::Entity::find_by_id(id).one(tx).await {
            Ok(Some(row)) => compare(keys, &told, &row, found),
            Ok(None) => found.add(told.sequence, Fault::Amendment),
            Err(error) if is_unreadable(&error) => found.add(told.sequence, Fault::Amendment),
            Err(error) => return Err(error),
        }
    }
    Ok(())
}

/// The last event of each correction, of those that can be relied on.
async fn told(
    tx: &DatabaseTransaction,
    chain: &Chain,
    found: &Found,
) -> Result<BTreeMap<AmendmentId, Told>, DbErr> {
    let kinds = EventKind::ALL.map(EventKind::word);
    let kinds = kinds.into_iter().filter(|it| it.starts_with("AMENDMENT_"));
    let odd = aside::odd_amendments(tx, chain.organization).await?;
    let mut told = BTreeMap::new();
    let mut after = 0;
    loop {
        let mut page = ledger_event::Entity::find()
            .filter(ledger_event::Column::OrganizationId.eq(chain.organization))
            .filter(ledger_event::Column::Sequence.gt(after))
            .filter(ledger_event::Column::Kind.is_in(kinds.clone()))
            .order_by_asc(ledger_event::Column::Sequence)
            .limit(PART);
        if let Some(torn) = found.torn_at() {
            page = page.filter(ledger_event::Column::Sequence.lt(torn));
        }
        let events = page.all(tx).await?;
        let Some(last) = events.last() else {
            return Ok(told);
        };
        after = last.sequence;
        for event in events {
            if let Ok(payload) = serde_json::from_str::<Payload>(&event.payload)
                && let Some(id) = payload.amendment
            {
                let (sequence, seal) = (event.sequence, payload.proposal);
                let kind = EventKind::of_word(&event.kind);
                let odd = odd.contains(&AmendmentId(id));
                told.insert(
                    AmendmentId(id),
                    Told {
                        sequence,
                        seal,
                        kind,
                        odd,
                    },
                );
            }
        }
    }
}
