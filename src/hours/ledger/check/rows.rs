//! Compares what is stored beside a chain with what its events say: reasons and entries.
//!
//! Whether the chain itself is whole has been seen before; corrections are in `corrections`.

use std::collections::HashMap;
use std::collections::HashSet;

use entity::hour_entry;
use entity::hour_entry_day;
use entity::ids::EntryId;
use entity::ids::OrganizationId;
use entity::ledger_event;
use entity::ledger_note;
use sea_orm::ColumnTrait;
use sea_orm::Condition;
use sea_orm::DatabaseTransaction;
use sea_orm::DbErr;
use sea_orm::EntityTrait;
use sea_orm::PaginatorTrait;
use sea_orm::QueryFilter;
use sea_orm::QueryOrder;
use sea_orm::QuerySelect;
use sea_orm::sea_query::Expr;
use sea_orm::sea_query::Query;

use crate::hours::days::DayShare;
use crate::hours::ledger::chain::Chain;
use crate::hours::ledger::check::Fault;
use crate::hours::ledger::check::found::Found;
use crate::hours::ledger::check::is_unreadable;
use crate::hours::ledger::event::EventKind;
use crate::hours::ledger::event::Payload;
use crate::hours::ledger::seal;
use crate::hours::store;
use crate::platform::crypto::Keys;

/// Rows of one statement.
pub(super) const PART: u64 = 1_000;

/// Every reason is the one that was given. One that is gone was erased on request.
pub(super) async fn notes(
    keys: &Keys,
    tx: &DatabaseTransaction,
    organization: OrganizationId,
    found: &mut Found,
) -> Result<(), DbErr> {
    let mut after = 0;
    let mut most = PART;
    loop {
        let page = ledger_note::Entity::find()
            .filter(ledger_note::Column::OrganizationId.eq(organization))
            .filter(ledger_note::Column::Sequence.gt(after))
            .order_by_asc(ledger_note::Column::Sequence);
        let rows = match page.clone().limit(most).all(tx).await {
            // One of them cannot be read: go on one by one until it comes.
            Err(error) if is_unreadable(&error) && most > 1 => {
                most = 1;
                continue;
            }
            Err(error) if is_unreadable(&error) => {
                let number = page
                    .select_only()
                    .column(ledger_note::Column::Sequence)
                    .limit(1)
                    .into_tuple::<i64>()
                    .one(tx)
                    .await;
                let number = number.ok().flatten().unwrap_or(after);
                found.add(number, Fault::Note);
                return Ok(());
            }
            rows => rows?,
        };
        let Some(last) = rows.last() else {
            return Ok(());
        };
        after = last.sequence;
        let numbers = rows.iter().map(|it| it.sequence);
        let numbers: Vec<i64> = numbers.filter(|it| found.relies_on(*it)).collect();
        let events = said(tx, organization, &numbers).await?;
        for row in rows {
            let told = events.get(&row.sequence).and_then(|(entry, payload)| {
                let given = seal::note(keys, (*entry)?, payload.version, &row.text);
                Some(payload.note.as_ref() == Some(&given))
            });
            if told != Some(true) {
                found.add(row.sequence, Fault::Note);
                return Ok(());
            }
        }
    }
}

/// Every entry is as its last event left it, and none is missing or beside the chain; how many.
///
/// Where the chain breaks, entries whose last event is before the break are compared with it, unless
/// the break may hide a later one.
pub(super) async fn entries(
    keys: &Keys,
    tx: &DatabaseTransaction,
    chain: &Chain,
    found: &mut Found,
) -> Result<u64, DbErr> {
    let mut compared = 0;
    let mut after = None;
    loop {
        let last = match last_events(tx, chain.organization, after).await {
            // The break itself cannot be read.
            Err(error) if is_unreadable(&error) && found.torn_at().is_some() => break,
            last => last?,
        };
        let Some((end, _)) = last.last() else { break };
        after = Some(*end);
        let last: Vec<_> = last
            .into_iter()
            .filter(|(_, sequence)| found.relies_on(*sequence))
            .collect();
        let stored = match stored(tx, last.iter().map(|(id, _)| *id).collect()).await {
            Err(error) if is_unreadable(&error) => legible(tx, &last, found).await?,
            stored => stored?,
        };
        let numbers: Vec<i64> = last.iter().map(|(_, number)| *number).collect();
        let events = said(tx, chain.organization, &numbers).await?;
        let gone = gone(tx, chain.organization, &numbers).await?;
        for (id, sequence) in last {
            if stored.illegible.contains(&id) {
                continue;
            }
            let days = stored.days.get(&id).map(Vec::as_slice).unwrap_or_default();
            match (stored.rows.get(&id), gone.contains(&sequence)) {
                (None, true) => {}
                (None, false) if found.may_hide_a_deletion() => {}
                (None, false) => found.add(sequence, Fault::EntryMissing),
                (Some(_), true) => found.add(sequence, Fault::EntryUnknown),
                (Some(row), false) => {
                    compared += 1;
                    let told = events.get(&sequence).map(|(_, it)| it);
                    let fits = told.is_some_and(|it| it.seal == seal::entry(keys, row, days));
                    // Every event counts the version on: a later one is among those that are hidden.
                    let moved_on = found.torn_at().is_some()
                        && told.is_some_and(|it| row.version > it.version);
                    if !fits && !moved_on {
                        found.add(sequence, Fault::Entry);
                    }
                }
            }
        }
    }
    // Where the chain breaks, the event that wrote it may be hidden.
    if found.torn_at().is_none() && strays(tx, chain.organization).await? > 0 {
        found.add(chain.sequence, Fault::EntryUnknown);
    }
    Ok(compared)
}

/// The last events of the next entries that the chain knows, in the order of entries.
async fn last_events(
    tx: &DatabaseTransaction,
    organization: OrganizationId,
    after: Option<EntryId>,
) -> Result<Vec<(EntryId, i64)>, DbErr> {
    let mut page = ledger_event::Entity::find()
        .select_only()
        .column(ledger_event::Column::EntryId)
        .column_as(ledger_event::Column::Sequence.max(), "last")
        .filter(ledger_event::Column::OrganizationId.eq(organization))
        .filter(ledger_event::Column::EntryId.is_not_null())
        .group_by(ledger_event::Column::EntryId)
        .order_by_asc(ledger_event::Column::EntryId)
        .limit(PART);
    if let Some(after) = after {
        page = page.filter(ledger_event::Column::EntryId.gt(after));
    }
    page.into_tuple().all(tx).await
}

/// What some events say, by their numbers; those that cannot be read are left out.
async fn said(
    tx: &DatabaseTransaction,
    organization: OrganizationId,
    numbers: &[i64],
) -> Result<HashMap<i64, (Option<EntryId>, Payload)>, DbErr> {
    let events = ledger_event::Entity::find()
        .filter(ledger_event::Column::OrganizationId.eq(organization))
        .filter(ledger_event::Column::Sequence.is_in(numbers.iter().copied()))
        .all(tx)
        .await?;
    Ok(events
        .into_iter()
        .filter_map(|it| {
            let payload = serde_json::from_str(&it.payload).ok()?;
            Some((it.sequence, (it.entry_id, payload)))
        })
        .collect())
}

/// Those of some events that took an entry away.
async fn gone(
    tx: &DatabaseTransaction,
    organization: OrganizationId,
    numbers: &[i64],
) -> Result<Vec<i64>, DbErr> {
    ledger_event::Entity::find()
        .select_only()
        .column(ledger_event::Column::Sequence)
        .filter(ledger_event::Column::OrganizationId.eq(organization))
        .filter(ledger_event::Column::Sequence.is_in(numbers.iter().copied()))
        .filter(ledger_event::Column::Kind.eq(EventKind::Deleted.word()))
        .into_tuple()
        .all(tx)
        .await
}

/// Entries as they are stored.
#[derive(Default)]
struct Stored {
    rows: HashMap<EntryId, hour_entry::Model>,
    days: HashMap<EntryId, Vec<DayShare>>,
    /// Those that cannot be read.
    illegible: HashSet<EntryId>,
}

async fn stored(tx: &DatabaseTransaction, ids: Vec<EntryId>) -> Result<Stored, DbErr> {
    let rows = hour_entry::Entity::find()
        .filter(hour_entry::Column::Id.is_in(ids.iter().copied()))
        .all(tx)
        .await?;
    // The days of another organization or person than the entry's would count elsewhere.
    let misplaced: Vec<EntryId> = hour_entry_day::Entity::find()
        .select_only()
        .column(hour_entry_day::Column::EntryId)
        .join(sea_orm::JoinType::InnerJoin, store::entry_of_day())
        .filter(hour_entry_day::Column::EntryId.is_in(ids.iter().copied()))
        .filter(
            Condition::any()
                .add(Expr::cust(
                    "hour_entry_day.organization_id <> hour_entry.organization_id",
                ))
                .add(Expr::cust(
                    "coalesce(hour_entry_day.person_id <> hour_entry.person_id, \
                     (hour_entry_day.person_id is null) <> (hour_entry.person_id is null))",
                )),
        )
        .into_tuple()
        .all(tx)
        .await?;
    let mut days = store::days_of(tx, &ids).await?;
    for id in misplaced {
        days.remove(&id);
    }
    Ok(Stored {
        rows: rows.into_iter().map(|it| (it.id, it)).collect(),
        days,
        illegible: HashSet::new(),
    })
}

/// Those of some entries that can be read; of the others it notes that they do not fit.
async fn legible(
    tx: &DatabaseTransaction,
    last: &[(EntryId, i64)],
    found: &mut Found,
) -> Result<Stored, DbErr> {
    let mut all = Stored::default();
    for (id, sequence) in last {
        match stored(tx, vec![*id]).await {
            Ok(one) => {
                all.rows.extend(one.rows);
                all.days.extend(one.days);
            }
            Err(error) if is_unreadable(&error) => {
                all.illegible.insert(*id);
                found.add(*sequence, Fault::Entry);
            }
            Err(error) => return Err(error),
        }
    }
    Ok(all)
}

/// How many entries are stored that no event wrote.
async fn strays(tx: &DatabaseTransaction, organization: OrganizationId) -> Result<u64, DbErr> {
    let told = Query::select()
        .expr(Expr::val(1))
        .from(ledger_event::Entity)
        .and_where(Expr::cust("ledger_event.entry_id = hour_entry.id"))
        .and_where(Expr::cust(
            "ledger_event.organization_id = hour_entry.organization_id",
        ))
        .to_owned();
    hour_entry::Entity::find()
        .filter(hour_entry::Column::OrganizationId.eq(organization))
        .filter(Condition::not(Expr::exists(told).into()))
        .count(tx)
        .await
}

/// The lowest of the last events of some entries; `None` where no event tells of any.
pub(super) async fn first_of_last(
    tx: &DatabaseTransaction,
    ids: &[EntryId],
) -> Result<Option<i64>, DbErr> {
    let mut first: Option<i64> = None;
    for ids in ids.chunks(usize::try_from(PART).unwrap_or(usize::MAX)) {
        let last: Vec<i64> = ledger_event::Entity::find()
            .select_only()
            .column_as(ledger_event::Column::Sequence.max(), "last")
            .filter(ledger_event::Column::EntryId.is_in(ids.iter().copied()))
            .group_by(ledger_event::Column::EntryId)
            .into_tuple()
            .all(tx)
            .await?;
        first = first.into_iter().chain(last).min();
    }
    Ok(first)
}
