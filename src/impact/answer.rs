//! How far an indicator has come in an interval: from approved figures, or from approved hours.
//!
//! The arithmetic is in `progress`.

use std::collections::BTreeSet;

use chrono::DateTime;
use chrono::NaiveDate;
use chrono::Utc;
use entity::ids::IndicatorId;
use entity::ids::OrganizationId;
use entity::ids::ProjectId;
use entity::ids::TerritoryId;
use entity::indicator;
use entity::types::Derived;
use entity::types::MeasurementStatus;
use rust_decimal::Decimal;
use uuid::Uuid;

use crate::identity::Ctx;
use crate::impact::error::ImpactError;
use crate::impact::measured;
use crate::impact::measured::MeasurementFilter;
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
/// [`ImpactError::NotFound`] for an indicator that is not visible, [`ImpactError::Invalid`].
pub async fn progress(ctx: &Ctx, question: &ProgressQuestion) -> Result<Progress, ImpactError> {
    ctx.demand_signed_in()?;
    let mut checks = Checks::new();
    checks.demand(question.to >= question.from, || {
        Refusal::of(Code::OutOfRange, "to")
            .with("least", question.from)
            .with("most", "9999-12-31")
    });
    let within = match &question.territory_code {
        None => None,
        Some(code) => {
            let found = lookup::by_code(ctx.read(), code, question.to).await?;
            checks.demand(found.is_some(), || {
                Refusal::of(Code::UnknownTerritory, "territoryCode").with("value", code)
            });
            found.map(|it| vec![it.id])
        }
    };
    checks.done().map_err(ImpactError::Invalid)?;
    let db = &ctx.core().db.snapshot().await?;
    let found = store::indicators(db, ctx.scope(), &[question.indicator]).await?;
    let of = found.into_iter().next();
    let of = of.ok_or(ImpactError::NotFound("indicatorId"))?;
    if let Some(derived) = of.derived {
        let worked = measured::worked(db, ctx.scope(), question, within.as_deref()).await?;
        let value = match derived {
            Derived::Volunteers => worked.volunteers,
            Derived::Minutes => worked.minutes,
        };
        let actual = Figure {
            value: i128::from(value) * i128::from(ONE),
            whole: None,
        };
        return Ok(Progress {
            indicator: of,
            baseline: None,
            target: None,
            actual: Some(actual),
            reached: None,
            standing: Standing::NoTarget,
            trend: None,
            periods: Vec::new(),
            measurements: 0,
            pending: 0,
            as_of: ctx.now(),
        });
    }
    let filter = MeasurementFilter {
        organization: question.organization,
        project: question.project,
        indicator: Some(of.id),
        status: None,
        within,
        from: Some(question.from),
        to: Some(question.to),
    };
    let rows = measured::every_measurement(db, ctx.scope(), &filter).await?;
    let pending = rows
        .iter()
        .filter(|it| it.status != MeasurementStatus::Approved)
        .count();
    let points: Vec<Point> = rows
        .iter()
        .filter(|it| it.status == MeasurementStatus::Approved)
        .map(|it| Point {
            project: it.project_id,
            territory: it.territory_id,
            from: it.from_day,
            to: it.to_day,
            measured: Measured {
                value: it.value,
                whole: it.denominator,
            },
        })
        .collect();
    // What should be reached counts for the projects that are looked at, measured or not.
    let mut projects: BTreeSet<ProjectId> = rows.iter().map(|it| it.project_id).collect();
    projects
        .extend(store::aimed_at(db, ctx.scope(), of.id, question, filter.within.as_deref()).await?);
    let projects: Vec<ProjectId> = projects.into_iter().collect();
    let nowhere = TerritoryId(Uuid::nil());
    let targets: Vec<Point> = store::targets(db, of.id, &projects)
        .await?
        .into_iter()
        .filter(|it| it.from_day >= question.from && it.to_day <= question.to)
        .map(|it| Point {
            project: it.project_id,
            territory: nowhere,
            from: it.from_day,
            to: it.to_day,
            measured: Measured {
                value: it.value,
                whole: it.denominator,
            },
        })
        .collect();
    let baselines: Vec<Point> = store::baselines(db, of.id, &projects)
        .await?
        .into_iter()
        .map(|it| Point {
            project: it.project_id,
            territory: nowhere,
            from: it.measured_on,
            to: it.measured_on,
            measured: Measured {
                value: it.value,
                whole: it.denominator,
            },
        })
        .collect();
    let (actual, target) = (
        progress::figure(&of, &points),
        progress::figure(&of, &targets),
    );
    let baseline = progress::figure(&of, &baselines);
    let reached = actual
        .zip(target)
        .and_then(|(actual, target)| progress::reached(&of, baseline, target, actual));
    let periods = periods(&of, &points, &targets);
    let actuals: Vec<Option<Figure>> = periods.iter().map(|it| it.actual).collect();
    Ok(Progress {
        standing: progress::standing(reached, actual.is_some(), target.is_some()),
        trend: progress::trend(&actuals),
        indicator: of,
        baseline,
        target,
        actual,
        reached,
        periods,
        measurements: points.len(),
        pending,
        as_of: ctx.now(),
    })
}

fn periods(of: &indicator::Model, points: &[Point], targets: &[Point]) -> Vec<Period> {
    let all: BTreeSet<(NaiveDate, NaiveDate)> = points
        .iter()
        .chain(targets)
        .map(|it| (it.to, it.from))
        .collect();
    let of_period = |among: &[Point], from, to| {
        let these: Vec<Point> = among
            .iter()
            .copied()
            .filter(|it| it.from == from && it.to == to)
            .collect();
        progress::figure(of, &these)
    };
    all.into_iter()
        .map(|(to, from)| Period {
            from,
            to,
            actual: of_period(points, from, to),
            target: of_period(targets, from, to),
        })
        .collect()
}
