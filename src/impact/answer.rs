//! How far an indicator has come in an interval: from approved figures, or from approved hours.
//!
//! The arithmetic is in `progress`.

use std::collections::BTreeMap;
use std::collections::BTreeSet;

use chrono::DateTime;
use chrono::NaiveDate;
use chrono::Utc;
use entity::ids::IndicatorId;
use entity::ids::OrganizationId;
use entity::ids::ProjectId;
use entity::ids::TerritoryId;
use entity::indicator;
use entity::measurement;
use entity::types::Derived;
use entity::types::Direction;
use entity::types::MeasurementStatus;
use entity::types::OverTime;
use entity::types::Reading;
use rust_decimal::Decimal;
use sea_orm::ConnectionTrait;
use sea_orm::DbErr;
use uuid::Uuid;

use crate::identity::Coverage;
use crate::identity::Ctx;
use crate::impact::coverage;
use crate::impact::error::ImpactError;
use crate::impact::measured;
use crate::impact::measured::MeasurementFilter;
use crate::impact::measured::Worked;
use crate::impact::progress;
use crate::impact::progress::Figure;
use crate::impact::progress::Point;
use crate::impact::progress::Standing;
use crate::impact::progress::Trend;
use crate::impact::store;
use crate::impact::value::Measured;
use crate::impact::value::ONE;
use crate::refusal::Checks;
use crate::refusal::Code;
use crate::refusal::Refusal;
use crate::territories::lookup;

/// Which indicator, where and when.
#[derive(Clone, Debug)]
pub struct ProgressQuestion {
    /// The indicator.
    pub indicator: IndicatorId,
    /// First day.
    pub from: NaiveDate,
    /// Last day, inclusive.
    pub to: NaiveDate,
    /// Only of this project.
    pub project: Option<ProjectId>,
    /// Only of this organization.
    pub organization: Option<OrganizationId>,
    /// Only at this place or below.
    pub territory_code: Option<String>,
}

/// One period with its figures.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Period {
    /// First day.
    pub from: NaiveDate,
    /// Last day, inclusive.
    pub to: NaiveDate,
    /// What was measured in it; `None` where values do not become one.
    pub actual: Option<Figure>,
    /// What should be reached in it.
    pub target: Option<Figure>,
}

/// How far an indicator has come.
#[derive(Clone, Debug)]
pub struct Progress {
    /// The indicator.
    pub indicator: indicator::Model,
    /// Where it stood.
    pub baseline: Option<Figure>,
    /// What it should reach in the interval.
    pub target: Option<Figure>,
    /// What was measured in the interval.
    pub actual: Option<Figure>,
    /// How much of the target that is, in percent.
    pub reached: Option<Decimal>,
    /// How far that is.
    pub standing: Standing,
    /// Which way the last period went.
    pub trend: Option<Trend>,
    /// Period by period; none for what is computed from hours.
    pub periods: Vec<Period>,
    /// Which part of the territory it covers.
    pub coverage: Coverage,
    /// How many approved figures it rests on.
    pub measurements: usize,
    /// How many figures of the interval wait for a decision or were given back: they do not count.
    pub pending: usize,
    /// As of when.
    pub as_of: DateTime<Utc>,
}

/// Answers how far an indicator has come, under what the actor may see.
///
/// # Errors
/// [`ImpactError::NotFound`] for an indicator that is not visible and for an organization that is not answered
/// for, [`ImpactError::Invalid`]; [`crate::identity::Denied`] where the actor may count nothing of the territory.
pub async fn progress(ctx: &Ctx, question: &ProgressQuestion) -> Result<Progress, ImpactError> {
    ctx.demand_signed_in()?;
    let mut checks = Checks::new();
    checks.demand(question.to >= question.from, || {
        Refusal::of(Code::OutOfRange, "to")
            .with("least", question.from)
            .with("most", "9999-12-31")
    });
    let place = match &question.territory_code {
        None => None,
        Some(code) => {
            let found = lookup::by_code(ctx.read(), code, question.to).await?;
            checks.demand(found.is_some(), || {
                Refusal::of(Code::UnknownTerritory, "territoryCode").with("value", code)
            });
            found.map(|it| it.code)
        }
    };
    checks.done().map_err(ImpactError::Invalid)?;
    let db = &ctx.core().db.snapshot().await?;
    let found = store::indicators(db, ctx.scope(), &[question.indicator]).await?;
    let of = found.into_iter().next();
    let of = of.ok_or(ImpactError::NotFound("indicatorId"))?;
    let coverage = coverage::coverage(db, ctx.scope(), (&of, question), place.as_deref()).await?;
    // Figures keep the version of their place that was in force then.
    let within = match &place {
        Some(code) => Some(measured::versions(db, code).await?),
        None => None,
    };
    let aimed = aims(ctx, db, &of, question, within.as_deref()).await?;
    let (points, pending) = match of.derived {
        Some(_) => (Vec::new(), 0),
        None => points(ctx, db, &of, question, within.clone()).await?,
    };
    let worked = match of.derived {
        Some(_) => worked(ctx, db, question, within.as_deref()).await?,
        None => None,
    };
    let known = Known {
        aimed,
        points,
        pending,
        worked,
    };
    let of_project = question.project.is_some();
    let span = (question.from, question.to);
    Ok(assess(of, span, &known, (of_project, coverage, ctx.now())))
}

/// Approved work that may be counted. Of a project whose figures may not be, no work is not known: `None`.
async fn worked(
    ctx: &Ctx,
    db: &impl ConnectionTrait,
    question: &ProgressQuestion,
    within: Option<&[TerritoryId]>,
) -> Result<Option<Worked>, DbErr> {
    let found = measured::worked(db, ctx.scope(), question, within).await?;
    Ok(match question.project {
        Some(id) if found.volunteers == 0 && found.minutes == 0 => {
            let counts = coverage::counts_project(db, ctx.scope(), id).await?;
            counts.then_some(found)
        }
        _ => Some(found),
    })
}

/// What is known of an indicator in an interval.
pub(super) struct Known {
    /// What it aims at.
    pub aimed: Aims,
    /// Approved figures that count.
    pub points: Vec<Point>,
    /// Figures of the interval that do not count yet.
    pub pending: usize,
    /// Approved work, where it is computed from hours.
    pub worked: Option<Worked>,
}

/// How far an indicator has come by what is known of it; of one project, or of several.
pub(super) fn assess(
    of: indicator::Model,
    (from, _): (NaiveDate, NaiveDate),
    known: &Known,
    (of_project, coverage, as_of): (bool, Coverage, DateTime<Utc>),
) -> Progress {
    let Known { aimed, points, .. } = known;
    let actual = match of.derived {
        None => progress::figure(&of, points),
        Some(derived) => known.worked.map(|worked| {
            let value = match derived {
                Derived::Volunteers => worked.volunteers,
                Derived::Minutes => worked.minutes,
            };
            Figure {
                value: i128::from(value) * i128::from(ONE),
                whole: None,
            }
        }),
    };
    // Only projects that aim at something are measured by it.
    let projects: BTreeSet<ProjectId> = aimed.targets.iter().map(|it| it.project).collect();
    let of_those = |among: &[Point]| -> Vec<Point> {
        let these = among.iter().filter(|it| projects.contains(&it.project));
        these.copied().collect()
    };
    let compared = match of.derived {
        None => progress::figure(&of, &of_those(points)),
        // Of hours it is known where they were worked, not which of them an aim is about.
        Some(_) => actual.filter(|_| of_project),
    };
    let target = progress::figure(&of, &aimed.targets);
    let baseline = progress::figure(&of, &of_those(&aimed.baselines));
    // A start beside a sum of periods would be taken away once where it stands in each.
    let several = aimed.targets.iter().any(|it| {
        aimed
            .targets
            .iter()
            .any(|other| it.project == other.project && it.from != other.from)
    });
    let sums = of.over_time == OverTime::Sum && of.reading == Reading::Periodic && several;
    let start = baseline.filter(|_| !sums && starts(&of));
    let reached = compared
        .zip(target)
        .and_then(|(actual, target)| progress::reached(&of, start, target, actual));
    let inside: Vec<Point> = points
        .iter()
        .copied()
        .filter(|it| it.from >= from)
        .collect();
    let periods = periods(&of, &inside, &aimed.targets);
    Progress {
        standing: progress::standing(reached, actual.is_some(), target.is_some()),
        trend: trend(&periods),
        baseline: progress::figure(&of, &aimed.baselines),
        indicator: of,
        target,
        actual,
        reached,
        periods,
        measurements: points.len(),
        pending: known.pending,
        coverage,
        as_of,
    }
}

/// Whether the way to a target begins at the baseline: what happens in periods begins anew in each,
/// unless it should fall.
fn starts(of: &indicator::Model) -> bool {
    of.direction == Direction::Decrease || of.reading == Reading::Cumulative
}

/// What is aimed at.
#[derive(Default)]
pub(super) struct Aims {
    /// What should be reached in periods within the interval.
    pub targets: Vec<Point>,
    /// Where projects stood before.
    pub baselines: Vec<Point>,
}

/// The targets within the interval and the baselines of the projects that may be seen.
async fn aims(
    ctx: &Ctx,
    db: &impl ConnectionTrait,
    of: &indicator::Model,
    question: &ProgressQuestion,
    within: Option<&[TerritoryId]>,
) -> Result<Aims, ImpactError> {
    let projects = store::aimed_at(db, ctx.scope(), of.id, question, within).await?;
    let targets = store::targets(db, of.id, &projects).await?;
    let targets = targets
        .into_iter()
        .filter(|it| it.from_day >= question.from && it.to_day <= question.to)
        .map(|it| {
            aim(
                it.project_id,
                (it.from_day, it.to_day),
                (it.value, it.denominator),
            )
        });
    let baselines = store::baselines(db, of.id, &projects).await?;
    let baselines = baselines.into_iter().map(|it| {
        let days = (it.measured_on, it.measured_on);
        aim(it.project_id, days, (it.value, it.denominator))
    });
    Ok(Aims {
        targets: targets.collect(),
        baselines: baselines.collect(),
    })
}

/// A target or a baseline: of a project, at no place of its own.
pub(super) fn aim(
    project: ProjectId,
    (from, to): (NaiveDate, NaiveDate),
    (value, whole): (i64, Option<i64>),
) -> Point {
    Point {
        project,
        territory: TerritoryId(Uuid::nil()),
        from,
        to,
        measured: Measured { value, whole },
    }
}

/// A measurement.
pub(super) fn point(it: &measurement::Model) -> Point {
    Point {
        project: it.project_id,
        territory: it.territory_id,
        from: it.from_day,
        to: it.to_day,
        measured: Measured {
            value: it.value,
            whole: it.denominator,
        },
    }
}

/// Approved figures that count, and how many of the interval do not yet. What has come together since the
/// beginning counts from its last figure on, however long ago that was.
async fn points(
    ctx: &Ctx,
    db: &impl ConnectionTrait,
    of: &indicator::Model,
    question: &ProgressQuestion,
    within: Option<Vec<TerritoryId>>,
) -> Result<(Vec<Point>, usize), ImpactError> {
    let periodic = of.reading == Reading::Periodic;
    let filter = MeasurementFilter {
        organization: question.organization,
        project: question.project,
        indicator: Some(of.id),
        status: None,
        within,
        from: periodic.then_some(question.from),
        to: Some(question.to),
    };
    let rows = measured::every_measurement(db, ctx.scope(), &filter).await?;
    let (counts, others): (Vec<_>, Vec<_>) = rows
        .into_iter()
        .partition(|it| it.status == MeasurementStatus::Approved);
    let pending = others.iter().filter(|it| it.from_day >= question.from);
    let points = counts.iter().map(point);
    Ok((points.collect(), pending.count()))
}

/// Which way the last period went beside the one right before it, where both are about as long.
fn trend(periods: &[Period]) -> Option<Trend> {
    let length = |it: &Period| (it.to - it.from).num_days();
    let last = periods.iter().rfind(|it| it.actual.is_some())?;
    let before = periods.iter().rfind(|it| {
        it.to.succ_opt() == Some(last.from) && (length(it) - length(last)).abs() <= 3
    })?;
    Some(progress::trend(before.actual?, last.actual?))
}

fn periods(of: &indicator::Model, points: &[Point], targets: &[Point]) -> Vec<Period> {
    let mut all: BTreeMap<(NaiveDate, NaiveDate), (Vec<Point>, Vec<Point>)> = BTreeMap::new();
    for point in points {
        all.entry((point.to, point.from))
            .or_default()
            .0
            .push(*point);
    }
    for target in targets {
        all.entry((target.to, target.from))
            .or_default()
            .1
            .push(*target);
    }
    all.into_iter()
        .map(|((to, from), (points, targets))| Period {
            from,
            to,
            actual: progress::figure(of, &points),
            target: progress::figure(of, &targets),
        })
        .collect()
}
