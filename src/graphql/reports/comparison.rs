//! `indhReport { comparison }`: the headline against the period before and the year before.
//!
//! Which days are compared is the rule of `reports`; here they are only put into types.

use async_graphql::Object;
use async_graphql::SimpleObject;

use crate::graphql::reports::basis::ReportCoverage;
use crate::graphql::scalars::Date;
use crate::graphql::scalars::Decimal;
use crate::reports::indh::Measures;
use crate::reports::indh::comparison;
use crate::reports::indh::comparison::Change;

/// The headline of a report against other periods.
pub struct IndhComparison(pub(super) comparison::Comparison);

/// The headline of a report against other periods.
#[Object]
impl IndhComparison {
    /// Against the period of the same length right before. Where the interval is of whole months, from the first
    /// day of one to the last day of one, that is as many whole months before; else as many days before. Null where
    /// the territory was not there then, or you may not count its hours of that time.
    async fn previous_period(&self) -> Option<ComparedPeriod> {
        self.0.previous_period.map(ComparedPeriod)
    }

    /// Against the same period of the year before. Whole months stay whole months; other days keep their date, and
    /// 29 February becomes 28 February. Null as in `previousPeriod`.
    async fn previous_year(&self) -> Option<ComparedPeriod> {
        self.0.previous_year.map(ComparedPeriod)
    }
}

/// The headline of another period beside that of the report.
pub struct ComparedPeriod(comparison::Compared);

/// The headline of another period beside that of the report.
#[Object]
impl ComparedPeriod {
    /// First civil day of the other period.
    async fn from(&self) -> Date {
        Date(self.0.from)
    }

    /// Its last civil day, inclusive.
    async fn to(&self) -> Date {
        Date(self.0.to)
    }

    /// Which part of the territory's hours is counted in it. Where it is not that of the report, the figures do not
    /// compare.
    async fn coverage(&self) -> ReportCoverage {
        self.0.coverage.into()
    }

    /// Person-minutes.
    async fn minutes(&self) -> ComparedFigure {
        self.change(|it| it.minutes)
    }

    /// Hour entries.
    async fn entries(&self) -> ComparedFigure {
        self.change(|it| it.entries)
    }

    /// Head-counts of entries.
    async fn participations(&self) -> ComparedFigure {
        self.change(|it| it.participations)
    }

    /// Distinct named people. Who worked in both periods is counted in both.
    async fn distinct_volunteers(&self) -> ComparedFigure {
        self.change(|it| it.distinct_volunteers)
    }

    /// Distinct projects with hours.
    async fn projects(&self) -> ComparedFigure {
        self.change(|it| it.projects)
    }

    /// Distinct organizations with hours.
    async fn organizations(&self) -> ComparedFigure {
        self.change(|it| it.organizations)
    }
}

impl ComparedPeriod {
    fn change(&self, of: fn(&Measures) -> i64) -> ComparedFigure {
        let change = Change {
            before: of(&self.0.before),
            now: of(&self.0.now),
        };
        ComparedFigure {
            before: change.before,
            now: change.now,
            difference: change.difference(),
            percent: change.percent().map(Decimal),
        }
    }
}

/// What a measure was in another period, and what it is in that of the report.
#[derive(SimpleObject)]
pub struct ComparedFigure {
    /// What it was in the other period.
    before: i64,
    /// What the report counts.
    now: i64,
    /// By how much it grew; below zero where it fell.
    difference: i64,
    /// The difference in percent of `before`, always with two decimals, halves to the even side; null where `before`
    /// is 0.
    percent: Option<Decimal>,
}
