//! Statements about wage rates, and about what work must be known by to take one.
//!
//! Nothing is decided here; which rate work takes is in `table`. Rates are public, and whose work it is was decided
//! before: no scope.

use std::collections::HashMap;

use chrono::NaiveDate;
use entity::ids::ProjectId;
use entity::ids::TerritoryId;
use entity::ids::WageRateId;
use entity::project;
use entity::territory;
use entity::territory_ancestor;
use entity::types::TerritoryLevel;
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
/// Ids of one statement.
const IDS: usize = 10_000;

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
    let held = vocabulary::Entity::find_by_id(ISCO08.to_owned())
        .lock_exclusive()
        .one(&**tx)
        .await?;
    // Without it nobody would wait for anybody.
    held.map(|_| ())
        .ok_or_else(|| DbErr::RecordNotFound(ISCO08.to_owned()))
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

/// The occupations of projects that have one.
///
/// # Errors
/// [`DbErr`].
pub async fn occupations(
    db: &impl ConnectionTrait,
    ids: impl Iterator<Item = ProjectId>,
) -> Result<HashMap<ProjectId, String>, DbErr> {
    let mut ids: Vec<ProjectId> = ids.collect();
    ids.sort_unstable();
    ids.dedup();
    let mut found = HashMap::new();
    for ids in ids.chunks(IDS) {
        let rows: Vec<(ProjectId, String)> = project::Entity::find()
            .select_only()
            .columns([project::Column::Id, project::Column::OccupationCode])
            .filter(project::Column::Id.is_in(ids.iter().copied()))
            .filter(project::Column::OccupationCode.is_not_null())
            .into_tuple()
            .all(db)
            .await?;
        found.extend(rows);
    }
    Ok(found)
}

/// The places around one that wages may be of.
#[derive(Clone, Debug, Default)]
pub struct PricedPlace {
    /// Code of the province or prefecture.
    pub province: Option<String>,
    /// Code of the region.
    pub region: Option<String>,
}

/// The province and the region of each territory.
///
/// # Errors
/// [`DbErr`].
pub async fn priced_places(
    db: &impl ConnectionTrait,
    ids: impl Iterator<Item = TerritoryId>,
) -> Result<HashMap<TerritoryId, PricedPlace>, DbErr> {
    let mut ids: Vec<TerritoryId> = ids.collect();
    ids.sort_unstable();
    ids.dedup();
    let mut found: HashMap<TerritoryId, PricedPlace> = HashMap::new();
    let priced = [
        TerritoryLevel::Region,
        TerritoryLevel::Prefecture,
        TerritoryLevel::Province,
    ];
    let above: HashMap<TerritoryId, territory::Model> = territory::Entity::find()
        .filter(territory::Column::Level.is_in(priced))
        .all(db)
        .await?
        .into_iter()
        .map(|it| (it.id, it))
        .collect();
    for ids in ids.chunks(IDS) {
        let links = territory_ancestor::Entity::find()
            .filter(territory_ancestor::Column::TerritoryId.is_in(ids.iter().copied()))
            .all(db)
            .await?;
        for link in links {
            let Some(place) = above.get(&link.ancestor_id) else {
                continue;
            };
            let codes = found.entry(link.territory_id).or_default();
            let code = match place.level {
                TerritoryLevel::Region => &mut codes.region,
                _ => &mut codes.province,
            };
            *code = Some(place.code.clone());
        }
    }
    Ok(found)
}
