//! `indicatorProgress`: baseline, target, actual, and how far that is.
//!
//! The figures are worked out in `impact`.

use async_graphql::ComplexObject;
use async_graphql::Context;
use async_graphql::Enum;
use async_graphql::ID;
use async_graphql::InputObject;
use async_graphql::Object;
use async_graphql::Result;
use async_graphql::SimpleObject;
use entity::ids::IndicatorId;
use entity::ids::OrganizationId;
use entity::ids::ProjectId;

use crate::graphql::context::Gql;
use crate::graphql::error::read;
use crate::graphql::impact::figure::IndicatorValue;
use crate::graphql::impact::indicator::Indicator;
use crate::graphql::impact::indicator::IndicatorDimension;
use crate::graphql::node::NodeId;
use crate::graphql::reports::basis::ReportCoverage;
use crate::graphql::scalars::Date;
use crate::graphql::scalars::DateTime;
use crate::graphql::scalars::Decimal;
use crate::impact::answer;
use crate::impact::answer::ProgressQuestion;
use crate::impact::breakdown::Breakdown;
use crate::impact::progress;
use crate::impact::trend;

/// Which indicator, where and when.
#[derive(InputObject)]
pub struct IndicatorProgressInput {
    /// The indicator.
    indicator_id: ID,
    /// First day. Figures and targets count whose period lies within the interval.
    from: Date,
    /// Last day, inclusive.
    to: Date,
    /// Only of this project.
    project_id: Option<ID>,
    /// Only of this organization.
    organization_id: Option<ID>,
    /// Only at the place of this code or below; targets count by the place of their project.
    territory_code: Option<String>,
}

/// How far an indicator has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "progress::Standing")]
pub enum ProgressStatus {
    /// It has reached its target, or more.
    Achieved,
    /// At least `onTrackPercent`.
    OnTrack,
    /// At least `atRiskPercent`.
    AtRisk,
    /// Less.
    OffTrack,
    /// Something was approved, and no target lies within the interval.
    NoTarget,
    /// Nothing was approved, whether a target is there or not; or nothing of the projects whose targets lie within the
    /// interval. Where hours may be counted, no hours are a figure and not this.
    NoData,
    /// There are targets, and figures of their projects, and one of both does not become one value: targets or figures
    /// of several periods or projects where `overTime` or `overPlace` is `NONE`, or a value of work of which some
    /// minutes have no rate.
    NotComparable,
}

/// Which way the last period went, beside the one right before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "trend::Trend")]
pub enum ProgressTrend {
    /// Up.
    Up,
    /// Neither.
    Level,
    /// Down.
    Down,
}

/// What of two periods is compared for the trend.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "trend::Basis")]
pub enum ProgressTrendBasis {
    /// Their values: the periods are about as long (as months of 28 and 31 days are), or values do not grow with the
    /// days of a period (`CUMULATIVE`, `LAST`, `AVERAGE`).
    Value,
    /// Their values by the days of each: values add up over time (`SUM`), and one period is longer.
    PerDay,
}

/// Why no trend is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "trend::TrendGap")]
pub enum ProgressTrendGap {
    /// Fewer than two periods have a value; those of what is computed from hours none.
    TooFewPeriods,
    /// No period with a value ends on the day before the last one begins.
    PeriodsApart,
    /// One is longer, and values would be larger or smaller by that alone in a way that is not known (`MIN`, `MAX`,
    /// `NONE`).
    UnequalPeriods,
    /// No project has values of the same place in both, or those do not become one.
    NothingInCommon,
}

/// How far an indicator has come in an interval.
#[derive(SimpleObject)]
#[graphql(complex)]
pub struct IndicatorProgress {
    /// The indicator, with the rules by which its values become one.
    indicator: Indicator,
    /// Where it stood before the projects, of all that say so.
    baseline: Option<IndicatorValue>,
    /// What it should reach, of the `targetedProjectCount` projects with a target whose period lies within the
    /// interval. Held against `targetedActual`, and not against `actual`, which may be of more projects.
    target: Option<IndicatorValue>,
    /// What was measured and approved, of all projects, or computed from their approved hours; null where nothing was,
    /// or where values do not become one.
    actual: Option<IndicatorValue>,
    /// What was measured of the projects that `target` is of, from the first to the last day of their targets: what
    /// `reachedPercent` compares with it. Hours are those of the whole interval. Null where no project has a target, and as
    /// `actual`.
    targeted_actual: Option<IndicatorValue>,
    /// `baseline` of the projects that `target` is of; null where none of them says one.
    targeted_baseline: Option<IndicatorValue>,
    /// How many projects have approved figures that count, or approved hours where the indicator is computed from them.
    measured_project_count: i32,
    /// How many projects have a target whose period lies within the interval.
    targeted_project_count: i32,
    /// How many projects have both.
    compared_project_count: i32,
    /// How much of the way to the target `targetedActual` is, in percent to two decimals: from `targetedBaseline` on where
    /// the indicator should fall, or adds up since the beginning. Null where `status` is `NO_TARGET`, `NO_DATA` or
    /// `NOT_COMPARABLE`.
    reached_percent: Option<Decimal>,
    /// How far that is, or what is missing to say so.
    status: ProgressStatus,
    /// From so many percent on it is on its way.
    on_track_percent: i32,
    /// From so many percent on it is at risk.
    at_risk_percent: i32,
    /// Which way the last period went beside the one right before it, by the projects and places that have values in both;
    /// null where `trendGap` says why.
    trend: Option<ProgressTrend>,
    /// What of the two periods was compared; null where there is no trend.
    trend_basis: Option<ProgressTrendBasis>,
    /// Why there is no trend; null where there is one.
    trend_gap: Option<ProgressTrendGap>,
    /// Period by period, the earliest first; none for an indicator that is computed from hours.
    periods: Vec<IndicatorPeriod>,
    /// Which part of the territory, or of everything where none is asked for, it covers.
    coverage: ReportCoverage,
    /// How many approved figures are known, those too that later ones stand for where they came together.
    measurement_count: i32,
    /// How many figures of the interval do not count, since they wait for a decision or were given back.
    pending_count: i32,
    /// As of when.
    as_of: DateTime,
    #[graphql(skip)]
    answer: answer::Progress,
}

/// What is worked out for whoever asks for it.
#[ComplexObject]
impl IndicatorProgress {
    /// `actual` by each dimension of the indicator; none where there is no `actual`, and where parts of several
    /// figures do not make those of one: joined by `AVERAGE` but for percentages, by `MIN` or by `MAX`.
    async fn breakdowns(&self) -> Vec<IndicatorBreakdown> {
        let breakdowns = self.answer.breakdowns().into_iter();
        breakdowns.map(Into::into).collect()
    }
}

impl From<answer::Progress> for IndicatorProgress {
    fn from(it: answer::Progress) -> Self {
        let count = |it: usize| i32::try_from(it).unwrap_or(i32::MAX);
        let periods = it.periods.iter().map(|it| IndicatorPeriod {
            from: Date(it.from),
            to: Date(it.to),
            actual: it.actual.map(Into::into),
            targeted_actual: it.targeted.map(Into::into),
            target: it.target.map(Into::into),
        });
        let course = it.course.as_ref().ok().copied();
        Self {
            indicator: Indicator(it.indicator.clone()),
            baseline: it.baseline.map(Into::into),
            target: it.target.map(Into::into),
            actual: it.actual.map(Into::into),
            targeted_actual: it.targeted_actual.map(Into::into),
            targeted_baseline: it.targeted_baseline.map(Into::into),
            measured_project_count: count(it.measured_projects),
            targeted_project_count: count(it.targeted_projects),
            compared_project_count: count(it.compared_projects),
            reached_percent: it.reached.map(Decimal),
            status: it.standing.into(),
            on_track_percent: i32::try_from(progress::ON_TRACK).unwrap_or(100),
            at_risk_percent: i32::try_from(progress::AT_RISK).unwrap_or(100),
            trend: course.map(|it| it.trend.into()),
            trend_basis: course.map(|it| it.basis.into()),
            trend_gap: it.course.err().map(Into::into),
            periods: periods.collect(),
            coverage: it.coverage.into(),
            measurement_count: count(it.measurements),
            pending_count: count(it.pending),
            as_of: DateTime(it.as_of),
            answer: it,
        }
    }
}

/// An indicator in one period.
#[derive(SimpleObject)]
pub struct IndicatorPeriod {
    /// First day.
    from: Date,
    /// Last day, inclusive.
    to: Date,
    /// What was measured and approved, of all projects.
    actual: Option<IndicatorValue>,
    /// `actual` of the projects with a target of this period, which `target` is of.
    targeted_actual: Option<IndicatorValue>,
    /// What should be reached.
    target: Option<IndicatorValue>,
}

/// What was measured by one dimension.
#[derive(SimpleObject)]
pub struct IndicatorBreakdown {
    /// The dimension.
    dimension: IndicatorDimension,
    /// Its categories, `UNKNOWN` last with all that no figure told; together exactly `actual`. Of `CUSTOM` those that
    /// figures name, by code, also those that have come to nothing since.
    categories: Vec<IndicatorCategory>,
}

/// A part of what was measured.
#[derive(SimpleObject)]
pub struct IndicatorCategory {
    /// A word of the dimension; of `CUSTOM`, the code of a term.
    category: String,
    /// How much.
    value: IndicatorValue,
}

impl From<Breakdown> for IndicatorBreakdown {
    fn from(it: Breakdown) -> Self {
        let categories = it.categories.into_iter().map(|it| IndicatorCategory {
            category: it.category,
            value: it.figure.into(),
        });
        Self {
            dimension: it.dimension.into(),
            categories: categories.collect(),
        }
    }
}

/// Queries of progress.
#[derive(Debug, Default)]
pub struct ProgressQueries;

/// Queries of progress.
#[Object]
impl ProgressQueries {
    /// How far an indicator has come in an interval, from approved figures, or approved hours, that the caller may see. As of reports,
    /// whoever may count nothing of the territory is refused with `FORBIDDEN`, and `coverage` tells a part.
    async fn indicator_progress(
        &self,
        gql: &Context<'_>,
        #[graphql(desc = "Which indicator, where and when.")] input: IndicatorProgressInput,
    ) -> Result<IndicatorProgress> {
        let ctx = gql.signed_in()?;
        let question = ProgressQuestion {
            indicator: IndicatorId::input(&input.indicator_id, "indicatorId")?,
            from: input.from.0,
            to: input.to.0,
            project: ProjectId::optional(input.project_id.as_ref(), "projectId")?,
            organization: OrganizationId::optional(
                input.organization_id.as_ref(),
                "organizationId",
            )?,
            territory_code: input.territory_code,
        };
        let found = read(ctx, answer::progress(ctx, &question).await)?;
        Ok(found.into())
    }
}
