//! What every report says of its figures: which hours count, how days are cut, what may be summed.
//!
//! The figures themselves are beside it.

use async_graphql::Enum;
use async_graphql::SimpleObject;
use entity::types;

use crate::graphql::scalars::Date;
use crate::graphql::scalars::DateTime;
use crate::graphql::scalars::TimeZone;
use crate::graphql::territories::Territory;
use crate::identity::Coverage;
use crate::reports::additivity;
use crate::reports::head::Head;
use crate::reports::question;

/// Which hours count, by their state.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
pub enum StatusBasis {
    /// Written, not handed in.
    Draft,
    /// Handed in, waits for a decision.
    Submitted,
    /// Approved: what figures are made of.
    Approved,
    /// Given back to be corrected.
    Returned,
}

impl From<StatusBasis> for types::EntryStatus {
    fn from(basis: StatusBasis) -> Self {
        match basis {
            StatusBasis::Draft => Self::Draft,
            StatusBasis::Submitted => Self::Submitted,
            StatusBasis::Approved => Self::Approved,
            StatusBasis::Returned => Self::Returned,
        }
    }
}

/// The basis of a state that may count.
#[must_use]
pub fn basis(status: types::EntryStatus) -> Option<StatusBasis> {
    match status {
        types::EntryStatus::Draft => Some(StatusBasis::Draft),
        types::EntryStatus::Submitted => Some(StatusBasis::Submitted),
        types::EntryStatus::Approved => Some(StatusBasis::Approved),
        types::EntryStatus::Returned => Some(StatusBasis::Returned),
        types::EntryStatus::Rejected | types::EntryStatus::Voided => None,
    }
}

/// First day of a week.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "question::WeekStart")]
pub enum WeekStart {
    /// Monday.
    Monday,
}

/// How work is given to days.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "question::DayRule")]
pub enum DayRule {
    /// Each minute counts on the civil day on which it was worked, in the zone of the place of
    /// work: an entry over midnight is split there.
    SplitAtLocalMidnight,
    /// An entry counts as a whole, by the civil day on which it began in its zone.
    WholeByFirstDay,
}

/// Which part of the territory's hours, or of what was measured there, an answer covers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "Coverage")]
pub enum ReportCoverage {
    /// All hours worked in the territory, all that was measured there.
    Territory,
    /// Only hours of organizations that the caller may read figures of, or of the one asked for.
    Organizations,
    /// Hours of organizations that the caller may read figures of, and all of those parts of the
    /// territory that they observe.
    Observed,
}

/// A dimension of a breakdown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "additivity::Dimension")]
pub enum ReportDimension {
    /// Rows by programme.
    Programme,
    /// Rows by axis, within each programme and over all of them.
    Axis,
    /// Rows by sustainable development goal.
    Goal,
    /// Rows by target of sustainable development, within their goal.
    Target,
    /// Rows by territory.
    Territory,
    /// Rows by project.
    Project,
    /// Rows by organization.
    Organization,
    /// Rows by month.
    Month,
    /// Rows by quarter.
    Quarter,
    /// Rows by year.
    Year,
    /// Rows by state of the entry.
    Status,
    /// Rows by what shows the work.
    Evidence,
    /// Rows by what is worth a second look before an approval.
    Anomaly,
}

/// A measure of a report.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "additivity::Measure")]
pub enum ReportMeasure {
    /// Person-minutes.
    Minutes,
    /// Person-minutes of all work that a row touches, whatever its share.
    TouchedMinutes,
    /// Hour entries.
    Entries,
    /// Head-counts of entries.
    Participations,
    /// Distinct named people.
    DistinctVolunteers,
    /// Distinct projects.
    Projects,
    /// Distinct organizations.
    Organizations,
    /// Organizations × months.
    OrganizationMonths,
    /// What projects cost.
    Budget,
}

/// Whether the rows of a breakdown may be added up.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(name = "AdditivityRule", remote = "additivity::Additivity")]
pub enum AdditivityRule {
    /// The rows sum to the total.
    Additive,
    /// The same thing may stand in several rows: the total is counted anew, never summed.
    Distinct,
}

/// Whether a measure may be added up over a dimension.
#[derive(Clone, Copy, Debug, SimpleObject)]
pub struct Additivity {
    /// Over which dimension.
    pub dimension: ReportDimension,
    /// Which measure.
    pub measure: ReportMeasure,
    /// Whether its rows sum to the total.
    pub additivity: AdditivityRule,
}

impl Additivity {
    /// The same for clients.
    #[must_use]
    pub fn of(rule: &additivity::Rule) -> Self {
        Self {
            dimension: rule.dimension.into(),
            measure: rule.measure.into(),
            additivity: rule.additivity.into(),
        }
    }
}

/// How days, weeks and months of a report are cut.
#[derive(Clone, Debug, SimpleObject)]
pub struct TimeBasis {
    /// The zone that decides which months have begun and ended.
    pub zone: TimeZone,
    /// First day of a week.
    pub week_start: WeekStart,
    /// How work is given to days.
    pub day_rule: DayRule,
}

impl TimeBasis {
    /// The same for clients.
    #[must_use]
    pub fn of(basis: &question::TimeBasis) -> Self {
        Self {
            zone: TimeZone(basis.zone.clone()),
            week_start: basis.week_start.into(),
            day_rule: basis.day_rule.into(),
        }
    }
}

/// Of which hours a report is, and as of when.
#[derive(Clone, Debug, SimpleObject)]
pub struct ReportHead {
    /// The territory asked about, in its newest version of the interval.
    pub territory: Territory,
    /// First civil day of work.
    pub from: Date,
    /// Last civil day of work, inclusive.
    pub to: Date,
    /// Which part of the territory's hours the answer covers.
    pub coverage: ReportCoverage,
    /// How days, weeks and months are cut.
    pub time_basis: TimeBasis,
    /// Which hours count.
    pub status_basis: Vec<StatusBasis>,
    /// The instant of the answer.
    pub as_of: DateTime,
}

impl ReportHead {
    /// The same for clients.
    #[must_use]
    pub fn of(head: &Head) -> Self {
        let states = head.status_basis.iter().copied();
        Self {
            territory: Territory(head.territory.clone()),
            from: Date(head.from),
            to: Date(head.to),
            coverage: head.coverage.into(),
            time_basis: TimeBasis::of(&head.time_basis),
            status_basis: states.filter_map(basis).collect(),
            as_of: DateTime(head.as_of),
        }
    }
}
