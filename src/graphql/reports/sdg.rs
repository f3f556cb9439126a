//! `sdgReport`: hours by goal of sustainable development and by target, with what was measured for them.
//!
//! Figures are worked out in `reports::sdg`; here they are only put into types.

use async_graphql::Context;
use async_graphql::ID;
use async_graphql::InputObject;
use async_graphql::Object;
use async_graphql::Result;
use async_graphql::SimpleObject;

use crate::graphql::context::Gql;
use crate::graphql::error;
use crate::graphql::impact::progress::IndicatorProgress;
use crate::graphql::reports::basis::Additivity;
use crate::graphql::reports::basis::ReportHead;
use crate::graphql::reports::basis::StatusBasis;
use crate::graphql::reports::completeness::ReportCompleteness;
use crate::graphql::reports::figures::ReportTotals;
use crate::graphql::reports::figures::question;
use crate::graphql::reports::shared::SharedEvidence;
use crate::graphql::reports::shared::SharedFigures;
use crate::graphql::scalars::Date;
use crate::graphql::scalars::DateTime;
use crate::graphql::valuation::value::ValueOfWork;
use crate::graphql::vocabularies::VocabularyTerm;
use crate::reports::Question;
use crate::reports::ReportError;
use crate::reports::Valued;
use crate::reports::sdg;
use crate::reports::sdg::Measured;

/// What the report by goals of sustainable development is asked.
#[derive(Debug, InputObject)]
pub struct SdgReportInput {
    /// Dotted code of the territory: `MA`, `07`, `07.041`. All below it is included.
    territory_code: String,
    /// First civil day of work.
    from: Date,
    /// Last civil day of work, inclusive.
    to: Date,
    /// Only the hours of this organization.
    organization_id: Option<ID>,
    /// Which hours count. Only approved ones by default.
    #[graphql(default_with = "vec![StatusBasis::Approved]")]
    status_basis: Vec<StatusBasis>,
    /// As of which instant: what was known then is counted. Now where absent.
    as_of: Option<DateTime>,
}

impl SdgReportInput {
    fn question(self, valued: Valued) -> std::result::Result<Question, ReportError> {
        let span = (self.from, self.to);
        let which = (self.organization_id, self.status_basis, self.as_of);
        let question = question(self.territory_code, span, which)?;
        Ok(Question { valued, ..question })
    }
}

/// Volunteer hours by goal of sustainable development and by target.
pub struct SdgReport(sdg::SdgReport);

/// Volunteer hours by goal of sustainable development and by target. Minutes of goals add up to the total, those
/// of the targets to their goal, to the minute.
#[Object]
impl SdgReport {
    /// Of which hours it is.
    #[graphql(flatten)]
    async fn head(&self) -> ReportHead {
        ReportHead::of(&self.0.head)
    }

    /// The whole.
    async fn totals(&self) -> ReportTotals {
        ReportTotals::of(self.0.totals, self.0.by_evidence.clone())
    }

    /// By goal of the project on the day of work, in their order, those with work only; targets count under their
    /// goal. Minutes are shared by largest remainder; people and projects count in every goal they touch. Work of
    /// projects without a goal comes last.
    async fn by_goal(&self) -> Vec<SdgGoalRow> {
        self.0.by_goal.iter().cloned().map(SdgGoalRow).collect()
    }

    /// Indicators that serve a goal or target and of which something was measured, or is aimed at, in the territory
    /// and the interval: the first 100 by code, in the order of goals and targets. With `asOf` what was approved by then
    /// counts. What is computed from hours is not among them.
    async fn indicators(&self) -> Vec<SdgIndicatorRow> {
        let indicators = self.0.indicators.iter().flat_map(|it| &it.shown);
        indicators
            .map(|it| SdgIndicatorRow {
                term: it.term.clone().map(VocabularyTerm),
                progress: it.progress.clone().into(),
            })
            .collect()
    }

    /// How many indicators there are, those beyond the first 100 among them.
    async fn indicator_count(&self) -> u64 {
        self.0.indicators.as_ref().map_or(0, |it| it.count)
    }

    /// What the work is worth, and how many full-time workers it makes.
    async fn value_of_work(&self) -> Option<ValueOfWork> {
        self.0.value_of_work.clone().map(ValueOfWork)
    }

    /// Who has reported, in organization-months.
    async fn completeness(&self) -> ReportCompleteness {
        self.0.completeness.into()
    }

    /// For each dimension and measure, whether rows may be added up.
    async fn additivity(&self) -> Vec<Additivity> {
        self.0.additivity.iter().map(Additivity::of).collect()
    }
}

/// Figures of one goal.
pub struct SdgGoalRow(sdg::GoalRow);

/// Figures of one goal of sustainable development.
#[Object]
impl SdgGoalRow {
    /// The goal; null for work of projects that had none on the day of work.
    async fn term(&self) -> Option<VocabularyTerm> {
        self.0.term.clone().map(VocabularyTerm)
    }

    /// What it is shared.
    #[graphql(flatten)]
    async fn figures(&self) -> SharedFigures {
        SharedFigures(self.0.measures)
    }

    /// What shows it.
    #[graphql(flatten)]
    async fn evidence(&self) -> SharedEvidence {
        SharedEvidence(self.0.levels.clone())
    }

    /// The colour that the United Nations give the goal, as `#RRGGBB`; null where it has none.
    async fn colour(&self) -> Option<&str> {
        self.0.colour.as_deref()
    }

    /// By target of the goal, in their order, those with work only. What is shared to the goal alone comes last,
    /// without a target. Minutes add up to those of the goal.
    async fn by_target(&self) -> Vec<SdgTargetRow> {
        self.0.by_target.iter().cloned().map(SdgTargetRow).collect()
    }
}

/// Figures of one target.
pub struct SdgTargetRow(sdg::TargetRow);

/// Figures of one target of sustainable development within its goal.
#[Object]
impl SdgTargetRow {
    /// The target; null for what is shared to the goal alone.
    async fn term(&self) -> Option<VocabularyTerm> {
        self.0.term.clone().map(VocabularyTerm)
    }

    /// What it is shared.
    #[graphql(flatten)]
    async fn figures(&self) -> SharedFigures {
        SharedFigures(self.0.measures)
    }

    /// What shows it.
    #[graphql(flatten)]
    async fn evidence(&self) -> SharedEvidence {
        SharedEvidence(self.0.levels.clone())
    }
}

/// How far an indicator of a goal or target has come.
#[derive(SimpleObject)]
pub struct SdgIndicatorRow {
    /// The goal or target that it serves.
    term: Option<VocabularyTerm>,
    /// Baseline, target, actual and how far that is, as `indicatorProgress` tells it of the same territory and
    /// interval.
    progress: IndicatorProgress,
}

/// Hours by goal of sustainable development.
#[derive(Default)]
pub struct SdgReportQueries;

#[Object]
impl SdgReportQueries {
    /// Volunteer hours of a territory and an interval by goal of sustainable development and by target, with
    /// indicators that serve them. Observers ask for their territory or one below; members get the part of their
    /// organizations. Its total is that of the INDH report.
    async fn sdg_report(
        &self,
        gql: &Context<'_>,
        #[graphql(desc = "Territory, interval, and which hours count.")] input: SdgReportInput,
    ) -> Result<SdgReport> {
        let ctx = gql.signed_in()?;
        // What costs more than all the rest is worked out where it is asked for.
        let asked = gql.look_ahead();
        let valued = match asked.field("valueOfWork").exists() {
            true => Valued::Yes,
            false => Valued::No,
        };
        let told = ["indicators", "indicatorCount"];
        let measured = match told.iter().any(|it| asked.field(it).exists()) {
            true => Measured::Yes,
            false => Measured::No,
        };
        let outcome = match input.question(valued) {
            Ok(question) => sdg::answer(ctx, &question, measured).await,
            Err(refused) => Err(refused),
        };
        match outcome {
            Err(ReportError::Denied(denied)) => Err(error::denied(denied)),
            outcome => error::read(ctx, outcome).map(SdgReport),
        }
    }
}
