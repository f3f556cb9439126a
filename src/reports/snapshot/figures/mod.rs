//! Figures by name, as they are frozen: those of each report are named in a file of its own.
//!
//! How they are written is in `canonical`; what is counted is the reports' own.

pub mod contractual;
pub mod hours;
pub mod indh;
mod measured;
pub mod quality;
pub mod sdg;
pub mod volunteer_work;
mod worth;

use std::collections::BTreeMap;

use entity::types::EvidenceLevel;
use entity::vocabulary_term;
use rust_decimal::Decimal;
use sea_orm::ActiveEnum;
use sea_orm::Iterable;

use crate::reports::completeness::Completeness;
use crate::reports::evidence::Levels;
use crate::reports::explain::key::NONE;
use crate::reports::indh::EvidenceRow;
use crate::reports::indh::Measures;

/// What documents of JSON can tell apart: RFC 8785 writes numbers as doubles.
const EXACT_MOST: u64 = 9_007_199_254_740_991;
/// What is not known of a category.
const UNKNOWN: &str = "UNKNOWN";

/// What stands under a name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Figure {
    /// A whole number: a count, minutes, hundredths of a currency.
    Whole(i64),
    /// Any other number: its exact decimal digits, without zeros at the end.
    Decimal(String),
    /// A code, a day, the name of a rule: what figures are of, or how they were made.
    Text(String),
}

impl Figure {
    /// As the canonical form writes it.
    #[must_use]
    pub fn text(&self) -> String {
        match self {
            Self::Whole(value) => value.to_string(),
            Self::Decimal(text) | Self::Text(text) => text.clone(),
        }
    }
}

/// Figures by name, as in `byMonth[2026-01].minutes`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Figures(pub BTreeMap<String, Figure>);

impl Figures {
    /// Adds a whole number.
    pub fn number(&mut self, row: &str, name: &str, value: i64) {
        let figure = match value.unsigned_abs() <= EXACT_MOST {
            true => Figure::Whole(value),
            false => Figure::Decimal(value.to_string()),
        };
        self.0.insert(format!("{row}.{name}"), figure);
    }

    /// Adds a count.
    pub fn count(&mut self, row: &str, name: &str, value: impl TryInto<i64>) {
        self.number(row, name, value.try_into().unwrap_or(i64::MAX));
    }

    /// Adds a number that need not be whole, where there is one.
    pub fn decimal(&mut self, row: &str, name: &str, value: Option<Decimal>) {
        if let Some(value) = value {
            let text = value.normalize().to_string();
            self.0
                .insert(format!("{row}.{name}"), Figure::Decimal(text));
        }
    }

    /// Adds a text.
    pub fn text(&mut self, row: &str, name: &str, text: impl ToString) {
        self.0
            .insert(format!("{row}.{name}"), Figure::Text(text.to_string()));
    }

    /// Adds what is measured of hours.
    pub fn measures(&mut self, row: &str, it: &Measures) {
        self.number(row, "minutes", it.minutes);
        self.number(row, "groupMinutes", it.group_minutes);
        self.number(row, "entries", it.entries);
        self.number(row, "participations", it.participations);
        self.number(row, "distinctVolunteers", it.distinct_volunteers);
        self.number(row, "projects", it.projects);
        self.number(row, "organizations", it.organizations);
    }

    /// Adds the same of work that is shared out.
    pub fn shared(&mut self, row: &str, it: &Measures) {
        self.measures(row, it);
        self.number(row, "touchedMinutes", it.touched_minutes);
    }

    /// Adds the minutes of a row by what shows them.
    pub fn levels(&mut self, row: &str, levels: &Levels) {
        for level in EvidenceLevel::iter() {
            let minutes = levels.get(&level).copied().unwrap_or_default();
            let name = format!("{row}.byEvidence[{}]", level.to_value());
            self.number(&name, "minutes", minutes);
        }
    }

    /// Adds the whole by what shows it.
    pub fn evidence(&mut self, rows: &[EvidenceRow]) {
        for row in rows {
            let name = format!("byEvidence[{}]", row.level.to_value());
            self.number(&name, "minutes", row.minutes);
            self.number(&name, "entries", row.entries);
            self.number(&name, "participations", row.participations);
        }
    }

    /// Adds who has reported.
    pub fn completeness(&mut self, row: &str, it: &Completeness) {
        self.number(row, "expected", it.expected);
        self.number(row, "reporting", it.reporting);
        self.number(row, "declaredZero", it.declared_zero);
        self.number(row, "late", it.late);
    }
}

/// The code of a term; of work without one a word.
fn code(term: Option<&vocabulary_term::Model>) -> &str {
    term.map_or(NONE, |it| it.code.as_str())
}

/// Hundredths as a number.
fn hundredths(value: i64) -> Decimal {
    Decimal::new(value, 2)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_exact_and_written_one_way() {
        let mut figures = Figures::default();
        figures.number("a", "whole", 9_007_199_254_740_991);
        figures.number("a", "beyond", -9_007_199_254_740_992);
        figures.decimal("a", "share", Some(Decimal::new(1_250, 2)));
        figures.decimal("a", "none", None);
        figures.decimal("a", "nothing", Some(Decimal::new(0, 2)));

        let of = |name: &str| figures.0.get(name).cloned();
        let decimal = |text: &str| Some(Figure::Decimal(text.to_owned()));
        assert_eq!(of("a.whole"), Some(Figure::Whole(9_007_199_254_740_991)));
        assert_eq!(of("a.beyond"), decimal("-9007199254740992"));
        assert_eq!(of("a.share"), decimal("12.5"));
        assert_eq!(of("a.nothing"), decimal("0"));
        assert_eq!(of("a.none"), None);
    }
}
