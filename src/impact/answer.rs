//! How far an indicator has come in an interval: from approved figures, or from approved hours.
//!
//! The arithmetic is in `assess` and `progress`.

use chrono::DateTime;
use chrono::NaiveDate;
use chrono::Utc;
use entity::ids::IndicatorId;
use entity::ids::OrganizationId;
use entity::ids::ProjectId;
use entity::ids::TerritoryId;
use entity::indicator;
use entity::measurement;
use entity::types::Dimension;
use entity::types::MeasurementStatus;
use entity::types::Reading;
use rust_decimal::Decimal;
use sea_orm::ConnectionTrait;
use sea_orm::DbErr;

use crate::hours::days;
use crate::identity::Coverage;
use crate::identity::Ctx;
use crate::impact::assess::Aims;
use crate::impact::assess::Known;
use crate::impact::assess::aim;
use crate::impact::assess::assess;
use crate::impact::breakdown;
use crate::impact::breakdown::Breakdown;
use crate::impact::coverage;
use crate::impact::custom;
use crate::impact::error::ImpactError;
use crate::impact::hours;
use crate::impact::hours::Hours;
use crate::impact::measured;
use crate::impact::measured::MeasurementFilter;
use crate::impact::overview::Within;
use crate::impact::progress::Figure;
use crate::impact::progress::Period;
use crate::impact::progress::Standing;
use crate::impact::store;
use crate::impact::trend::Course;
use crate::impact::trend::TrendGap;
use crate::refusal::Checks;
use crate::refusal::Code;
use crate::refusal::Refusal;
use crate::rollups;
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
    /// Of that, what was measured of the projects that have a target; `None` where none has.
    pub targeted_actual: Option<Figure>,
    /// Where these projects stood.
    pub targeted_baseline: Option<Figure>,
    /// How much of the target `targeted_actual` is, in percent.
    pub reached: Option<Decimal>,
    /// How far that is.
    pub standing: Standing,
    /// Which way the last period went, or why that cannot be told.
    pub course: Result<Course, TrendGap>,
    /// Period by period; none for what is computed from hours.
    pub periods: Vec<Period>,
    /// What it rests on, for whoever asks by category.
    pub told: Told,
    /// Which part of the territory it covers.
    pub coverage: Coverage,
    /// How many projects have figures, or hours.
    pub measured_projects: usize,
    /// How many projects have targets.
    pub targeted_projects: usize,
    /// How many have both.
    pub compared_projects: usize,
    /// How many approved figures it rests on.
    pub measurements: usize,
    /// How many figures of the interval wait for a decision or were given back: they do not count.
    pub pending: usize,
    /// As of when.
    pub as_of: DateTime<Utc>,
}

/// The approved figures that count, and by what the actor may be told of them.
#[derive(Clone, Debug)]
pub struct Told {
    pub(super) measured: Vec<measurement::Model>,
    pub(super) dimensions: Vec<Dimension>,
}

impl Progress {
    /// What was measured, by each dimension that the actor may be told.
    #[must_use]
    pub fn breakdowns(&self) -> Vec<Breakdown> {
        breakdown::breakdowns(&self.indicator, &self.told.measured, &self.told.dimensions)
    }
}

/// Answers how far an indicator has come, under what the actor may see.
///
/// # Errors
/// [`ImpactError::NotFound`] for an indicator that is not visible and for an organization that is not answered
/// for, [`ImpactError::Invalid`]; [`crate::identity::Denied`] where the actor may count nothing of the territory.
pub async fn progress(ctx: &Ctx, question: &ProgressQuestion) -> Result<Progress, ImpactError> {
    ctx.demand_signed_in()?;
    let mut checks = Checks::new();
    days::asked(&mut checks, question.from, question.to);
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
    let found = store::indicators(ctx.read(), ctx.scope(), &[question.indicator]).await?;
    let of = found.into_iter().next();
    let of = of.ok_or(ImpactError::NotFound("indicatorId"))?;
    if of.derived.is_some() {
        rollups::fold(&ctx.core().db).await?;
    }
    let db = &ctx.counting().await?;
    let both = (db, ctx.core().db.system().read());
    let coverage = coverage::coverage(both, ctx.scope(), (&of, question), place.as_deref()).await?;
    // Figures keep the version of their place that was in force then.
    let within = match &place {
        Some(code) => Some(measured::versions(db, code).await?),
        None => None,
    };
    let aimed = aims(ctx, db, &of, question, within.as_deref()).await?;
    let (counts, pending) = match of.derived {
        Some(_) => (Vec::new(), 0),
        None => counts(ctx, db, &of, question, within.clone()).await?,
    };
    let hours = match of.derived {
        Some(_) => worked(ctx, db, (&of, question), within, coverage).await?,
        None => None,
    };
    let known = Known {
        aimed,
        measured: counts,
        dimensions: custom::dimensions(ctx.scope(), &of),
        pending,
        hours: hours.as_ref(),
        project: question.project,
    };
    Ok(assess(of, question.from, known, (coverage, ctx.now())))
}

/// Approved hours that may be counted. Of a project whose figures may not be, no hours are not known: `None`.
async fn worked(
    ctx: &Ctx,
    db: &impl ConnectionTrait,
    (of, question): (&indicator::Model, &ProgressQuestion),
    within: Option<Vec<TerritoryId>>,
    coverage: Coverage,
) -> Result<Option<Hours>, DbErr> {
    let territories = match within {
        Some(it) => it,
        None => measured::roots(db).await?,
    };
    let owner = match question.project {
        Some(id) => Some(store::owner(db, id).await?),
        None => None,
    };
    let organization = match (question.organization, owner) {
        // There is no such project.
        (_, Some(None)) => return Ok(None),
        (named, owner) => named.or(owner.flatten()),
    };
    let within = Within {
        scope: ctx.scope(),
        territories: &territories,
        organization,
        from: question.from,
        to: question.to,
        at: None,
        as_of: ctx.now(),
        coverage,
        folded: rollups::standing(db).await?,
    };
    let found = hours::hours(db, &within, std::slice::from_ref(of)).await?;
    Ok(match question.project {
        Some(id) if !found.projects().contains(&id) => {
            let counts = coverage::counts_project(db, ctx.scope(), id).await?;
            counts.then_some(found)
        }
        _ => Some(found),
    })
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

/// Approved figures that count, and how many of the interval do not yet. What has come together since the
/// beginning counts from its last figure on, however long ago that was.
async fn counts(
    ctx: &Ctx,
    db: &impl ConnectionTrait,
    of: &indicator::Model,
    question: &ProgressQuestion,
    within: Option<Vec<TerritoryId>>,
) -> Result<(Vec<measurement::Model>, usize), ImpactError> {
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
    let mut rows = measured::every_measurement(db, ctx.scope(), &filter).await?;
    measured::by_place(db, &mut rows).await?;
    let (counts, others): (Vec<_>, Vec<_>) = rows
        .into_iter()
        .partition(|it| it.status == MeasurementStatus::Approved);
    let pending = others.iter().filter(|it| it.from_day >= question.from);
    let pending = pending.count();
    Ok((counts, pending))
}
