//! Whether a database was sealed with the keys at hand, where it does not say so itself.
//!
//! Whether everything fits is checked in `check`; this asks a few rows only, at every start of a database
//! that has no fingerprint of its keys yet.

use std::collections::HashMap;

use entity::hour_entry;
use entity::ids::EntryId;
use entity::ledger_checkpoint;
use entity::ledger_event;
use sea_orm::ColumnTrait;
use sea_orm::ConnectionTrait;
use sea_orm::DbErr;
use sea_orm::EntityTrait;
use sea_orm::Order;
use sea_orm::QueryFilter;
use sea_orm::QueryOrder;
use sea_orm::QuerySelect;

use crate::hours::ledger::checkpoint;
use crate::hours::ledger::event::Payload;
use crate::hours::ledger::seal;
use crate::hours::store;
use crate::platform::crypto::Keys;

/// Entries and checkpoints that are looked at, of the oldest and of the newest: one that was altered must
/// not speak for all.
const SAMPLE: u64 = 10;

/// Whether some of what the database holds was signed or sealed with these keys: `None` where it holds
/// nothing of the kind.
///
/// One row that fits is enough: nobody else can have made it.
///
/// # Errors
/// [`DbErr`].
pub async fn is_sealed_with(
    conn: &impl ConnectionTrait,
    keys: &Keys,
) -> Result<Option<bool>, DbErr> {
    let mut seen = false;
    for order in [Order::Desc, Order::Asc] {
        let marks = ledger_checkpoint::Entity::find()
            .order_by(ledger_checkpoint::Column::SignedAt, order.clone())
            .limit(SAMPLE)
            .all(conn)
            .await?;
        if marks.iter().any(|it| checkpoint::is_signed(keys, it)) {
            return Ok(Some(true));
        }
        let entries = entries(conn, order).await?;
        if any_is_sealed_with(conn, keys, &entries).await? {
            return Ok(Some(true));
        }
        seen = seen || !marks.is_empty() || !entries.is_empty();
    }
    Ok(seen.then_some(false))
}

/// Whether anything was ever written to a ledger, and so with keys.
///
/// # Errors
/// [`DbErr`].
pub async fn is_begun(conn: &impl ConnectionTrait) -> Result<bool, DbErr> {
    let first = ledger_event::Entity::find()
        .select_only()
        .column(ledger_event::Column::Sequence)
        .limit(1)
        .into_tuple::<i64>()
        .one(conn)
        .await?;
    Ok(first.is_some())
}

/// The oldest or newest entries: their ids are in the order of time.
async fn entries(
    conn: &impl ConnectionTrait,
    order: Order,
) -> Result<Vec<hour_entry::Model>, DbErr> {
    hour_entry::Entity::find()
        .order_by(hour_entry::Column::Id, order)
        .limit(SAMPLE)
        .all(conn)
        .await
}

/// Whether one of some entries is as its last event sealed it.
async fn any_is_sealed_with(
    conn: &impl ConnectionTrait,
    keys: &Keys,
    entries: &[hour_entry::Model],
) -> Result<bool, DbErr> {
    let ids: Vec<EntryId> = entries.iter().map(|it| it.id).collect();
    let events = ledger_event::Entity::find()
        .filter(ledger_event::Column::EntryId.is_in(ids.iter().copied()))
        .order_by_asc(ledger_event::Column::Sequence)
        .all(conn)
        .await?;
    // Of several events of an entry the last one stays.
    let last: HashMap<EntryId, Payload> = events
        .into_iter()
        .filter_map(|it| Some((it.entry_id?, serde_json::from_str(&it.payload).ok()?)))
        .collect();
    let days = store::days_of(conn, &ids).await?;
    Ok(entries.iter().any(|entry| {
        let days = days.get(&entry.id).map(Vec::as_slice).unwrap_or_default();
        last.get(&entry.id)
            .is_some_and(|it| it.seal == seal::entry(keys, entry, days))
    }))
}
