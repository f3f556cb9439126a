//! Compares what is stored beside a chain with what its events say: reasons, entries, corrections.
//!
//! Whether the chain itself is whole has been seen before.

use std::collections::HashMap;

use entity::hour_entry;
use entity::hour_entry_amendment;
use entity::hour_entry_day;
use entity::ids::AmendmentId;
use entity::ids::EntryId;
use entity::ids::OrganizationId;
use entity::ledger_event;
use entity::ledger_note;
use sea_orm::ColumnTrait;
use sea_orm::Condition;
use sea_orm::DatabaseTransaction;
use sea_orm::DbErr;
use sea_orm::EntityTrait;
use sea_orm::QueryFilter;
use sea_orm::QueryOrder;
use sea_orm::QuerySelect;
use sea_orm::sea_query::Expr;
use sea_orm::sea_query::Query;

use crate::hours::days::DayShare;
use crate::hours::ledger::check::Fault;
use crate::hours::ledger::check::Halt;
use crate::hours::ledger::check::is_unreadable;
use crate::hours::ledger::event::EventKind;
use crate::hours::ledger::event::Payload;
use crate::hours::ledger::seal;
use crate::hours::store;
use crate::platform::crypto::Keys;

/// Rows of one statement.
const PART: u64 = 1_000;
/// Every reason is the one that was given. One that is gone was erased on request.
pub(super) async fn notes(
    keys: &Keys,
    tx: &DatabaseTransaction,
    organization: OrganizationId,
) -> Result<(), Halt> {
    let mut after = 0;
    loop {
        let rows = ledger_note::Entity::find()
            .filter(ledger_note::Column::OrganizationId.eq(organization))
            .filter(ledger_note::Column::Sequence.gt(after))
            .order_by_asc(ledger_note::Column::Sequence)
            .limit(PART)
            .all(tx)
            .await?;
        let Some(last) = rows.last() else {
            return Ok(());
        };
        after = last.sequence;
        let numbers: Vec<i64> = rows.iter().map(|it| it.sequence).collect();
        let events = said(tx, organization, &numbers).await?;
        for row in rows {
            let told = events.get(&row.sequence).and_then(|(entry, payload)| {
                let given = seal::note(keys, (*entry)?, payload.version, &row.text);
                Some(payload.note.as_ref() == Some(&given))
            });
            if told != Some(true) {
                return Err(Halt::Broken(row.sequence, Fault::Note));
            }
        }
    }
}

/// Every entry is as its last event left it, and none is missing or beside the chain; how many.
pub(super) async fn entries(
    keys: &Keys,
    tx: &DatabaseTransaction,
    organization: OrganizationId,
) -> Result<u64, Halt> {
    let mut compared = 0;
    let mut after = None;
    loop {
        let last = last_events(tx, organization, after).await?;
        let Some((end, _)) = last.last() else { break };
        after = Some(*end);
        let ids: Vec<EntryId> = last.iter().map(|(id, _)| *id).collect();
        let numbers: Vec<i64> = last.iter().map(|(_, number)| *number).collect();
        let events = said(tx, organization, &numbers).await?;
        let gone = gone(tx, organization, &numbers).await?;
        let (rows, days) = match stored(tx, &ids).await {
            Ok(stored) => stored,
            Err(error) if is_unreadable(&error) => {
                return Err(unreadable(tx, &last).await?);
            }
            Err(error) => return Err(error.into()),
        };
        for (id, sequence) in last {
            let days = days.get(&id).map(Vec::as_slice).unwrap_or_default();
            match (rows.get(&id), gone.contains(&sequence)) {
                (None, true) => {}
                (None, false) => return Err(Halt::Broken(sequence, Fault::EntryMissing)),
                (Some(_), true) => return Err(Halt::Broken(sequence, Fault::EntryUnknown)),
                (Some(row), false) => {
                    let told = events.get(&sequence).map(|(_, it)| it.seal.as_str());
                    if told != Some(seal::entry(keys, row, days).as_str()) {
                        return Err(Halt::Broken(sequence, Fault::Entry));
                    }
                    compared += 1;
                }
            }
        }
    }
    stray(tx, organization).await?;
    Ok(compared)
}

/// Every correction is as its last event left it.
pub(super) async fn amendments(
    keys: &Keys,
    tx: &DatabaseTransaction,
    organization: OrganizationId,
) -> Result<(), Halt> {
    let mut after: Option<AmendmentId> = None;
    loop {
        let mut page = hour_entry_amendment::Entity::find()
            .filter(hour_entry_amendment::Column::OrganizationId.eq(organization))
            .order_by_asc(hour_entry_amendment::Column::Id)
            .limit(PART);
        if let Some(after) = after {
            page = page.filter(hour_entry_amendment::Column::Id.gt(after));
        }
        let rows = match page.all(tx).await {
            Ok(rows) => rows,
            Err(error) if is_unreadable(&error) => return Err(Halt::Broken(0, Fault::Amendment)),
            Err(error) => return Err(error.into()),
        };
        let Some(last) = rows.last() else {
            return Ok(());
        };
        after = Some(last.id);
        let told = proposals(tx, organization, &rows).await?;
        for row in rows {
            let (sequence, proposal) = told.get(&row.id).cloned().unwrap_or_default();
            if proposal.as_deref() != Some(&seal::amendment(keys, &row)) {
                return Err(Halt::Broken(sequence, Fault::Amendment));
            }
        }
    }
}

/// The last event of each correction, with the seal that it gave.
async fn proposals(
    tx: &DatabaseTransaction,
    organization: OrganizationId,
    rows: &[hour_entry_amendment::Model],
) -> Result<HashMap<AmendmentId, (i64, Option<String>)>, DbErr> {
    let kinds = EventKind::ALL.map(EventKind::word);
    let events = ledger_event::Entity::find()
        .filter(ledger_event::Column::OrganizationId.eq(organization))
        .filter(ledger_event::Column::EntryId.is_in(rows.iter().map(|it| it.entry_id)))
        .filter(
            ledger_event::Column::Kind
                .is_in(kinds.into_iter().filter(|it| it.starts_with("AMENDMENT_"))),
        )
        .order_by_asc(ledger_event::Column::Sequence)
        .all(tx)
        .await?;
    let mut last = HashMap::new();
    for event in events {
        if let Ok(payload) = serde_json::from_str::<Payload>(&event.payload)
            && let Some(id) = payload.amendment
        {
            last.insert(AmendmentId(id), (event.sequence, payload.proposal));
        }
    }
    Ok(last)
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

type Stored = (
    HashMap<EntryId, hour_entry::Model>,
    HashMap<EntryId, Vec<DayShare>>,
);

async fn stored(tx: &DatabaseTransaction, ids: &[EntryId]) -> Result<Stored, DbErr> {
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
    let mut days = store::days_of(tx, ids).await?;
    for id in misplaced {
        days.remove(&id);
    }
    Ok((rows.into_iter().map(|it| (it.id, it)).collect(), days))
}

/// The first of some entries that cannot be read.
async fn unreadable(tx: &DatabaseTransaction, last: &[(EntryId, i64)]) -> Result<Halt, Halt> {
    for (id, sequence) in last {
        match stored(tx, &[*id]).await {
            Ok(_) => {}
            Err(error) if is_unreadable(&error) => {
                return Ok(Halt::Broken(*sequence, Fault::Entry));
            }
            Err(error) => return Err(error.into()),
        }
    }
    Ok(Halt::Failed(DbErr::RecordNotFound(
        "an entry that cannot be read".to_owned(),
    )))
}

/// No entry is stored that no event wrote.
async fn stray(tx: &DatabaseTransaction, organization: OrganizationId) -> Result<(), Halt> {
    let told = Query::select()
        .expr(Expr::val(1))
        .from(ledger_event::Entity)
        .and_where(Expr::cust("ledger_event.entry_id = hour_entry.id"))
        .and_where(Expr::cust(
            "ledger_event.organization_id = hour_entry.organization_id",
        ))
        .to_owned();
    let found: Option<EntryId> = hour_entry::Entity::find()
        .select_only()
        .column(hour_entry::Column::Id)
        .filter(hour_entry::Column::OrganizationId.eq(organization))
        .filter(Condition::not(Expr::exists(told).into()))
        .limit(1)
        .into_tuple()
        .one(tx)
        .await?;
    match found {
        None => Ok(()),
        Some(id) => Err(Halt::Broken(last_of(tx, id).await?, Fault::EntryUnknown)),
    }
}

/// Number of the last event of an entry; 0 where there is none.
pub(super) async fn last_of(tx: &DatabaseTransaction, id: EntryId) -> Result<i64, DbErr> {
    let last: Option<Option<i64>> = ledger_event::Entity::find()
        .select_only()
        .column_as(ledger_event::Column::Sequence.max(), "last")
        .filter(ledger_event::Column::EntryId.eq(id))
        .into_tuple()
        .one(tx)
        .await?;
    Ok(last.flatten().unwrap_or_default())
}
