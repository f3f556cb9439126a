//! Statements about wage rates.
//!
//! Nothing is decided here; which rate work takes is in `table`. Rates are public: no scope.

use chrono::NaiveDate;
use entity::ids::WageRateId;
use entity::types::WageKind;
use entity::vocabulary;
use entity::wage_rate;
use sea_orm::ActiveModelTrait;
use sea_orm::ColumnTrait;
use sea_orm::Condition;
use sea_orm::ConnectionTrait;
use sea_orm::DbErr;
use sea_orm::EntityTrait;
use sea_orm::IntoActiveModel;
use sea_orm::IntoSimpleExpr;
use sea_orm::PaginatorTrait;
use sea_orm::QueryFilter;
use sea_orm::QuerySelect;
use sea_orm::QueryTrait;
use sea_orm::Select;
use sea_orm::sea_query::Expr;

use crate::platform::db::Tx;
use crate::platform::page::Direction;
use crate::platform::page::Page;
use crate::platform::page::Slice;
use crate::vocabularies::ISCO08;

/// Rows of one statement, far below what either database takes.
const ROWS: usize = 500;

/// Which rates to list; an absent part does not narrow.
#[derive(Clone, Debug, Default)]
pub struct RateFilter {
    /// Of this kind.
    pub kind: Option<WageKind>,
    /// Of one of these occupations, or of all of them.
    pub occupations: Option<Vec<String>>,
    /// Of one of these places, or of the country.
    pub territories: Option<Vec<String>>,
    /// In force on this day.
    pub on: Option<NaiveDate>,
}

/// Every rate.
///
/// # Errors
/// [`DbErr`].
pub async fn all(conn: &impl ConnectionTrait) -> Result<Vec<wage_rate::Model>, DbErr> {
    wage_rate::Entity::find().all(conn).await
}

/// Rates by id, in no order.
///
/// # Errors
/// [`DbErr`].
pub async fn by_ids(
    conn: &impl ConnectionTrait,
    ids: &[WageRateId],
) -> Result<Vec<wage_rate::Model>, DbErr> {
    wage_rate::Entity::find()
        .filter(wage_rate::Column::Id.is_in(ids.iter().copied()))
        .all(conn)
        .await
}

/// Holds the table until the transaction ends: a rate ends where the next one begins, so that whoever
/// writes one may change another.
///
/// # Errors
/// [`DbErr`].
pub async fn lock(tx: &Tx) -> Result<(), DbErr> {
    // A row that is always there stands for the table.
    vocabulary::Entity::find_by_id(ISCO08.to_owned())
        .lock_exclusive()
        .one(&**tx)
        .await?;
    Ok(())
}

/// Writes new rates.
///
/// # Errors
/// [`DbErr`].
pub async fn insert(tx: &Tx, rows: &[wage_rate::Model]) -> Result<(), DbErr> {
    for rows in rows.chunks(ROWS) {
        let rows = rows.iter().map(|it| it.clone().into_active_model());
        wage_rate::Entity::insert_many(rows)
            .exec_without_returning(&**tx)
            .await?;
    }
    Ok(())
}

/// Writes a rate as it is now.
///
/// # Errors
/// [`DbErr`].
pub async fn update(tx: &Tx, row: &wage_rate::Model) -> Result<(), DbErr> {
    wage_rate::Entity::update(row.clone().into_active_model().reset_all())
        .exec(&**tx)
        .await?;
    Ok(())
}

/// A page of the rates, those that began last first.
///
/// # Errors
/// [`DbErr`].
pub async fn list(
    conn: &impl ConnectionTrait,
    filter: &RateFilter,
    page: &Page<(NaiveDate, WageRateId)>,
) -> Result<Slice<wage_rate::Model>, DbErr> {
    let columns = [
        wage_rate::Column::ValidFrom.into_simple_expr(),
        wage_rate::Column::Id.into_simple_expr(),
    ];
    let rows = page.narrow(
        select(filter),
        &columns,
        Direction::Descending,
        |(day, id)| vec![Expr::value(*day), Expr::value(*id)],
    );
    Ok(page.slice(rows.all(conn).await?))
}

/// How many there are.
///
/// # Errors
/// [`DbErr`].
pub async fn count(conn: &impl ConnectionTrait, filter: &RateFilter) -> Result<u64, DbErr> {
    select(filter).count(conn).await
}

fn select(filter: &RateFilter) -> Select<wage_rate::Entity> {
    use wage_rate::Column as C;
    let of_or_all = |column: C, codes: &[String]| {
        let codes = codes.iter().map(String::as_str);
        Condition::any()
            .add(column.is_null())
            .add(column.is_in(codes))
    };
    wage_rate::Entity::find()
        .apply_if(filter.kind, |it, kind| it.filter(C::Kind.eq(kind)))
        .apply_if(filter.occupations.as_deref(), |it, codes| {
            it.filter(of_or_all(C::OccupationCode, codes))
        })
        .apply_if(filter.territories.as_deref(), |it, codes| {
            it.filter(of_or_all(C::TerritoryCode, codes))
        })
        .apply_if(filter.on, |it, day| {
            let lasts = Condition::any()
                .add(C::ValidTo.is_null())
                .add(C::ValidTo.gt(day));
            it.filter(C::ValidFrom.lte(day)).filter(lasts)
        })
}
