//! Every indicator of a territory and an interval at once: the same figures as of one, in as many statements.
//!
//! The arithmetic is that of `answer`; who benefits is counted in `benefit`.

use std::collections::HashMap;

use chrono::DateTime;
use chrono::NaiveDate;
use chrono::Utc;
use entity::ids::IndicatorId;
use entity::ids::MeasurementId;
use entity::ids::OrganizationId;
use entity::ids::TerritoryId;
use entity::indicator;
use entity::indicator_baseline;
use entity::indicator_target;
use entity::measurement;
use entity::project;
use entity::types::MeasurementStatus;
use entity::types::Reading;
use sea_orm::ColumnTrait;
use sea_orm::Condition;
use sea_orm::ConnectionTrait;
use sea_orm::DbErr;
use sea_orm::EntityTrait;
use sea_orm::PaginatorTrait;
use sea_orm::QueryFilter;
use sea_orm::QueryOrder;
use sea_orm::QuerySelect;
use sea_orm::QueryTrait;
use sea_orm::sea_query::SelectStatement;

use crate::identity::Coverage;
use crate::identity::Scope;
use crate::impact::answer::Progress;
use crate::impact::assess::Aims;
use crate::impact::assess::Known;
use crate::impact::assess::aim;
use crate::impact::assess::assess;
use crate::impact::custom;
use crate::impact::hours;
use crate::impact::measured;
use crate::impact::measured::below;
use crate::rollups::Folded;

/// What is looked at.
#[derive(Clone, Copy, Debug)]
pub struct Within<'a> {
    /// Whose figures may be counted.
    pub scope: &'a Scope,
    /// All versions of the territory.
    pub territories: &'a [TerritoryId],
    /// Only this organization.
    pub organization: Option<OrganizationId>,
    /// First day.
    pub from: NaiveDate,
    /// Last day, inclusive.
    pub to: NaiveDate,
    /// Figures that were decided on by then; `None` is now.
    pub at: Option<DateTime<Utc>>,
    /// The instant of the answer.
    pub as_of: DateTime<Utc>,
    /// Which part of the territory it covers.
    pub coverage: Coverage,
    /// Whether roll-ups are up to date.
    pub folded: Folded,
}

/// The indicators of a territory and an interval.
#[derive(Clone, Debug)]
pub struct Overview {
    /// How many there are.
    pub total: u64,
    /// The first of them by code.
    pub rows: Vec<Progress>,
}

/// Measurements of an indicator: those that count, and how many do not yet.
#[derive(Clone, Debug, Default)]
pub(super) struct Counted {
    /// Approved ones.
    pub approved: Vec<measurement::Model>,
    /// Those of the interval that wait for a decision, or were given back.
    pub pending: usize,
}

/// How far the indicators have come that were measured or aimed at in the interval, the first so many by code.
///
/// # Errors
/// [`DbErr`].
pub async fn overview(
    db: &impl ConnectionTrait,
    within: &Within<'_>,
    most: u64,
) -> Result<Overview, DbErr> {
    told(db, within, concerned(within), most).await
}

/// The same of those that serve goals or targets of sustainable development and are measured: what is computed
/// from hours tells the hours again, which reports count themselves.
///
/// # Errors
/// [`DbErr`].
pub async fn of_goals(
    db: &impl ConnectionTrait,
    within: &Within<'_>,
    most: u64,
) -> Result<Overview, DbErr> {
    let serving = concerned(within)
        .filter(indicator::Column::SdgCode.is_not_null())
        .filter(indicator::Column::Derived.is_null());
    told(db, within, serving, most).await
}

async fn told(
    db: &impl ConnectionTrait,
    within: &Within<'_>,
    concerned: sea_orm::Select<indicator::Entity>,
    most: u64,
) -> Result<Overview, DbErr> {
    let total = concerned.clone().count(db).await?;
    let found = concerned
        .order_by_asc(indicator::Column::Code)
        .order_by_asc(indicator::Column::Id)
        .limit(most)
        .all(db)
        .await?;
    let mut counted = measurements(db, within, &found).await?;
    let mut aimed = aims(db, within, &found).await?;
    let hours = match found.iter().any(|it| it.derived.is_some()) {
        true => Some(hours::hours(db, within, &found).await?),
        false => None,
    };
    let rows = found.into_iter().map(|it| {
        let measured = counted.remove(&it.id).unwrap_or_default();
        let known = Known {
            aimed: aimed.remove(&it.id).unwrap_or_default(),
            measured: measured.approved,
            dimensions: custom::dimensions(within.scope, &it),
            pending: measured.pending,
            hours: hours.as_ref(),
            project: None,
        };
        assess(it, within.from, known, (within.coverage, within.as_of))
    });
    Ok(Overview {
        total,
        rows: rows.collect(),
    })
}

/// Indicators that may be seen, with a measurement or a target in the interval.
fn concerned(within: &Within<'_>) -> sea_orm::Select<indicator::Entity> {
    let measured = measurement::Entity::find()
        .select_only()
        .column(measurement::Column::IndicatorId)
        .filter(seen(within))
        .filter(measurement::Column::FromDay.gte(within.from))
        .filter(measurement::Column::ToDay.lte(within.to))
        .into_query();
    let aimed = indicator_target::Entity::find()
        .select_only()
        .column(indicator_target::Column::IndicatorId)
        .filter(indicator_target::Column::ProjectId.in_subquery(projects(within)))
        .filter(indicator_target::Column::FromDay.gte(within.from))
        .filter(indicator_target::Column::ToDay.lte(within.to))
        .into_query();
    indicator::Entity::find()
        .filter(within.scope.indicators())
        .filter(
            Condition::any()
                .add(indicator::Column::Id.in_subquery(measured))
                .add(indicator::Column::Id.in_subquery(aimed)),
        )
}

/// Measurements of the territory that may be counted and were there.
fn seen(within: &Within<'_>) -> Condition {
    Condition::all()
        .add(within.scope.measurements())
        .add(measurement::Column::TerritoryId.in_subquery(below(within.territories)))
        .add_option(
            within
                .organization
                .map(|it| measurement::Column::OrganizationId.eq(it)),
        )
        .add_option(within.at.map(|at| measurement::Column::CreatedAt.lte(at)))
}

/// Projects of the territory whose aims may be seen.
fn projects(within: &Within<'_>) -> SelectStatement {
    project::Entity::find()
        .select_only()
        .column(project::Column::Id)
        .filter(within.scope.measured_projects())
        .filter(project::Column::TerritoryId.in_subquery(below(within.territories)))
        .filter(
            Condition::all().add_option(
                within
                    .organization
                    .map(|it| project::Column::OrganizationId.eq(it)),
            ),
        )
        .into_query()
}

/// Measurements of indicators, in one statement. What has come together since the beginning counts from its last
/// figure on, however long ago that was.
pub(super) async fn measurements(
    db: &impl ConnectionTrait,
    within: &Within<'_>,
    of: &[indicator::Model],
) -> Result<HashMap<IndicatorId, Counted>, DbErr> {
    let cumulative = of.iter().filter(|it| it.reading == Reading::Cumulative);
    let cumulative: Vec<IndicatorId> = cumulative.map(|it| it.id).collect();
    let begun = Condition::any()
        .add(measurement::Column::FromDay.gte(within.from))
        .add(measurement::Column::IndicatorId.is_in(cumulative));
    let mut rows = measurement::Entity::find()
        .filter(seen(within))
        .filter(measurement::Column::IndicatorId.is_in(of.iter().map(|it| it.id)))
        .filter(measurement::Column::ToDay.lte(within.to))
        .filter(begun)
        .order_by_asc(measurement::Column::Id)
        .all(db)
        .await?;
    measured::by_place(db, &mut rows).await?;
    let mut counted: HashMap<IndicatorId, Counted> = HashMap::new();
    for row in rows {
        let decided = |at| row.decided_at.is_some_and(|it| it <= at);
        let counts = row.status == MeasurementStatus::Approved && within.at.is_none_or(decided);
        let known = counted.entry(row.indicator_id).or_default();
        if counts {
            known.approved.push(row);
        } else if row.from_day >= within.from {
            known.pending += 1;
        }
    }
    Ok(counted)
}

/// Measurements of the interval that were recorded, changed or decided on after one instant and up to another: how
/// many, and the first so many in the order in which they came to be. Earlier ones too of indicators that are told of
/// the interval and add up since the beginning. Of indicators that serve goals alone where
/// `of_goals`.
///
/// # Errors
/// [`DbErr`].
pub async fn touched(
    db: &impl ConnectionTrait,
    within: &Within<'_>,
    (after, until): (DateTime<Utc>, DateTime<Utc>),
    of_goals: bool,
    most: usize,
) -> Result<(u64, Vec<MeasurementId>), DbErr> {
    let meanwhile = |column: measurement::Column| {
        Condition::all()
            .add(column.gt(after))
            .add(column.lte(until))
    };
    let serving = || {
        indicator::Entity::find()
            .select_only()
            .column(indicator::Column::Id)
            .filter(indicator::Column::SdgCode.is_not_null())
            .into_query()
    };
    // What has come together since the beginning counts however long ago it was measured, of the indicators that
    // are told of the interval.
    let cumulative = concerned(within)
        .select_only()
        .column(indicator::Column::Id)
        .filter(indicator::Column::Reading.eq(Reading::Cumulative))
        .into_query();
    let found =
        measurement::Entity::find()
            .filter(seen(within))
            .filter(measurement::Column::ToDay.lte(within.to))
            .filter(
                Condition::any()
                    .add(measurement::Column::FromDay.gte(within.from))
                    .add(measurement::Column::IndicatorId.in_subquery(cumulative)),
            )
            .filter(
                Condition::any()
                    .add(meanwhile(measurement::Column::CreatedAt))
                    .add(meanwhile(measurement::Column::UpdatedAt))
                    .add(meanwhile(measurement::Column::DecidedAt)),
            )
            .filter(Condition::all().add_option(
                of_goals.then(|| measurement::Column::IndicatorId.in_subquery(serving())),
            ));
    let total = found.clone().count(db).await?;
    let listed = found
        .select_only()
        .column(measurement::Column::Id)
        .order_by_asc(measurement::Column::Id)
        .limit(u64::try_from(most).unwrap_or(u64::MAX))
        .into_tuple()
        .all(db)
        .await?;
    Ok((total, listed))
}

/// What indicators aim at, in two statements.
async fn aims(
    db: &impl ConnectionTrait,
    within: &Within<'_>,
    of: &[indicator::Model],
) -> Result<HashMap<IndicatorId, Aims>, DbErr> {
    let ids = || of.iter().map(|it| it.id);
    let mut aims: HashMap<IndicatorId, Aims> = HashMap::new();
    let targets = indicator_target::Entity::find()
        .filter(indicator_target::Column::IndicatorId.is_in(ids()))
        .filter(indicator_target::Column::ProjectId.in_subquery(projects(within)))
        .filter(indicator_target::Column::FromDay.gte(within.from))
        .filter(indicator_target::Column::ToDay.lte(within.to))
        .all(db)
        .await?;
    for it in targets {
        let (days, value) = ((it.from_day, it.to_day), (it.value, it.denominator));
        let of = aims.entry(it.indicator_id).or_default();
        of.targets.push(aim(it.project_id, days, value));
    }
    let baselines = indicator_baseline::Entity::find()
        .filter(indicator_baseline::Column::IndicatorId.is_in(ids()))
        .filter(indicator_baseline::Column::ProjectId.in_subquery(projects(within)))
        .all(db)
        .await?;
    for it in baselines {
        let days = (it.measured_on, it.measured_on);
        let of = aims.entry(it.indicator_id).or_default();
        of.baselines
            .push(aim(it.project_id, days, (it.value, it.denominator)));
    }
    Ok(aims)
}
