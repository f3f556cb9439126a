//! Statements about indicators, and about what they should reach.
//!
//! What was measured is in `measured`. Nothing is decided here; which rows may be seen is the scope's word.

use chrono::NaiveDate;
use entity::ids::IndicatorId;
use entity::ids::OrganizationId;
use entity::ids::ProjectId;
use entity::ids::TerritoryId;
use entity::indicator;
use entity::indicator_baseline;
use entity::indicator_target;
use entity::measurement;
use entity::project;
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
use sea_orm::sea_query::OnConflict;
use sea_orm::sea_query::SelectStatement;

use crate::identity::Scope;
use crate::impact::answer::ProgressQuestion;
use crate::impact::measured::below;
use crate::platform::db::Tx;
use crate::platform::page::Direction;
use crate::platform::page::Page;
use crate::platform::page::Slice;
use crate::platform::text::needle;

/// Values of one statement, below what either database takes.
const VALUES: usize = 10_000;

/// Which indicators to list; an absent part does not narrow.
#[derive(Clone, Debug, Default)]
pub struct IndicatorFilter {
    /// Those of an organization, and those of the catalogue beside them.
    pub organization: Option<OrganizationId>,
    /// With this in one of the names, or as the beginning of the code.
    pub search: Option<String>,
    /// Serving this programme or axis.
    pub programme_code: Option<String>,
    /// Whether nothing new is measured.
    pub archived: Option<bool>,
}

/// Writes a new indicator.
///
/// # Errors
/// [`DbErr`].
pub async fn insert_indicator(tx: &Tx, row: indicator::Model) -> Result<(), DbErr> {
    indicator::Entity::insert(row.into_active_model())
        .exec_without_returning(&**tx)
        .await?;
    Ok(())
}

/// Writes an indicator as it is now.
///
/// # Errors
/// [`DbErr`].
pub async fn update_indicator(tx: &Tx, row: &indicator::Model) -> Result<(), DbErr> {
    indicator::Entity::update(row.clone().into_active_model().reset_all())
        .exec(&**tx)
        .await?;
    Ok(())
}

/// Every indicator of the catalogue.
///
/// # Errors
/// [`DbErr`].
pub async fn catalogue(conn: &impl ConnectionTrait) -> Result<Vec<indicator::Model>, DbErr> {
    indicator::Entity::find()
        .filter(indicator::Column::OrganizationId.is_null())
        .all(conn)
        .await
}

/// Indicators that may be seen, by id.
///
/// # Errors
/// [`DbErr`].
pub async fn indicators(
    conn: &impl ConnectionTrait,
    scope: &Scope,
    ids: &[IndicatorId],
) -> Result<Vec<indicator::Model>, DbErr> {
    indicator::Entity::find()
        .filter(scope.indicators())
        .filter(indicator::Column::Id.is_in(ids.iter().copied()))
        .all(conn)
        .await
}

/// An indicator that may be seen, held until the transaction ends.
///
/// # Errors
/// [`DbErr`].
pub async fn lock_indicator(
    tx: &Tx,
    scope: &Scope,
    id: IndicatorId,
) -> Result<Option<indicator::Model>, DbErr> {
    indicator::Entity::find_by_id(id)
        .filter(scope.indicators())
        .lock_exclusive()
        .one(&**tx)
        .await
}

/// A page of the indicators that may be seen, by code.
///
/// # Errors
/// [`DbErr`].
pub async fn list_indicators(
    conn: &impl ConnectionTrait,
    scope: &Scope,
    filter: &IndicatorFilter,
    page: &Page<(String, IndicatorId)>,
) -> Result<Slice<indicator::Model>, DbErr> {
    let columns = [
        indicator::Column::Code.into_simple_expr(),
        indicator::Column::Id.into_simple_expr(),
    ];
    let select = select_indicators(scope, filter);
    let rows = page.narrow(select, &columns, Direction::Ascending, |(code, id)| {
        vec![Expr::value(code.clone()), Expr::value(*id)]
    });
    Ok(page.slice(rows.all(conn).await?))
}

/// How many there are.
///
/// # Errors
/// [`DbErr`].
pub async fn count_indicators(
    conn: &impl ConnectionTrait,
    scope: &Scope,
    filter: &IndicatorFilter,
) -> Result<u64, DbErr> {
    select_indicators(scope, filter).count(conn).await
}

fn select_indicators(scope: &Scope, filter: &IndicatorFilter) -> Select<indicator::Entity> {
    indicator::Entity::find()
        .filter(scope.indicators())
        .apply_if(filter.organization, |it, id| {
            it.filter(
                Condition::any()
                    .add(indicator::Column::OrganizationId.is_null())
                    .add(indicator::Column::OrganizationId.eq(id)),
            )
        })
        .apply_if(filter.search.as_deref(), |it, text| {
            it.filter(indicator::Column::SearchKey.contains(needle(text)))
        })
        .apply_if(filter.programme_code.as_deref(), |it, code| {
            it.filter(indicator::Column::ProgrammeCode.eq(code))
        })
        .apply_if(filter.archived, |it, archived| {
            it.filter(match archived {
                true => indicator::Column::ArchivedAt.is_not_null(),
                false => indicator::Column::ArchivedAt.is_null(),
            })
        })
}

/// Writes where an indicator stood before a project, in the place of what was said before.
///
/// # Errors
/// [`DbErr`].
pub async fn put_baseline(tx: &Tx, row: indicator_baseline::Model) -> Result<(), DbErr> {
    use indicator_baseline::Column as C;
    indicator_baseline::Entity::insert(row.into_active_model())
        .on_conflict(
            OnConflict::columns([C::IndicatorId, C::ProjectId])
                .update_columns([
                    C::MeasuredOn,
                    C::Value,
                    C::Denominator,
                    C::Version,
                    C::UpdatedAt,
                ])
                .to_owned(),
        )
        .exec_without_returning(&**tx)
        .await?;
    Ok(())
}

/// Where an indicator stood before some projects.
///
/// # Errors
/// [`DbErr`].
pub async fn baselines(
    conn: &impl ConnectionTrait,
    indicator: IndicatorId,
    projects: &[ProjectId],
) -> Result<Vec<indicator_baseline::Model>, DbErr> {
    let mut found = Vec::new();
    for projects in projects.chunks(VALUES) {
        let rows = indicator_baseline::Entity::find()
            .filter(indicator_baseline::Column::IndicatorId.eq(indicator))
            .filter(indicator_baseline::Column::ProjectId.is_in(projects.iter().copied()))
            .all(conn)
            .await?;
        found.extend(rows);
    }
    Ok(found)
}

/// Puts the targets of an indicator in a project in the place of those of before.
///
/// # Errors
/// [`DbErr`].
pub async fn put_targets(
    tx: &Tx,
    indicator: IndicatorId,
    project: ProjectId,
    rows: Vec<indicator_target::Model>,
) -> Result<(), DbErr> {
    indicator_target::Entity::delete_many()
        .filter(indicator_target::Column::IndicatorId.eq(indicator))
        .filter(indicator_target::Column::ProjectId.eq(project))
        .exec(&**tx)
        .await?;
    if !rows.is_empty() {
        let rows = rows.into_iter().map(IntoActiveModel::into_active_model);
        indicator_target::Entity::insert_many(rows)
            .exec_without_returning(&**tx)
            .await?;
    }
    Ok(())
}

/// What an indicator should reach in some projects.
///
/// # Errors
/// [`DbErr`].
pub async fn targets(
    conn: &impl ConnectionTrait,
    indicator: IndicatorId,
    projects: &[ProjectId],
) -> Result<Vec<indicator_target::Model>, DbErr> {
    let mut found = Vec::new();
    for projects in projects.chunks(VALUES) {
        let rows = indicator_target::Entity::find()
            .filter(indicator_target::Column::IndicatorId.eq(indicator))
            .filter(indicator_target::Column::ProjectId.is_in(projects.iter().copied()))
            .all(conn)
            .await?;
        found.extend(rows);
    }
    Ok(found)
}

/// The organization of a project, whoever may see it; `None` where there is no such project.
///
/// # Errors
/// [`DbErr`].
pub async fn owner(
    conn: &impl ConnectionTrait,
    id: ProjectId,
) -> Result<Option<OrganizationId>, DbErr> {
    let found = project::Entity::find_by_id(id).one(conn).await?;
    Ok(found.map(|it| it.organization_id))
}

/// Projects of which something is aimed at, among those that are looked at.
///
/// # Errors
/// [`DbErr`].
pub async fn aimed_at(
    conn: &impl ConnectionTrait,
    scope: &Scope,
    indicator: IndicatorId,
    question: &ProgressQuestion,
    within: Option<&[TerritoryId]>,
) -> Result<Vec<ProjectId>, DbErr> {
    let aimed = |statement: SelectStatement| project::Column::Id.in_subquery(statement);
    let targets = indicator_target::Entity::find()
        .select_only()
        .column(indicator_target::Column::ProjectId)
        .filter(indicator_target::Column::IndicatorId.eq(indicator))
        .into_query();
    let baselines = indicator_baseline::Entity::find()
        .select_only()
        .column(indicator_baseline::Column::ProjectId)
        .filter(indicator_baseline::Column::IndicatorId.eq(indicator))
        .into_query();
    project::Entity::find()
        .select_only()
        .column(project::Column::Id)
        .filter(scope.measured_projects())
        .filter(Condition::any().add(aimed(targets)).add(aimed(baselines)))
        .apply_if(question.project, |it, id| {
            it.filter(project::Column::Id.eq(id))
        })
        .apply_if(question.organization, |it, id| {
            it.filter(project::Column::OrganizationId.eq(id))
        })
        .apply_if(within, |it, places| {
            it.filter(project::Column::TerritoryId.in_subquery(below(places)))
        })
        .into_tuple()
        .all(conn)
        .await
}

/// Projects of an organization whose figures may be seen and of which something was measured or is aimed at, by id, after
/// one of them.
///
/// # Errors
/// [`DbErr`].
pub async fn measured_projects(
    conn: &impl ConnectionTrait,
    scope: &Scope,
    organization: OrganizationId,
    (after, most): (Option<ProjectId>, u64),
) -> Result<Vec<project::Model>, DbErr> {
    let measured = measurement::Entity::find()
        .select_only()
        .column(measurement::Column::ProjectId)
        .filter(measurement::Column::Status.eq(MeasurementStatus::Approved))
        .into_query();
    let targets = indicator_target::Entity::find()
        .select_only()
        .column(indicator_target::Column::ProjectId)
        .into_query();
    let baselines = indicator_baseline::Entity::find()
        .select_only()
        .column(indicator_baseline::Column::ProjectId)
        .into_query();
    let told = [measured, targets, baselines].into_iter();
    let told = told.fold(Condition::any(), |any, it| {
        any.add(project::Column::Id.in_subquery(it))
    });
    project::Entity::find()
        .filter(scope.measured_projects())
        .filter(project::Column::OrganizationId.eq(organization))
        .filter(told)
        .apply_if(after, |it, id| it.filter(project::Column::Id.gt(id)))
        .order_by_asc(project::Column::Id)
        .limit(most)
        .all(conn)
        .await
}

/// What some projects aim at with every indicator, and where they stood.
///
/// # Errors
/// [`DbErr`].
pub async fn aims_of(
    conn: &impl ConnectionTrait,
    projects: &[ProjectId],
) -> Result<(Vec<indicator_target::Model>, Vec<indicator_baseline::Model>), DbErr> {
    let targets = indicator_target::Entity::find()
        .filter(indicator_target::Column::ProjectId.is_in(projects.iter().copied()))
        .all(conn)
        .await?;
    let baselines = indicator_baseline::Entity::find()
        .filter(indicator_baseline::Column::ProjectId.is_in(projects.iter().copied()))
        .all(conn)
        .await?;
    Ok((targets, baselines))
}

/// Approved figures of some projects that may be seen, of every indicator, with a period within an interval.
///
/// # Errors
/// [`DbErr`].
pub async fn approved_of(
    conn: &impl ConnectionTrait,
    scope: &Scope,
    projects: &[ProjectId],
    (from, to): (NaiveDate, NaiveDate),
) -> Result<Vec<measurement::Model>, DbErr> {
    measurement::Entity::find()
        .filter(scope.measurements())
        .filter(measurement::Column::ProjectId.is_in(projects.iter().copied()))
        .filter(measurement::Column::Status.eq(MeasurementStatus::Approved))
        .filter(measurement::Column::FromDay.gte(from))
        .filter(measurement::Column::ToDay.lte(to))
        .all(conn)
        .await
}
