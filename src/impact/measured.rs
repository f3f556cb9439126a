//! Statements about what was measured, and where.
//!
//! Nothing is decided here; which rows may be seen is the scope's word.

use std::collections::BTreeSet;
use std::collections::HashMap;

use chrono::NaiveDate;
use entity::ids::IndicatorId;
use entity::ids::MeasurementId;
use entity::ids::OrganizationId;
use entity::ids::ProjectId;
use entity::ids::TerritoryId;
use entity::indicator;
use entity::measurement;
use entity::territory;
use entity::territory_ancestor;
use entity::types::MeasurementStatus;
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
use sea_orm::QueryOrder;
use sea_orm::QuerySelect;
use sea_orm::QueryTrait;
use sea_orm::Select;
use sea_orm::sea_query::Expr;
use sea_orm::sea_query::SelectStatement;

use crate::identity::Scope;
use crate::impact::value::Measured;
use crate::platform::db::Tx;
use crate::platform::page::Direction;
use crate::platform::page::Page;
use crate::platform::page::Slice;

/// Which measurements to list; an absent part does not narrow.
#[derive(Clone, Debug, Default)]
pub struct MeasurementFilter {
    /// Of an organization.
    pub organization: Option<OrganizationId>,
    /// Of a project.
    pub project: Option<ProjectId>,
    /// Of an indicator.
    pub indicator: Option<IndicatorId>,
    /// Of these states.
    pub status: Option<Vec<MeasurementStatus>>,
    /// At this place or below.
    pub within: Option<Vec<TerritoryId>>,
    /// With a period that begins on this day or later.
    pub from: Option<NaiveDate>,
    /// With a period that ends on this day or earlier.
    pub to: Option<NaiveDate>,
}

/// Writes a new measurement.
///
/// # Errors
/// [`DbErr`]; of a second one of the same indicator, project, place and period `measurement_cell`.
pub async fn insert_measurement(tx: &Tx, row: measurement::Model) -> Result<(), DbErr> {
    measurement::Entity::insert(row.into_active_model())
        .exec_without_returning(&**tx)
        .await?;
    Ok(())
}

/// Writes a measurement as it is now.
///
/// # Errors
/// [`DbErr`].
pub async fn update_measurement(tx: &Tx, row: &measurement::Model) -> Result<(), DbErr> {
    measurement::Entity::update(row.clone().into_active_model().reset_all())
        .exec(&**tx)
        .await?;
    Ok(())
}

/// Measurements of an indicator in a project, by the end of their period; held until the transaction
/// ends.
///
/// # Errors
/// [`DbErr`].
pub async fn neighbours(
    tx: &Tx,
    indicator: IndicatorId,
    project: ProjectId,
) -> Result<Vec<measurement::Model>, DbErr> {
    measurement::Entity::find()
        .filter(measurement::Column::IndicatorId.eq(indicator))
        .filter(measurement::Column::ProjectId.eq(project))
        .order_by_asc(measurement::Column::ToDay)
        .lock_exclusive()
        .all(&**tx)
        .await
}

/// A measurement that may be seen, held until the transaction ends.
///
/// # Errors
/// [`DbErr`].
pub async fn lock_measurement(
    tx: &Tx,
    scope: &Scope,
    id: MeasurementId,
) -> Result<Option<measurement::Model>, DbErr> {
    measurement::Entity::find_by_id(id)
        .filter(scope.measurements())
        .lock_exclusive()
        .one(&**tx)
        .await
}

/// Measurements that may be seen, by id.
///
/// # Errors
/// [`DbErr`].
pub async fn measurements(
    conn: &impl ConnectionTrait,
    scope: &Scope,
    ids: &[MeasurementId],
) -> Result<Vec<measurement::Model>, DbErr> {
    measurement::Entity::find()
        .filter(scope.measurements())
        .filter(measurement::Column::Id.is_in(ids.iter().copied()))
        .all(conn)
        .await
}

/// The indicators of measurements that may be seen: whoever sees a figure may know what it measures.
///
/// # Errors
/// [`DbErr`].
pub async fn indicators_of(
    conn: &impl ConnectionTrait,
    scope: &Scope,
    ids: &[MeasurementId],
) -> Result<Vec<indicator::Model>, DbErr> {
    let measured = measurement::Entity::find()
        .select_only()
        .column(measurement::Column::IndicatorId)
        .filter(scope.measurements())
        .filter(measurement::Column::Id.is_in(ids.iter().copied()))
        .into_query();
    indicator::Entity::find()
        .filter(indicator::Column::Id.in_subquery(measured))
        .all(conn)
        .await
}

/// The latest approved value before each of some measurements that may be seen, of the same indicator,
/// project and place; those without one are left out.
///
/// # Errors
/// [`DbErr`].
pub async fn approved_before(
    conn: &impl ConnectionTrait,
    scope: &Scope,
    ids: &[MeasurementId],
) -> Result<Vec<(MeasurementId, Measured)>, DbErr> {
    // Approved figures of a cell never lie across each other, so that the latest one to begin is the latest one to end,
    // and is found by the index of cells at once, however many there are.
    let earlier = |column: &str| {
        Expr::cust(format!(
            "(select earlier.{column} from measurement earlier \
             where earlier.indicator_id = measurement.indicator_id \
             and earlier.project_id = measurement.project_id \
             and earlier.territory_id = measurement.territory_id \
             and earlier.status = 'APPROVED' and earlier.from_day < measurement.from_day \
             order by earlier.from_day desc limit 1)"
        ))
    };
    let found: Vec<(MeasurementId, Option<i64>, Option<i64>)> = measurement::Entity::find()
        .select_only()
        .column(measurement::Column::Id)
        .expr_as(earlier("value"), "earlier_value")
        .expr_as(earlier("denominator"), "earlier_denominator")
        .filter(scope.measurements())
        .filter(measurement::Column::Id.is_in(ids.iter().copied()))
        .into_tuple()
        .all(conn)
        .await?;
    let known = found.into_iter().filter_map(|(id, value, whole)| {
        Some((
            id,
            Measured {
                value: value?,
                whole,
            },
        ))
    });
    Ok(known.collect())
}

/// A page of the measurements that may be seen, newest first.
///
/// # Errors
/// [`DbErr`].
pub async fn list_measurements(
    conn: &impl ConnectionTrait,
    scope: &Scope,
    filter: &MeasurementFilter,
    page: &Page<MeasurementId>,
) -> Result<Slice<measurement::Model>, DbErr> {
    let columns = [measurement::Column::Id.into_simple_expr()];
    let select = select_measurements(scope, filter);
    let rows = page.narrow(select, &columns, Direction::Descending, |key| {
        vec![Expr::value(*key)]
    });
    Ok(page.slice(rows.all(conn).await?))
}

/// All measurements that may be seen.
///
/// # Errors
/// [`DbErr`].
pub async fn every_measurement(
    conn: &impl ConnectionTrait,
    scope: &Scope,
    filter: &MeasurementFilter,
) -> Result<Vec<measurement::Model>, DbErr> {
    select_measurements(scope, filter).all(conn).await
}

/// Calls all versions of a place by one of them: a place that came to lie elsewhere is the same place, and what stands there
/// is not counted twice.
///
/// # Errors
/// [`DbErr`].
pub(super) async fn by_place(
    conn: &impl ConnectionTrait,
    rows: &mut [measurement::Model],
) -> Result<(), DbErr> {
    let named: BTreeSet<TerritoryId> = rows.iter().map(|it| it.territory_id).collect();
    if named.len() < 2 {
        return Ok(());
    }
    let found: Vec<(TerritoryId, String)> = territory::Entity::find()
        .select_only()
        .column(territory::Column::Id)
        .column(territory::Column::Code)
        .filter(territory::Column::Id.is_in(named))
        .order_by_asc(territory::Column::Id)
        .into_tuple()
        .all(conn)
        .await?;
    let mut first: HashMap<&str, TerritoryId> = HashMap::new();
    let mut called: HashMap<TerritoryId, TerritoryId> = HashMap::new();
    for (id, code) in &found {
        called.insert(*id, *first.entry(code).or_insert(*id));
    }
    for row in rows {
        row.territory_id = called
            .get(&row.territory_id)
            .copied()
            .unwrap_or(row.territory_id);
    }
    Ok(())
}

/// How many there are.
///
/// # Errors
/// [`DbErr`].
pub async fn count_measurements(
    conn: &impl ConnectionTrait,
    scope: &Scope,
    filter: &MeasurementFilter,
) -> Result<u64, DbErr> {
    select_measurements(scope, filter).count(conn).await
}

fn select_measurements(scope: &Scope, filter: &MeasurementFilter) -> Select<measurement::Entity> {
    use measurement::Column as C;
    measurement::Entity::find()
        .filter(scope.measurements())
        .apply_if(filter.organization, |it, id| {
            it.filter(C::OrganizationId.eq(id))
        })
        .apply_if(filter.project, |it, id| it.filter(C::ProjectId.eq(id)))
        .apply_if(filter.indicator, |it, id| it.filter(C::IndicatorId.eq(id)))
        .apply_if(filter.status.clone(), |it, among| {
            it.filter(C::Status.is_in(among))
        })
        .apply_if(filter.from, |it, day| it.filter(C::FromDay.gte(day)))
        .apply_if(filter.to, |it, day| it.filter(C::ToDay.lte(day)))
        .apply_if(filter.within.as_deref(), |it, places| {
            it.filter(C::TerritoryId.in_subquery(below(places)))
        })
}

/// All versions of the place of a code.
///
/// # Errors
/// [`DbErr`].
pub async fn versions(conn: &impl ConnectionTrait, code: &str) -> Result<Vec<TerritoryId>, DbErr> {
    territory::Entity::find()
        .select_only()
        .column(territory::Column::Id)
        .filter(territory::Column::Code.eq(code))
        .into_tuple()
        .all(conn)
        .await
}

/// The places that lie in no other, in all versions: together they hold every place.
///
/// # Errors
/// [`DbErr`].
pub async fn roots(conn: &impl ConnectionTrait) -> Result<Vec<TerritoryId>, DbErr> {
    territory::Entity::find()
        .select_only()
        .column(territory::Column::Id)
        .filter(territory::Column::ParentId.is_null())
        .into_tuple()
        .all(conn)
        .await
}

/// Those of some places that lie above a place or below it, itself included.
///
/// # Errors
/// [`DbErr`].
pub async fn in_line(
    conn: &impl ConnectionTrait,
    place: TerritoryId,
    others: &[TerritoryId],
) -> Result<Vec<TerritoryId>, DbErr> {
    use territory_ancestor::Column as C;
    let others = || others.iter().copied();
    let above = Condition::all()
        .add(C::TerritoryId.eq(place))
        .add(C::AncestorId.is_in(others()));
    let below = Condition::all()
        .add(C::AncestorId.eq(place))
        .add(C::TerritoryId.is_in(others()));
    let found = territory_ancestor::Entity::find()
        .filter(Condition::any().add(above).add(below))
        .all(conn)
        .await?;
    let ends = found
        .into_iter()
        .flat_map(|it| [it.territory_id, it.ancestor_id]);
    Ok(ends.collect())
}

/// Whether a place is one of some, or lies below one.
///
/// # Errors
/// [`DbErr`].
pub async fn lies_below(
    conn: &impl ConnectionTrait,
    place: TerritoryId,
    above: &[TerritoryId],
) -> Result<bool, DbErr> {
    let found = territory_ancestor::Entity::find()
        .filter(territory_ancestor::Column::TerritoryId.eq(place))
        .filter(territory_ancestor::Column::AncestorId.is_in(above.iter().copied()))
        .limit(1)
        .one(conn)
        .await?;
    Ok(found.is_some())
}

/// The places of some places and all below them.
pub(super) fn below(places: &[TerritoryId]) -> SelectStatement {
    territory_ancestor::Entity::find()
        .select_only()
        .column(territory_ancestor::Column::TerritoryId)
        .filter(territory_ancestor::Column::AncestorId.is_in(places.iter().copied()))
        .into_query()
}
