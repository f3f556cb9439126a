//! The history of one entry: who did what when and why, read from the ledger.
//!
//! What a stranger may see of it is decided where the entry is read.

use std::collections::BTreeMap;
use std::collections::HashMap;

use chrono::DateTime;
use chrono::NaiveDate;
use chrono::Utc;
use entity::ids::EntryId;
use entity::ids::OrganizationId;
use entity::ids::ProjectId;
use entity::ledger_event;
use entity::ledger_note;
use entity::types::EntryStatus;
use sea_orm::ColumnTrait;
use sea_orm::ConnectionTrait;
use sea_orm::DbErr;
use sea_orm::EntityTrait;
use sea_orm::FromQueryResult;
use sea_orm::Iterable;
use sea_orm::Order;
use sea_orm::QueryFilter;
use sea_orm::QuerySelect;
use sea_orm::Select;
use sea_orm::sea_query::Expr;
use sea_orm::sea_query::ExprTrait;
use sea_orm::sea_query::Query;

use crate::hours::ledger::event::By;
use crate::hours::ledger::event::EventKind;
use crate::hours::ledger::event::Payload;
use crate::platform::page::Direction;
use crate::platform::page::Page;
use crate::platform::page::Slice;

/// One thing that happened to an entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Happening {
    /// To which entry.
    pub entry: EntryId,
    /// Number of the event in its organization's chain.
    pub sequence: i64,
    /// When.
    pub recorded_at: DateTime<Utc>,
    /// What.
    pub kind: EventKind,
    /// By whom or what; `None` for the operator of the server.
    pub by: Option<By>,
    /// Why, where a reason was given and not erased.
    pub reason: Option<String>,
    /// The version of the entry from then on.
    pub version: i32,
    /// Where it stood from then on.
    pub status: EntryStatus,
    /// Its project then; of a proposed correction, the proposed one. The same holds for all below.
    pub project: ProjectId,
    /// Its day.
    pub worked_on: NaiveDate,
    /// Its start, of an interval.
    pub started_at: Option<DateTime<Utc>>,
    /// Its end, of an interval.
    pub ended_at: Option<DateTime<Utc>>,
    /// Its minutes, for each person.
    pub minutes: i32,
    /// Its minutes of all people together.
    pub total_minutes: i32,
    /// SHA-256 of the event in the chain.
    pub hash: Vec<u8>,
}

/// A page of what happened to an entry, oldest first.
///
/// # Errors
/// [`DbErr`].
pub async fn history(
    conn: &impl ConnectionTrait,
    entry: EntryId,
    page: &Page<i64>,
) -> Result<Slice<Happening>, DbErr> {
    let columns = [Expr::col(ledger_event::Column::Sequence)];
    let select = page.narrow(of(entry), &columns, Direction::Ascending, |it| {
        vec![Expr::value(*it)]
    });
    let slice = page.slice(select.all(conn).await?);
    Ok(Slice {
        rows: told(conn, slice.rows).await?,
        has_previous: slice.has_previous,
        has_next: slice.has_next,
    })
}

/// The first pages of what happened to several entries, by one statement for all.
///
/// # Errors
/// [`DbErr`].
pub async fn histories(
    conn: &impl ConnectionTrait,
    entries: &[EntryId],
    limit: u64,
) -> Result<HashMap<EntryId, Slice<Happening>>, DbErr> {
    let place = "row_number() over (partition by entry_id order by sequence)";
    let numbered = Query::select()
        .columns(ledger_event::Column::iter())
        .expr_as(Expr::cust(place), "place")
        .from(ledger_event::Entity)
        .and_where(ledger_event::Column::EntryId.is_in(entries.iter().copied()))
        .to_owned();
    let first = Query::select()
        .columns(ledger_event::Column::iter())
        .from_subquery(numbered, "numbered")
        // One more than a page, to know whether there is another.
        .and_where(Expr::col("place").lte(limit.saturating_add(1)))
        .order_by(ledger_event::Column::EntryId, Order::Asc)
        .order_by(ledger_event::Column::Sequence, Order::Asc)
        .to_owned();
    let statement = conn.get_database_backend().build(&first);
    let events = ledger_event::Model::find_by_statement(statement)
        .all(conn)
        .await?;
    let mut of_entries: HashMap<EntryId, Vec<Happening>> = HashMap::new();
    for happening in told(conn, events).await? {
        of_entries
            .entry(happening.entry)
            .or_default()
            .push(happening);
    }
    let page = Page::<i64>::first(limit);
    Ok(of_entries
        .into_iter()
        .map(|(entry, rows)| (entry, page.slice(rows)))
        .collect())
}

/// How many things happened to several entries.
///
/// # Errors
/// [`DbErr`].
pub async fn history_counts(
    conn: &impl ConnectionTrait,
    entries: &[EntryId],
) -> Result<HashMap<EntryId, i64>, DbErr> {
    let rows: Vec<(EntryId, i64)> = ledger_event::Entity::find()
        .select_only()
        .column(ledger_event::Column::EntryId)
        .column_as(ledger_event::Column::Sequence.count(), "count")
        .filter(ledger_event::Column::EntryId.is_in(entries.iter().copied()))
        .group_by(ledger_event::Column::EntryId)
        .into_tuple()
        .all(conn)
        .await?;
    Ok(rows.into_iter().collect())
}

fn of(entry: EntryId) -> Select<ledger_event::Entity> {
    ledger_event::Entity::find().filter(ledger_event::Column::EntryId.eq(entry))
}

/// What events say, in their order, with the reasons beside them.
async fn told(
    conn: &impl ConnectionTrait,
    events: Vec<ledger_event::Model>,
) -> Result<Vec<Happening>, DbErr> {
    let mut numbers: BTreeMap<OrganizationId, Vec<i64>> = BTreeMap::new();
    for event in &events {
        let of_organization = numbers.entry(event.organization_id).or_default();
        of_organization.push(event.sequence);
    }
    let mut notes = HashMap::new();
    for (organization, numbers) in numbers {
        let found = ledger_note::Entity::find()
            .filter(ledger_note::Column::OrganizationId.eq(organization))
            .filter(ledger_note::Column::Sequence.is_in(numbers))
            .all(conn)
            .await?;
        notes.extend(
            found
                .into_iter()
                .map(|it| ((it.organization_id, it.sequence), it.text)),
        );
    }
    Ok(events
        .into_iter()
        .filter_map(|event| {
            let reason = notes.remove(&(event.organization_id, event.sequence));
            happening(event, reason)
        })
        .collect())
}

/// What an event says; `None` for one that was altered beyond reading, which the check of the chain
/// names.
fn happening(event: ledger_event::Model, reason: Option<String>) -> Option<Happening> {
    let payload: Payload = serde_json::from_str(&event.payload).ok()?;
    let instant = |text: Option<String>| text.and_then(|it| it.parse().ok());
    Some(Happening {
        entry: event.entry_id?,
        sequence: event.sequence,
        recorded_at: event.recorded_at,
        kind: EventKind::of_word(&event.kind)?,
        by: payload.actor,
        reason,
        version: payload.version,
        status: payload.status,
        project: ProjectId(payload.project),
        worked_on: payload.worked_on,
        started_at: instant(payload.started_at),
        ended_at: instant(payload.ended_at),
        minutes: payload.minutes,
        total_minutes: payload.total_minutes,
        hash: event.hash,
    })
}
