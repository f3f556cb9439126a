//! Statements of the public statistics. What feeds them is in `worked`.
//!
//! No scope: what is read here counts everything for everybody, and leaves only through cells that were
//! published. Nothing is decided here.

use chrono::DateTime;
use chrono::NaiveDate;
use chrono::Utc;
use entity::audit_event;
use entity::hour_entry;
use entity::ids::StatisticsEditionId;
use entity::ids::TagSetId;
use entity::ledger_event;
use entity::statistics_cell;
use entity::statistics_contribution;
use entity::statistics_edition;
use entity::tag_share;
use entity::territory;
use entity::types::EntryStatus;
use sea_orm::ColumnTrait;
use sea_orm::Condition;
use sea_orm::ConnectionTrait;
use sea_orm::DbErr;
use sea_orm::EntityTrait;
use sea_orm::IntoActiveModel;
use sea_orm::QueryFilter;
use sea_orm::QueryOrder;
use sea_orm::QuerySelect;
use sea_orm::sea_query::Expr;
use sea_orm::sea_query::ExprTrait;
use sea_orm::sea_query::Query;

use crate::platform::db::Tx;
use crate::platform::db::violates;
use crate::statistics::period::Period;

/// Rows of one statement: both databases take so many values.
const PART: usize = 500;

/// The first day of approved work; `None` where there is none.
pub async fn first_day(db: &impl ConnectionTrait) -> Result<Option<NaiveDate>, DbErr> {
    hour_entry::Entity::find()
        .select_only()
        .column(hour_entry::Column::WorkedOn)
        .filter(hour_entry::Column::Status.eq(EntryStatus::Approved))
        .order_by_asc(hour_entry::Column::WorkedOn)
        .limit(1)
        .into_tuple()
        .one(db)
        .await
}

/// Newest instant at which the database says that something happened; `None` for an empty one.
pub async fn newest_trace(db: &impl ConnectionTrait) -> Result<Option<DateTime<Utc>>, DbErr> {
    let audited: Option<Option<DateTime<Utc>>> = audit_event::Entity::find()
        .select_only()
        .column_as(audit_event::Column::RecordedAt.max(), "newest")
        .into_tuple()
        .one(db)
        .await?;
    let happened: Option<Option<DateTime<Utc>>> = ledger_event::Entity::find()
        .select_only()
        .column_as(ledger_event::Column::RecordedAt.max(), "newest")
        .into_tuple()
        .one(db)
        .await?;
    Ok(Ord::max(audited.flatten(), happened.flatten()))
}

/// Whether anything had happened to hours by an instant.
pub async fn had_begun(db: &impl ConnectionTrait, at: DateTime<Utc>) -> Result<bool, DbErr> {
    let found: Option<i64> = ledger_event::Entity::find()
        .select_only()
        .column(ledger_event::Column::Sequence)
        .filter(ledger_event::Column::RecordedAt.lte(at))
        .limit(1)
        .into_tuple()
        .one(db)
        .await?;
    Ok(found.is_some())
}

/// Every version of every territory.
pub async fn territories(db: &impl ConnectionTrait) -> Result<Vec<territory::Model>, DbErr> {
    territory::Entity::find()
        .order_by_asc(territory::Column::Code)
        .order_by_asc(territory::Column::ValidFrom)
        .all(db)
        .await
}

/// The shares of tag sets.
pub async fn shares(
    db: &impl ConnectionTrait,
    sets: &[TagSetId],
) -> Result<Vec<tag_share::Model>, DbErr> {
    let mut found = Vec::new();
    for sets in sets.chunks(PART) {
        found.extend(
            tag_share::Entity::find()
                .filter(tag_share::Column::TagSetId.is_in(sets.iter().copied()))
                .all(db)
                .await?,
        );
    }
    Ok(found)
}

/// All editions, the newest first, the year before its quarters.
pub async fn editions(db: &impl ConnectionTrait) -> Result<Vec<statistics_edition::Model>, DbErr> {
    let mut found = statistics_edition::Entity::find().all(db).await?;
    found.sort_by_key(|it| {
        let period = Period::stored(it.year, it.quarter);
        std::cmp::Reverse((it.year, period.slot()))
    });
    Ok(found)
}

/// The cells of an edition; those of one territory and directly below it where one is named.
pub async fn cells(
    db: &impl ConnectionTrait,
    edition: StatisticsEditionId,
    around: Option<&str>,
) -> Result<Vec<statistics_cell::Model>, DbErr> {
    let around = around.map(|code| {
        Condition::any()
            .add(statistics_cell::Column::AboveCode.eq(code))
            .add(statistics_cell::Column::TerritoryCode.eq(code))
    });
    let mut query = statistics_cell::Entity::find()
        .filter(statistics_cell::Column::EditionId.eq(edition))
        .order_by_asc(statistics_cell::Column::AboveCode)
        .order_by_asc(statistics_cell::Column::TerritoryCode)
        .order_by_asc(statistics_cell::Column::Part)
        .order_by_asc(statistics_cell::Column::Programme);
    if let Some(around) = around {
        query = query.filter(around);
    }
    query.all(db).await
}

/// Whether an edition has a row of a territory.
pub async fn has_place(
    db: &impl ConnectionTrait,
    edition: StatisticsEditionId,
    code: &str,
) -> Result<bool, DbErr> {
    let found = statistics_cell::Entity::find()
        .filter(statistics_cell::Column::EditionId.eq(edition))
        .filter(statistics_cell::Column::TerritoryCode.eq(code))
        .one(db)
        .await?;
    Ok(found.is_some())
}

/// Code of the country of an edition: the territory with none above it.
pub async fn country(
    db: &impl ConnectionTrait,
    edition: StatisticsEditionId,
) -> Result<Option<String>, DbErr> {
    statistics_cell::Entity::find()
        .select_only()
        .column(statistics_cell::Column::TerritoryCode)
        .filter(statistics_cell::Column::EditionId.eq(edition))
        .filter(statistics_cell::Column::AboveCode.eq(""))
        .limit(1)
        .into_tuple()
        .one(db)
        .await
}

/// What the quarters of a year were made of.
pub async fn contributions(
    db: &impl ConnectionTrait,
    editions: &[StatisticsEditionId],
) -> Result<Vec<statistics_contribution::Model>, DbErr> {
    statistics_contribution::Entity::find()
        .filter(statistics_contribution::Column::EditionId.is_in(editions.iter().copied()))
        .all(db)
        .await
}

/// The editions of which contributions are kept.
pub async fn kept(db: &impl ConnectionTrait) -> Result<Vec<StatisticsEditionId>, DbErr> {
    let its = Query::select()
        .expr(Expr::value(1))
        .from(statistics_contribution::Entity)
        .and_where(
            Expr::col((
                statistics_contribution::Entity,
                statistics_contribution::Column::EditionId,
            ))
            .equals((statistics_edition::Entity, statistics_edition::Column::Id)),
        )
        .to_owned();
    statistics_edition::Entity::find()
        .select_only()
        .column(statistics_edition::Column::Id)
        .filter(Expr::exists(its))
        .into_tuple()
        .all(db)
        .await
}

/// Whether a published cell of an edition holds anything.
pub async fn has_work(
    db: &impl ConnectionTrait,
    edition: StatisticsEditionId,
) -> Result<bool, DbErr> {
    let some = Condition::any()
        .add(statistics_cell::Column::Suppressed.eq(true))
        .add(statistics_cell::Column::Minutes.gt(0));
    let found = statistics_cell::Entity::find()
        .filter(statistics_cell::Column::EditionId.eq(edition))
        .filter(some)
        .one(db)
        .await?;
    Ok(found.is_some())
}

/// Writes an edition; refused where another instance was faster, see [`is_taken`].
pub async fn publish(tx: &Tx, row: statistics_edition::Model) -> Result<(), DbErr> {
    statistics_edition::Entity::insert(row.into_active_model())
        .exec_without_returning(&**tx)
        .await?;
    Ok(())
}

/// Whether an edition was refused because it is there already.
#[must_use]
pub fn is_taken(cause: &DbErr) -> bool {
    let names = [
        "statistics_edition_by_period",
        "statistics_edition.year",
        "statistics_edition is append-only",
    ];
    violates(cause, &names)
}

/// Writes the cells of an edition.
pub async fn write_cells(tx: &Tx, rows: Vec<statistics_cell::Model>) -> Result<(), DbErr> {
    for rows in rows.chunks(PART) {
        let rows = rows.iter().cloned().map(IntoActiveModel::into_active_model);
        statistics_cell::Entity::insert_many(rows)
            .exec_without_returning(&**tx)
            .await?;
    }
    Ok(())
}

/// Keeps what a quarter was made of.
pub async fn keep(tx: &Tx, rows: Vec<statistics_contribution::Model>) -> Result<(), DbErr> {
    for rows in rows.chunks(PART) {
        let rows = rows.iter().cloned().map(IntoActiveModel::into_active_model);
        statistics_contribution::Entity::insert_many(rows)
            .exec_without_returning(&**tx)
            .await?;
    }
    Ok(())
}

/// Lets go of what the quarters of a year were made of.
pub async fn let_go(tx: &Tx, editions: &[StatisticsEditionId]) -> Result<(), DbErr> {
    statistics_contribution::Entity::delete_many()
        .filter(statistics_contribution::Column::EditionId.is_in(editions.iter().copied()))
        .exec(&**tx)
        .await?;
    Ok(())
}
