//! Statements about sheets.
//!
//! What is on them is in `sheet`.

use chrono::NaiveDate;
use entity::ids::TerritoryId;
use entity::rollup_sheet;
use entity::territory_ancestor;
use entity::types::EntryStatus;
use sea_orm::ColumnTrait;
use sea_orm::ConnectionTrait;
use sea_orm::DbErr;
use sea_orm::EntityTrait;
use sea_orm::FromQueryResult;
use sea_orm::IntoActiveModel;
use sea_orm::QueryFilter;
use sea_orm::QuerySelect;
use sea_orm::sea_query::Expr;
use sea_orm::sea_query::ExprTrait;
use sea_orm::sea_query::OnConflict;
use sea_orm::sea_query::Query;

use crate::platform::db::Tx;

/// Bytes at the beginning of a sheet that say what is on it: its form, and a digest of the rest.
pub const LABEL: usize = 33;

/// What a sheet is labelled with.
#[derive(Clone, Debug, FromQueryResult)]
pub struct Labelled {
    /// First day of the month.
    pub month: NaiveDate,
    /// State of the entries.
    pub status: EntryStatus,
    /// Its first bytes.
    pub label: Vec<u8>,
}

/// The labels of the sheets of a territory: a sheet is long, and most often known.
pub async fn labels(
    db: &impl ConnectionTrait,
    territory: TerritoryId,
    (from, to): (NaiveDate, NaiveDate),
    statuses: &[EntryStatus],
) -> Result<Vec<Labelled>, DbErr> {
    rollup_sheet::Entity::find()
        .select_only()
        .columns([rollup_sheet::Column::Month, rollup_sheet::Column::Status])
        .expr_as(
            Expr::cust(format!("substr(rollup_sheet.content, 1, {LABEL})")),
            "label",
        )
        .filter(rollup_sheet::Column::TerritoryId.eq(territory))
        .filter(rollup_sheet::Column::Month.between(from, to))
        .filter(rollup_sheet::Column::Status.is_in(statuses.iter().copied()))
        .into_model::<Labelled>()
        .all(db)
        .await
}

/// The sheets of a territory for some months.
pub async fn sheets(
    db: &impl ConnectionTrait,
    territory: TerritoryId,
    months: &[NaiveDate],
    statuses: &[EntryStatus],
) -> Result<Vec<rollup_sheet::Model>, DbErr> {
    rollup_sheet::Entity::find()
        .filter(rollup_sheet::Column::TerritoryId.eq(territory))
        .filter(rollup_sheet::Column::Month.is_in(months.iter().copied()))
        .filter(rollup_sheet::Column::Status.is_in(statuses.iter().copied()))
        .all(db)
        .await
}

/// Keeps a sheet, in the place of one of another form.
pub async fn replace(tx: &Tx, sheet: rollup_sheet::Model) -> Result<(), DbErr> {
    let on_conflict = OnConflict::columns([
        rollup_sheet::Column::TerritoryId,
        rollup_sheet::Column::Month,
        rollup_sheet::Column::Status,
    ])
    .update_column(rollup_sheet::Column::Content)
    .to_owned();
    rollup_sheet::Entity::insert(sheet.into_active_model())
        .on_conflict(on_conflict)
        .exec_without_returning(&**tx)
        .await?;
    Ok(())
}

/// Every sheet.
pub async fn all_sheets(db: &impl ConnectionTrait) -> Result<Vec<rollup_sheet::Model>, DbErr> {
    rollup_sheet::Entity::find().all(db).await
}

/// Takes the sheets of these places, and of those above them, of a month and state away.
pub async fn discard(
    tx: &Tx,
    (month, status): (NaiveDate, EntryStatus),
    places: &[TerritoryId],
) -> Result<(), DbErr> {
    let above = Query::select()
        .column(territory_ancestor::Column::AncestorId)
        .from(territory_ancestor::Entity)
        .and_where(Expr::col(territory_ancestor::Column::TerritoryId).is_in(places.iter().copied()))
        .to_owned();
    rollup_sheet::Entity::delete_many()
        .filter(rollup_sheet::Column::Month.eq(month))
        .filter(rollup_sheet::Column::Status.eq(status))
        .filter(rollup_sheet::Column::TerritoryId.in_subquery(above))
        .exec(&**tx)
        .await?;
    Ok(())
}

/// Takes every sheet away.
pub async fn discard_all(tx: &Tx) -> Result<(), DbErr> {
    rollup_sheet::Entity::delete_many().exec(&**tx).await?;
    Ok(())
}
