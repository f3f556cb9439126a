//! `indicatorProgress`: baseline, target, actual, and how far that is.
//!
//! The figures are worked out in `impact`.

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
use crate::graphql::node::NodeId;
use crate::graphql::reports::basis::ReportCoverage;
use crate::graphql::scalars::Date;
use crate::graphql::scalars::DateTime;
use crate::graphql::scalars::Decimal;
use crate::impact::answer;
use crate::impact::answer::ProgressQuestion;
use crate::impact::progress;

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
    /// Nothing was said of what it should reach.
    NoTarget,
    /// Nothing was approved, or what was does not become one value.
    NoData,
}

/// Which way the last period went, beside the one before.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "progress::Trend")]
pub enum ProgressTrend {
    /// Up.
    Up,
    /// Neither.
    Level,
    /// Down.
    Down,
}

/// How far an indicator has come in an interval.
#[derive(SimpleObject)]
pub struct IndicatorProgress {
    /// The indicator, with the rules by which its values become one.
    indicator: Indicator,
    /// Where it stood before the projects.
    baseline: Option<IndicatorValue>,
    /// What it should reach.
    target: Option<IndicatorValue>,
    /// What was measured and approved; null where nothing was, or where values do not become one.
    actual: Option<IndicatorValue>,
    /// How much of the way to the target that is, in percent to two decimals: from the baseline on where the
    /// indicator should fall, or adds up since the beginning.
    reached_percent: Option<Decimal>,
    /// How far that is.
    status: ProgressStatus,
    /// From so many percent on it is on its way.
    on_track_percent: i32,
    /// From so many percent on it is at risk.
    at_risk_percent: i32,
    /// Which way the last period went; null for fewer than two.
    trend: Option<ProgressTrend>,
    /// Period by period, the earliest first; none for an indicator that is computed from hours.
    periods: Vec<IndicatorPeriod>,
    /// Which part of the territory, or of everything where none is asked for, it covers.
    coverage: ReportCoverage,
    /// How many approved figures it rests on.
    measurement_count: i32,
    /// How many figures of the interval do not count, since they wait for a decision or were given back.
    pending_count: i32,
    /// As of when.
    as_of: DateTime,
}

impl From<answer::Progress> for IndicatorProgress {
    fn from(it: answer::Progress) -> Self {
        let count = |it: usize| i32::try_from(it).unwrap_or(i32::MAX);
        let periods = it.periods.into_iter().map(|it| IndicatorPeriod {
            from: Date(it.from),
            to: Date(it.to),
            actual: it.actual.map(Into::into),
            target: it.target.map(Into::into),
        });
        Self {
            indicator: Indicator(it.indicator),
            baseline: it.baseline.map(Into::into),
            target: it.target.map(Into::into),
            actual: it.actual.map(Into::into),
            reached_percent: it.reached.map(Decimal),
            status: it.standing.into(),
            on_track_percent: i32::try_from(progress::ON_TRACK).unwrap_or(100),
            at_risk_percent: i32::try_from(progress::AT_RISK).unwrap_or(100),
            trend: it.trend.map(Into::into),
            periods: periods.collect(),
            coverage: it.coverage.into(),
            measurement_count: count(it.measurements),
            pending_count: count(it.pending),
            as_of: DateTime(it.as_of),
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
    /// What was measured and approved.
    actual: Option<IndicatorValue>,
    /// What should be reached.
    target: Option<IndicatorValue>,
}

/// Queries of progress.
#[derive(Debug, Default)]
pub struct ProgressQueries;

/// Queries of progress.
#[Object]
impl ProgressQueries {
    /// How far an indicator has come in an interval, from approved figures that the caller may see. As of reports,
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
