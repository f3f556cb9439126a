//! Over which dimension a measure may be summed.
//!
//! Says so for clients; nothing is summed here.

/// A dimension of a breakdown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dimension {
    /// Rows by programme.
    Programme,
    /// Rows by territory.
    Territory,
    /// Rows by month.
    Month,
}

/// A measure of a report.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Measure {
    /// Person-minutes.
    Minutes,
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

/// What the measures of hours allow, over every dimension.
#[must_use]
pub fn of_hours() -> Vec<Rule> {
    let mut rules = Vec::new();
    for dimension in [Dimension::Programme, Dimension::Territory, Dimension::Month] {
        for measure in [
            Measure::Minutes,
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

fn additivity(dimension: Dimension, measure: Measure) -> Additivity {
    match (measure, dimension) {
        (Measure::Minutes, _)
        // An entry has one place, but may touch two months and several programmes.
        | (Measure::Entries | Measure::Participations, Dimension::Territory) => {
            Additivity::Additive
        }
        _ => Additivity::Distinct,
    }
}
