//! How entries stood at an earlier position of their chain.
//!
//! Events hold how an entry stands after them, so that the past is read and not worked back. What
//! figures make of it is not known here.

use std::collections::BTreeMap;

use chrono::DateTime;
use chrono::NaiveDate;
use chrono::Utc;
use entity::hour_entry;
use entity::ids::EntryId;
use entity::ids::OrganizationId;
use entity::ids::PersonId;
use entity::ids::ProjectId;
use entity::ids::TerritoryId;
use entity::ledger_event;
use entity::ledger_head;
use entity::types::EntryStatus;
use entity::types::EvidenceLevel;
use sea_orm::ConnectionTrait;
use sea_orm::DbErr;
use sea_orm::EntityTrait;
use sea_orm::FromQueryResult;
use sea_orm::QuerySelect;
use sea_orm::Statement;
use sea_orm::sea_query::Expr;
use sea_orm::sea_query::ExprTrait;
use sea_orm::sea_query::Query;
use sea_orm::sea_query::SimpleExpr;

use crate::hours::ledger::event::EventKind;
use crate::hours::ledger::event::Payload;

/// An entry as it stood.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stood {
    /// The entry.
    pub entry: EntryId,
    /// Its project.
    pub project: ProjectId,
    /// Where the work was done.
    pub territory: TerritoryId,
    /// Its state.
    pub status: EntryStatus,
    /// What showed it.
    pub evidence: EvidenceLevel,
    /// Who worked; `None` for a group.
    pub person: Option<PersonId>,
    /// 1 unless a group.
    pub headcount: i32,
    /// Minutes of all its people together, by civil day.
    pub days: Vec<(NaiveDate, i32)>,
}

/// A chain and a position in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, FromQueryResult)]
pub struct Position {
    /// The organization.
    pub organization_id: OrganizationId,
    /// Number of the last event of the chain.
    pub head: i64,
    /// Number of the last event up to the instant; 0 before the first.
    pub sequence: i64,
}

#[derive(FromQueryResult)]
struct Found {
    entry_id: EntryId,
    kind: String,
    payload: String,
}

/// The chains to which something happened after an instant, each with its position then.
///
/// # Errors
/// [`DbErr`].
pub async fn positions(
    db: &impl ConnectionTrait,
    instant: DateTime<Utc>,
) -> Result<Vec<Position>, DbErr> {
    // Events are numbered in the order of their commits, which clocks of several instances may not
    // follow: the first later one ends what was known.
    let sql = "select organization_id, head, next - 1 as sequence from ( \
                 select ledger_head.organization_id, ledger_head.sequence as head, \
                   (select min(later.sequence) from ledger_event later \
                     where later.organization_id = ledger_head.organization_id \
                       and later.recorded_at > $1) as next \
                 from ledger_head) chain \
               where next is not null order by organization_id";
    let values = [instant.into()];
    let statement = Statement::from_sql_and_values(db.get_database_backend(), sql, values);
    Position::find_by_statement(statement).all(db).await
}

/// How far each chain goes: the number of its last event, those of an instant where one is given.
///
/// An instant and what was seen then are two things: an event that was under way at it is recorded before
/// it, and seen later. Whoever must come back to exactly what was seen keeps this.
pub type Reach = BTreeMap<OrganizationId, i64>;

/// How far each chain goes in the state that `db` sees, or went at an instant.
///
/// # Errors
/// [`DbErr`].
pub async fn reach(db: &impl ConnectionTrait, at: Option<DateTime<Utc>>) -> Result<Reach, DbErr> {
    let heads = ledger_head::Entity::find()
        .select_only()
        .column(ledger_head::Column::OrganizationId)
        .column(ledger_head::Column::Sequence)
        .into_tuple::<(OrganizationId, i64)>()
        .all(db)
        .await?;
    let mut reach: Reach = heads.into_iter().collect();
    if let Some(at) = at {
        let earlier = positions(db, at).await?;
        reach.extend(earlier.iter().map(|it| (it.organization_id, it.sequence)));
    }
    reach.retain(|_, sequence| *sequence > 0);
    Ok(reach)
}

/// How the entries of an organization to which something happened after a position stood at it. Those that were not written yet, or were taken away already, are missing.
///
/// # Errors
/// [`DbErr`]; of an event that cannot be read its entry.
pub async fn stood(
    db: &impl ConnectionTrait,
    organization: OrganizationId,
    position: i64,
) -> Result<Vec<Stood>, DbErr> {
    stood_where(db, organization, position, None).await
}

/// How one entry, to which something happened after a position of its chain, stood at it; `None` where it was
/// not written yet, or nothing happened to it since.
///
/// # Errors
/// As [`stood`].
pub async fn stood_of(
    db: &impl ConnectionTrait,
    (organization, position): (OrganizationId, i64),
    entry: EntryId,
) -> Result<Option<Stood>, DbErr> {
    let found = stood_where(db, organization, position, Some(entry)).await?;
    Ok(found.into_iter().next())
}

async fn stood_where(
    db: &impl ConnectionTrait,
    organization: OrganizationId,
    position: i64,
    only: Option<EntryId>,
) -> Result<Vec<Stood>, DbErr> {
    if position == 0 {
        return Ok(Vec::new());
    }
    // A proposed correction changes nothing yet: its event says what it proposes.
    let proposed = EventKind::AmendmentProposed.word();
    let of_one = only.map_or("", |_| "and entry_id = $3");
    let sql = format!(
        "select event.entry_id, event.kind, event.payload \
         from (select distinct entry_id from ledger_event \
               where organization_id = $1 and sequence > $2 and entry_id is not null {of_one}) later \
         join ledger_event event on event.entry_id = later.entry_id \
           and event.organization_id = $1 and event.sequence = ( \
             select max(earlier.sequence) from ledger_event earlier \
             where earlier.entry_id = later.entry_id and earlier.organization_id = $1 \
               and earlier.sequence <= $2 and earlier.kind <> '{proposed}')"
    );
    let mut values: Vec<sea_orm::Value> = vec![organization.into(), position.into()];
    values.extend(only.map(sea_orm::Value::from));
    let statement = Statement::from_sql_and_values(db.get_database_backend(), sql, values);
    let found = Found::find_by_statement(statement).all(db).await?;
    let deleted = EventKind::Deleted.word();
    found
        .into_iter()
        .filter(|it| it.kind != deleted)
        .map(|it| read(&it))
        .collect()
}

/// Of rows of `hour_entry`: whether something happened to the entry after a position of its chain.
#[must_use]
pub fn touched_after(position: i64) -> SimpleExpr {
    let later = Query::select()
        .expr(Expr::value(1))
        .from(ledger_event::Entity)
        .and_where(
            Expr::col((ledger_event::Entity, ledger_event::Column::EntryId))
                .equals((hour_entry::Entity, hour_entry::Column::Id)),
        )
        .and_where(Expr::col((ledger_event::Entity, ledger_event::Column::Sequence)).gt(position))
        .to_owned();
    Expr::exists(later)
}

fn read(found: &Found) -> Result<Stood, DbErr> {
    let payload: Payload = serde_json::from_str(&found.payload)
        .map_err(|cause| DbErr::Custom(format!("event of {}: {cause}", found.entry_id)))?;
    Ok(Stood {
        entry: found.entry_id,
        project: ProjectId(payload.project),
        territory: TerritoryId(payload.territory),
        status: payload.status,
        evidence: payload.evidence,
        person: payload.person.map(PersonId),
        headcount: payload.headcount,
        days: payload.days,
    })
}
