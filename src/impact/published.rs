//! What projects measured, period by period, as it is published: approved figures with their places and categories,
//! targets, baselines.
//!
//! Figures become one here as they do in `answer`, by the rules of `progress`; how they are written is decided elsewhere.
//! What is computed from hours is not measured, and not here.

use std::collections::BTreeMap;
use std::collections::HashMap;

use chrono::NaiveDate;
use entity::ids::IndicatorId;
use entity::ids::OrganizationId;
use entity::ids::ProjectId;
use entity::ids::TerritoryId;
use entity::indicator;
use entity::measurement;
use entity::project;
use entity::types::Dimension;
use sea_orm::ConnectionTrait;
use sea_orm::DbErr;

use crate::identity::Scope;
use crate::impact::assess::point;
use crate::impact::breakdown::breakdowns;
use crate::impact::custom;
use crate::impact::measured;
use crate::impact::parts::UNKNOWN;
use crate::impact::progress::Figure;
use crate::impact::progress::Point;
use crate::impact::progress::figure;
use crate::impact::store;
use crate::impact::value::Measured;

/// Projects of one page.
pub const PAGE: u64 = 100;

/// A project with its indicators, by code.
#[derive(Clone, Debug)]
pub struct Published {
    /// The project.
    pub project: project::Model,
    /// What it measured or aims at; never empty.
    pub indicators: Vec<Indicator>,
}

/// An indicator in a project.
#[derive(Clone, Debug)]
pub struct Indicator {
    /// The indicator.
    pub of: indicator::Model,
    /// Where it stood, and on which day.
    pub baseline: Option<(NaiveDate, Figure)>,
    /// Its periods, the earliest first.
    pub periods: Vec<Period>,
}

/// A period of an indicator in a project.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Period {
    /// First day.
    pub from: NaiveDate,
    /// Last day, inclusive.
    pub to: NaiveDate,
    /// What should be reached.
    pub target: Option<Figure>,
    /// What was measured; `None` where nothing was, and where places do not become one.
    pub actual: Option<Figure>,
    /// The same place by place, by its version in force then.
    pub places: Vec<(TerritoryId, Figure)>,
    /// The same by category; of what is not known only where there is some.
    pub categories: Vec<(Dimension, String, Figure)>,
}

/// The next projects of an organization after one, with what lies within an interval, and the last project that was
/// looked at; `None` at the end. Projects without anything within are left out.
///
/// # Errors
/// [`DbErr`].
pub async fn page(
    db: &impl ConnectionTrait,
    scope: &Scope,
    (organization, after): (OrganizationId, Option<ProjectId>),
    days: (NaiveDate, NaiveDate),
) -> Result<Option<(Vec<Published>, ProjectId)>, DbErr> {
    let projects = store::measured_projects(db, scope, organization, (after, PAGE)).await?;
    let Some(last) = projects.last().map(|it| it.id) else {
        return Ok(None);
    };
    let ids: Vec<ProjectId> = projects.iter().map(|it| it.id).collect();
    let mut rows = store::approved_of(db, scope, &ids, days).await?;
    measured::by_place(db, &mut rows).await?;
    let (targets, baselines) = store::aims_of(db, &ids).await?;
    let within = |from: NaiveDate, to: NaiveDate| from >= days.0 && to <= days.1;
    let mut found: BTreeMap<(ProjectId, IndicatorId), Known> = BTreeMap::new();
    for row in rows {
        let key = (row.project_id, row.indicator_id);
        found.entry(key).or_default().measured.push(row);
    }
    for it in targets {
        if within(it.from_day, it.to_day) {
            let key = (it.project_id, it.indicator_id);
            let aim = (it.from_day, it.to_day, told(it.value, it.denominator));
            found.entry(key).or_default().targets.push(aim);
        }
    }
    for it in baselines {
        // Where it stood says nothing without what is held against it.
        if let Some(known) = found.get_mut(&(it.project_id, it.indicator_id)) {
            known.baseline = Some((it.measured_on, told(it.value, it.denominator)));
        }
    }
    let mut named: Vec<IndicatorId> = found.keys().map(|it| it.1).collect();
    named.sort_unstable();
    named.dedup();
    let indicators = store::indicators(db, scope, &named).await?;
    let measurable = indicators.into_iter().filter(|it| it.derived.is_none());
    let indicators: HashMap<IndicatorId, indicator::Model> =
        measurable.map(|it| (it.id, it)).collect();
    let mut by_project: HashMap<ProjectId, Vec<Indicator>> = HashMap::new();
    for ((project, id), known) in found {
        if let Some(of) = indicators.get(&id) {
            let mut dimensions = custom::dimensions(scope, of);
            // What an organization's own vocabulary says is for its members.
            dimensions.retain(|it| *it != Dimension::Custom || !custom::is_own(of));
            let all = by_project.entry(project).or_default();
            all.push(indicator(of, &known, &dimensions));
        }
    }
    let published = projects.into_iter().filter_map(|project| {
        let mut indicators = by_project.remove(&project.id)?;
        indicators.sort_by(|left, right| left.of.code.cmp(&right.of.code));
        Some(Published {
            project,
            indicators,
        })
    });
    Ok(Some((published.collect(), last)))
}

fn told(value: i64, whole: Option<i64>) -> Figure {
    Measured { value, whole }.into()
}

/// What is known of an indicator in a project.
#[derive(Debug, Default)]
struct Known {
    measured: Vec<measurement::Model>,
    targets: Vec<(NaiveDate, NaiveDate, Figure)>,
    baseline: Option<(NaiveDate, Figure)>,
}

fn indicator(of: &indicator::Model, known: &Known, dimensions: &[Dimension]) -> Indicator {
    let measured = known.measured.iter().map(|it| (it.from_day, it.to_day));
    let aimed = known.targets.iter().map(|it| (it.0, it.1));
    let mut days: Vec<(NaiveDate, NaiveDate)> = measured.chain(aimed).collect();
    days.sort_unstable();
    days.dedup();
    Indicator {
        of: of.clone(),
        baseline: known.baseline,
        periods: days
            .into_iter()
            .map(|it| period(of, known, dimensions, it))
            .collect(),
    }
}

fn period(
    of: &indicator::Model,
    known: &Known,
    dimensions: &[Dimension],
    (from, to): (NaiveDate, NaiveDate),
) -> Period {
    let rows = known.measured.iter();
    let rows = rows.filter(|it| (it.from_day, it.to_day) == (from, to));
    let rows: Vec<measurement::Model> = rows.cloned().collect();
    let points: Vec<Point> = rows.iter().map(point).collect();
    let target = known.targets.iter().find(|it| (it.0, it.1) == (from, to));
    let mut places: Vec<(TerritoryId, Figure)> = points
        .iter()
        .map(|it| (it.territory, it.measured.into()))
        .collect();
    places.sort_by_key(|it| it.0);
    let by = breakdowns(of, &rows, dimensions).into_iter();
    let categories = by.flat_map(|by| {
        let all = by.categories.into_iter();
        let known = all.filter(|it| it.category != UNKNOWN || it.figure.value != 0);
        let known: Vec<_> = known
            .map(|it| (by.dimension, it.category, it.figure))
            .collect();
        // All of it unknown tells nothing.
        match known.iter().all(|it| it.1 == UNKNOWN || it.2.value == 0) {
            true => Vec::new(),
            false => known,
        }
    });
    Period {
        from,
        to,
        target: target.map(|it| it.2),
        actual: figure(of, &points),
        places,
        categories: categories.collect(),
    }
}
