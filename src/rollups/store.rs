//! Statements about cells, and about up to where chains are folded.
//!
//! Whose cells they may be is the scope's word; nothing is decided here. What cells are cut and laid out by
//! is in `basis`, sheets in `shelf`.

use std::collections::BTreeMap;
use std::collections::BTreeSet;

use chrono::NaiveDate;
use entity::ids::OrganizationId;
use entity::ids::ProjectId;
use entity::ids::TerritoryId;
use entity::ledger_head;
use entity::rollup_cell;
use entity::rollup_mark;
use entity::rollup_month;
use entity::rollup_number;
use entity::rollup_sheet;
use entity::rollup_stale;
use entity::types::EntryStatus;
use entity::types::EvidenceLevel;
use roaring::RoaringBitmap;
use sea_orm::ActiveValue;
use sea_orm::ColumnTrait;
use sea_orm::Condition;
use sea_orm::ConnectionTrait;
use sea_orm::DbErr;
use sea_orm::EntityTrait;
use sea_orm::FromQueryResult;
use sea_orm::IntoActiveModel;
use sea_orm::QueryFilter;
use sea_orm::QueryOrder;
use sea_orm::QuerySelect;
use sea_orm::sea_query::Alias;
use sea_orm::sea_query::Expr;
use sea_orm::sea_query::ExprTrait;
use sea_orm::sea_query::OnConflict;
use sea_orm::sea_query::Query;

use crate::platform::db::Tx;
use crate::rollups::basis;
use crate::rollups::cell::Cell;
use crate::rollups::cell::Cells;
use crate::rollups::cell::Key;

/// Rows of one statement: thirteen values each, below what either database takes.
const CHUNK: usize = 2_000;
/// Keys of one statement: six values each.
const KEYS: usize = 200;
/// Ids of one statement.
pub(super) const IDS: usize = 10_000;

/// A chain, and up to where it is folded.
#[derive(Clone, Copy, Debug, FromQueryResult)]
pub struct Due {
    /// The organization.
    pub organization_id: OrganizationId,
    /// Number of its last event.
    pub head: i64,
    /// Number of the last event folded.
    pub mark: i64,
}

/// Chains with events that are not folded, at most so many.
pub async fn due(
    db: &impl ConnectionTrait,
    of: Option<OrganizationId>,
    most: u64,
) -> Result<Vec<Due>, DbErr> {
    let mark = Expr::cust("coalesce(rollup_mark.sequence, 0)");
    let select = Query::select()
        .expr_as(head(ledger_head::Column::OrganizationId), "organization_id")
        .expr_as(head(ledger_head::Column::Sequence), "head")
        .expr_as(mark.clone(), "mark")
        .from(ledger_head::Entity)
        .left_join(
            rollup_mark::Entity,
            head(ledger_head::Column::OrganizationId)
                .equals((rollup_mark::Entity, rollup_mark::Column::OrganizationId)),
        )
        .and_where(head(ledger_head::Column::Sequence).gt(mark))
        .and_where_option(of.map(|it| head(ledger_head::Column::OrganizationId).eq(it)))
        .order_by(
            (ledger_head::Entity, ledger_head::Column::OrganizationId),
            sea_orm::Order::Asc,
        )
        .limit(most)
        .to_owned();
    Due::find_by_statement(db.get_database_backend().build(&select))
        .all(db)
        .await
}

/// A column of the heads of chains.
pub(super) fn head(column: ledger_head::Column) -> Expr {
    Expr::col((ledger_head::Entity, column))
}

/// Changes of shares that are not folded.
pub async fn stale(db: &impl ConnectionTrait) -> Result<Vec<rollup_stale::Model>, DbErr> {
    rollup_stale::Entity::find()
        .order_by_asc(rollup_stale::Column::Id)
        .all(db)
        .await
}

/// Whether shares changed that are not folded.
pub async fn is_stale(db: &impl ConnectionTrait) -> Result<bool, DbErr> {
    Ok(rollup_stale::Entity::find().one(db).await?.is_some())
}

/// Forgets changes of shares up to one.
pub async fn folded_shares(tx: &Tx, last: i32) -> Result<(), DbErr> {
    rollup_stale::Entity::delete_many()
        .filter(rollup_stale::Column::Id.lte(last))
        .exec(&**tx)
        .await?;
    Ok(())
}

/// Notes up to which event a chain is folded.
pub async fn mark(tx: &Tx, organization: OrganizationId, sequence: i64) -> Result<(), DbErr> {
    let row = rollup_mark::Model {
        organization_id: organization,
        sequence,
    };
    let on_conflict = OnConflict::column(rollup_mark::Column::OrganizationId)
        .update_column(rollup_mark::Column::Sequence)
        .to_owned();
    rollup_mark::Entity::insert(row.into_active_model())
        .on_conflict(on_conflict)
        .exec_without_returning(&**tx)
        .await?;
    Ok(())
}

#[derive(FromQueryResult)]
struct Row {
    project_id: ProjectId,
    month: NaiveDate,
    segment: NaiveDate,
    territory_id: TerritoryId,
    status: EntryStatus,
    evidence_level: EvidenceLevel,
    organization_id: OrganizationId,
    organization_number: i32,
    project_number: i32,
    minutes: i64,
    group_minutes: i64,
    entries: i64,
    participations: i64,
    carried: i64,
    people: Vec<u8>,
}

/// The stored cells that meet a condition on `rollup_cell`.
pub async fn cells(db: &impl ConnectionTrait, condition: Condition) -> Result<Cells, DbErr> {
    let of_organization = Alias::new("of_organization");
    let of_project = Alias::new("of_project");
    let column = |it| Expr::col((rollup_cell::Entity, it));
    let select = Query::select()
        .columns(
            [
                rollup_cell::Column::ProjectId,
                rollup_cell::Column::Month,
                rollup_cell::Column::Segment,
                rollup_cell::Column::TerritoryId,
                rollup_cell::Column::Status,
                rollup_cell::Column::EvidenceLevel,
                rollup_cell::Column::OrganizationId,
                rollup_cell::Column::Minutes,
                rollup_cell::Column::GroupMinutes,
                rollup_cell::Column::Entries,
                rollup_cell::Column::Participations,
                rollup_cell::Column::Carried,
                rollup_cell::Column::People,
            ]
            .map(|it| (rollup_cell::Entity, it)),
        )
        .expr_as(
            Expr::col((of_organization.clone(), rollup_number::Column::Number)),
            "organization_number",
        )
        .expr_as(
            Expr::col((of_project.clone(), rollup_number::Column::Number)),
            "project_number",
        )
        .from(rollup_cell::Entity)
        .join_as(
            sea_orm::JoinType::InnerJoin,
            rollup_number::Entity,
            of_organization.clone(),
            column(rollup_cell::Column::OrganizationId)
                .equals((of_organization, rollup_number::Column::Id)),
        )
        .join_as(
            sea_orm::JoinType::InnerJoin,
            rollup_number::Entity,
            of_project.clone(),
            column(rollup_cell::Column::ProjectId).equals((of_project, rollup_number::Column::Id)),
        )
        .cond_where(condition)
        .to_owned();
    let rows = Row::find_by_statement(db.get_database_backend().build(&select))
        .all(db)
        .await?;
    rows.into_iter().map(read).collect()
}

fn read(row: Row) -> Result<(Key, Cell), DbErr> {
    let people = RoaringBitmap::deserialize_from(row.people.as_slice()).map_err(|cause| {
        DbErr::Custom(format!("people of a cell of {}: {cause}", row.project_id))
    })?;
    let key = Key {
        project: row.project_id,
        month: row.month,
        segment: row.segment,
        territory: row.territory_id,
        status: row.status,
        evidence: row.evidence_level,
    };
    let cell = Cell {
        organization: row.organization_id,
        organization_number: row.organization_number.unsigned_abs(),
        project_number: row.project_number.unsigned_abs(),
        minutes: row.minutes,
        group_minutes: row.group_minutes,
        entries: row.entries,
        participations: row.participations,
        carried: row.carried,
        people,
    };
    Ok((key, cell))
}

/// Takes cells away.
pub async fn remove(tx: &Tx, keys: &[Key]) -> Result<(), DbErr> {
    for chunk in keys.chunks(KEYS) {
        let mut any = Condition::any();
        for key in chunk {
            any = any.add(
                Condition::all()
                    .add(rollup_cell::Column::ProjectId.eq(key.project))
                    .add(rollup_cell::Column::Month.eq(key.month))
                    .add(rollup_cell::Column::Segment.eq(key.segment))
                    .add(rollup_cell::Column::TerritoryId.eq(key.territory))
                    .add(rollup_cell::Column::Status.eq(key.status))
                    .add(rollup_cell::Column::EvidenceLevel.eq(key.evidence)),
            );
        }
        rollup_cell::Entity::delete_many()
            .filter(any)
            .exec(&**tx)
            .await?;
    }
    Ok(())
}

/// Writes cells that are not there.
pub async fn insert(tx: &Tx, cells: &[(&Key, &Cell)]) -> Result<(), DbErr> {
    for chunk in cells.chunks(CHUNK) {
        let mut rows = Vec::with_capacity(chunk.len());
        for (key, cell) in chunk {
            let mut people = Vec::with_capacity(cell.people.serialized_size());
            // Writing to memory does not fail.
            let written = cell.people.serialize_into(&mut people);
            written.map_err(|cause| DbErr::Custom(cause.to_string()))?;
            rows.push(rollup_cell::ActiveModel {
                project_id: ActiveValue::Set(key.project),
                month: ActiveValue::Set(key.month),
                segment: ActiveValue::Set(key.segment),
                territory_id: ActiveValue::Set(key.territory),
                status: ActiveValue::Set(key.status),
                evidence_level: ActiveValue::Set(key.evidence),
                organization_id: ActiveValue::Set(cell.organization),
                minutes: ActiveValue::Set(cell.minutes),
                group_minutes: ActiveValue::Set(cell.group_minutes),
                entries: ActiveValue::Set(cell.entries),
                participations: ActiveValue::Set(cell.participations),
                carried: ActiveValue::Set(cell.carried),
                people: ActiveValue::Set(people),
            });
        }
        rollup_cell::Entity::insert_many(rows)
            .exec_without_returning(&**tx)
            .await?;
    }
    Ok(())
}

/// Notes anew in which of these months an organization has entries of which state.
pub async fn renew_months(
    tx: &Tx,
    organization: OrganizationId,
    months: &[NaiveDate],
) -> Result<(), DbErr> {
    rollup_month::Entity::delete_many()
        .filter(rollup_month::Column::OrganizationId.eq(organization))
        .filter(rollup_month::Column::Month.is_in(months.iter().copied()))
        .exec(&**tx)
        .await?;
    let select = Query::select()
        .distinct()
        .columns([
            rollup_cell::Column::OrganizationId,
            rollup_cell::Column::Month,
            rollup_cell::Column::Status,
        ])
        .from(rollup_cell::Entity)
        .and_where(rollup_cell::Column::OrganizationId.eq(organization))
        .and_where(rollup_cell::Column::Month.is_in(months.iter().copied()))
        .to_owned();
    let mut insert = Query::insert();
    insert.into_table(rollup_month::Entity).columns([
        rollup_month::Column::OrganizationId,
        rollup_month::Column::Month,
        rollup_month::Column::Status,
    ]);
    insert
        .select_from(select)
        .map_err(|cause| DbErr::Custom(cause.to_string()))?;
    tx.execute_raw(tx.get_database_backend().build(&insert))
        .await?;
    Ok(())
}

/// The months between two in which organizations have entries of some states.
pub async fn months_with(
    db: &impl ConnectionTrait,
    organizations: &[OrganizationId],
    statuses: &[EntryStatus],
    (first, last): (Option<NaiveDate>, NaiveDate),
) -> Result<BTreeMap<OrganizationId, BTreeSet<NaiveDate>>, DbErr> {
    let mut months: BTreeMap<OrganizationId, BTreeSet<NaiveDate>> = BTreeMap::new();
    for chunk in organizations.chunks(IDS) {
        let found: Vec<(OrganizationId, NaiveDate)> = rollup_month::Entity::find()
            .select_only()
            .distinct()
            .columns([
                rollup_month::Column::OrganizationId,
                rollup_month::Column::Month,
            ])
            .filter(rollup_month::Column::OrganizationId.is_in(chunk.iter().copied()))
            .filter(rollup_month::Column::Status.is_in(statuses.iter().copied()))
            .filter(
                Condition::all()
                    .add_option(first.map(|it| rollup_month::Column::Month.gte(it)))
                    .add(rollup_month::Column::Month.lte(last)),
            )
            .into_tuple()
            .all(db)
            .await?;
        for (organization, month) in found {
            months.entry(organization).or_default().insert(month);
        }
    }
    Ok(months)
}

/// Organizations with a chain.
pub async fn organizations(db: &impl ConnectionTrait) -> Result<Vec<OrganizationId>, DbErr> {
    let found = ledger_head::Entity::find()
        .order_by_asc(ledger_head::Column::OrganizationId)
        .all(db)
        .await?;
    Ok(found.into_iter().map(|it| it.organization_id).collect())
}

/// Takes everything away: what is asked for next is counted from the first event on.
pub async fn forget(tx: &Tx) -> Result<(), DbErr> {
    rollup_sheet::Entity::delete_many().exec(&**tx).await?;
    rollup_cell::Entity::delete_many().exec(&**tx).await?;
    rollup_month::Entity::delete_many().exec(&**tx).await?;
    rollup_mark::Entity::delete_many().exec(&**tx).await?;
    Ok(())
}

/// The organizations of which cells hold work in territories or below.
///
/// # Errors
/// [`DbErr`].
pub async fn at_work(
    db: &impl ConnectionTrait,
    territories: &[TerritoryId],
) -> Result<BTreeSet<OrganizationId>, DbErr> {
    let below = basis::below(territories);
    let found = rollup_cell::Entity::find()
        .select_only()
        .column(rollup_cell::Column::OrganizationId)
        .distinct()
        .filter(rollup_cell::Column::TerritoryId.in_subquery(below))
        .into_tuple::<OrganizationId>()
        .all(db)
        .await?;
    Ok(found.into_iter().collect())
}
