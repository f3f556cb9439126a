//! Over which dimension a measure may be summed.
//!
//! Says so for clients; nothing is summed here.

/// A dimension of a breakdown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dimension {
    /// Rows by programme.
    Programme,
    /// Rows by axis of a programme, within it and over all of them.
    Axis,
    /// Rows by sustainable development goal.
    Goal,
    /// Rows by target, within a goal.
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
    /// Rows by state of entries.
    Status,
    /// Rows by what shows the work.
    Evidence,
    /// Rows by what is worth a second look.
    Anomaly,
}

/// A measure of a report.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Measure {
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

/// Whether rows may be added up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Additivity {
    /// The rows sum to the total.
    Additive,
    /// What is counted may stand in several rows: the total is counted anew, never summed.
    Distinct,
}

/// One statement: this measure, over this dimension.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rule {
    /// Over which dimension.
    pub dimension: Dimension,
    /// Which measure.
    pub measure: Measure,
    /// Whether its rows sum to the total.
    pub additivity: Additivity,
}

/// What the measures of the INDH report allow, over every dimension of it.
#[must_use]
pub fn of_indh() -> Vec<Rule> {
    let mut rules = of_dimensions(&[
        Dimension::Programme,
        Dimension::Axis,
        Dimension::Territory,
        Dimension::Month,
        Dimension::Evidence,
    ]);
    rules.extend(
        [
            // With what lies in places without a row.
            (Dimension::Territory, Measure::OrganizationMonths),
            (Dimension::Programme, Measure::Budget),
        ]
        .map(|(dimension, measure)| Rule {
            dimension,
            measure,
            additivity: Additivity::Additive,
        }),
    );
    rules
}

/// What the measures of hours allow, over these dimensions.
#[must_use]
pub fn of_dimensions(dimensions: &[Dimension]) -> Vec<Rule> {
    let mut rules = Vec::new();
    for dimension in dimensions.iter().copied() {
        for measure in [
            Measure::Minutes,
            Measure::TouchedMinutes,
            Measure::Entries,
            Measure::Participations,
            Measure::DistinctVolunteers,
            Measure::Projects,
            Measure::Organizations,
        ] {
            rules.push(Rule {
                dimension,
                measure,
                additivity: additivity(dimension, measure),
            });
        }
    }
    rules
}

/// What counts of organization-months allow: an organization has one seat, and a month is one month.
#[must_use]
pub fn of_months() -> Vec<Rule> {
    [Dimension::Territory, Dimension::Month]
        .map(|dimension| Rule {
            dimension,
            measure: Measure::OrganizationMonths,
            additivity: Additivity::Additive,
        })
        .to_vec()
}

/// What totals of a queue allow: an entry has one evidence level, and may have several anomalies.
#[must_use]
pub fn of_queue() -> Vec<Rule> {
    let mut rules = Vec::new();
    for dimension in [Dimension::Evidence, Dimension::Anomaly] {
        for measure in [Measure::Entries, Measure::Minutes] {
            rules.push(Rule {
                dimension,
                measure,
                additivity: match dimension {
                    Dimension::Evidence => Additivity::Additive,
                    _ => Additivity::Distinct,
                },
            });
        }
    }
    rules
}

fn additivity(dimension: Dimension, measure: Measure) -> Additivity {
    match (measure, dimension) {
        (Measure::Minutes, _)
        // An entry has one project, one place, one state and one evidence level, but may touch two
        // months and several programmes.
        | (
            Measure::Entries | Measure::Participations,
            Dimension::Territory
            | Dimension::Project
            | Dimension::Organization
            | Dimension::Status
            | Dimension::Evidence,
        ) => Additivity::Additive,
        (Measure::Projects, Dimension::Project | Dimension::Organization)
        | (Measure::Organizations, Dimension::Organization) => Additivity::Additive,
        (
            Measure::TouchedMinutes,
            Dimension::Programme | Dimension::Axis | Dimension::Goal | Dimension::Target,
        ) => Additivity::Distinct,
        // Without shares, what is touched is what is counted.
        (Measure::TouchedMinutes, _) => Additivity::Additive,
        // A month lies in one quarter, but people come again.
        _ => Additivity::Distinct,
    }
}
