//! The canonical form of an answer: JSON of sorted members, whole numbers and plain texts, without white
//! space, so that the same figures are the same bytes everywhere.
//!
//! That is RFC 8785 for documents without fractions. No names of people and none of places: codes alone.

use std::collections::BTreeMap;

use chrono::SecondsFormat;
use entity::types::EntryStatus;
use sea_orm::ActiveEnum;
use serde::Deserialize;
use serde::Serialize;

use crate::reports::indh::IndhReport;
use crate::reports::indh::Measures;

/// Changes with the members and with what figures are called. The first form knew neither axes nor budgets.
const FORM: u8 = 2;
/// What figures of the second form are called that the first did not know.
const SINCE_SECOND: [&str; 2] = ["].byAxis[", "budget"];
/// Where work has no programme.
const NONE: &str = "NONE";

/// Figures by name, as in `byMonth[2026-01].minutes`.
pub type Figures = BTreeMap<String, i64>;

/// What is written, in the order of the alphabet.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Document {
    as_of: String,
    figures: Figures,
    form: u8,
    from: String,
    organization: Option<String>,
    report: String,
    status_basis: Vec<String>,
    territory: String,
    to: String,
    zone: String,
}

/// Writes an answer.
#[must_use]
pub fn write(answer: &IndhReport) -> String {
    let document = Document {
        as_of: answer
            .head
            .as_of
            .to_rfc3339_opts(SecondsFormat::Micros, true),
        figures: figures(answer),
        form: FORM,
        from: answer.head.from.to_string(),
        organization: answer
            .head
            .organization
            .as_ref()
            .map(|it| it.id.to_string()),
        report: "INDH".to_owned(),
        status_basis: words(&answer.head.status_basis),
        territory: answer.head.territory.code.clone(),
        to: answer.head.to.to_string(),
        zone: answer.head.time_basis.zone.clone(),
    };
    // Texts and numbers always can be written.
    serde_json::to_string(&document).unwrap_or_default()
}

/// The figures of an answer in some form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Formed {
    form: u8,
    figures: Figures,
}

impl Formed {
    /// The figures of an answer of now.
    #[must_use]
    pub fn of(answer: &IndhReport) -> Self {
        Self {
            form: FORM,
            figures: figures(answer),
        }
    }

    /// The figures of a document; `None` where it is none, or of a form that this release does not know.
    #[must_use]
    pub fn read(content: &str) -> Option<Self> {
        let document: Document = serde_json::from_str(content).ok()?;
        let known = (1..=FORM).contains(&document.form);
        known.then_some(Self {
            form: document.form,
            figures: document.figures,
        })
    }

    /// The figures of two answers that both of their forms know: what only the later form tells did not change.
    #[must_use]
    pub fn common(self, other: Self) -> (Figures, Figures) {
        let form = self.form.min(other.form);
        let known = |mut figures: Figures| {
            figures.retain(|name, _| form > 1 || !SINCE_SECOND.iter().any(|it| name.contains(it)));
            figures
        };
        (known(self.figures), known(other.figures))
    }
}

/// States as a JSON list of their names.
#[must_use]
pub fn statuses(statuses: &[EntryStatus]) -> String {
    serde_json::to_string(&words(statuses)).unwrap_or_default()
}

/// The same read again; `None` for what this release does not know.
#[must_use]
pub fn read_statuses(text: &str) -> Option<Vec<EntryStatus>> {
    let words: Vec<String> = serde_json::from_str(text).ok()?;
    let read = words.iter().map(|it| EntryStatus::try_from_value(it).ok());
    read.collect()
}

fn words(statuses: &[EntryStatus]) -> Vec<String> {
    statuses.iter().map(ActiveEnum::to_value).collect()
}

/// The figures of an answer, those that are zero too.
fn figures(answer: &IndhReport) -> Figures {
    let mut figures = Figures::new();
    let mut put = |row: &str, name: &str, value: i64| {
        figures.insert(format!("{row}.{name}"), value);
    };
    let mut measures = |row: &str, it: &Measures| {
        put(row, "minutes", it.minutes);
        put(row, "groupMinutes", it.group_minutes);
        put(row, "entries", it.entries);
        put(row, "participations", it.participations);
        put(row, "distinctVolunteers", it.distinct_volunteers);
        put(row, "projects", it.projects);
        put(row, "organizations", it.organizations);
    };
    measures("totals", &answer.totals);
    for row in &answer.by_programme {
        let code = row.term.as_ref().map_or(NONE, |it| it.code.as_str());
        measures(&format!("byProgramme[{code}]"), &row.measures);
    }
    for row in &answer.by_territory {
        measures(
            &format!("byTerritory[{}]", row.territory.code),
            &row.measures,
        );
    }
    for row in &answer.by_month {
        measures(
            &format!("byMonth[{}]", row.month.format("%Y-%m")),
            &row.measures,
        );
    }
    for row in &answer.by_programme {
        let code = row.term.as_ref().map_or(NONE, |it| it.code.as_str());
        put(
            &format!("byProgramme[{code}]"),
            "touchedMinutes",
            row.measures.touched_minutes,
        );
    }
    for row in &answer.by_programme {
        let programme = row.term.as_ref().map_or(NONE, |it| it.code.as_str());
        for axis in &row.by_axis {
            let code = axis.term.as_ref().map_or(NONE, |it| it.code.as_str());
            let name = format!("byProgramme[{programme}].byAxis[{code}]");
            let it = &axis.measures;
            put(&name, "minutes", it.minutes);
            put(&name, "touchedMinutes", it.touched_minutes);
            put(&name, "entries", it.entries);
            put(&name, "distinctVolunteers", it.distinct_volunteers);
            put(&name, "projects", it.projects);
        }
    }
    for row in &answer.by_evidence {
        let name = format!("byEvidence[{}]", row.level.to_value());
        put(&name, "minutes", row.minutes);
        put(&name, "entries", row.entries);
        put(&name, "participations", row.participations);
    }
    if let Some(budget) = &answer.budget {
        put("budget", "projects", budget.projects);
        put("budget", "budgetedProjects", budget.budgeted);
        put("budget", "otherCurrencyProjects", budget.other_currency);
        let rows = budget.by_programme.iter().map(|row| {
            let code = row.term.as_ref().map_or(NONE, |it| it.code.as_str());
            (format!("budget.byProgramme[{code}]"), row.amounts)
        });
        let whole = [("budget".to_owned(), budget.amounts)];
        for (name, it) in whole.into_iter().chain(rows) {
            put(&name, "totalHundredths", it.total());
            put(&name, "indhHundredths", it.indh);
            put(&name, "othersHundredths", it.others);
            put(&name, "unstatedHundredths", it.unstated);
        }
    }
    let told = &answer.completeness;
    put("completeness", "expected", told.expected);
    put("completeness", "reporting", told.reporting);
    put("completeness", "declaredZero", told.declared_zero);
    put("completeness", "late", told.late);
    if let Some(value) = answer
        .value_of_work
        .as_ref()
        .and_then(|it| it.valuation.value)
    {
        put("valueOfWork", "lowHundredths", value.low);
        put("valueOfWork", "centralHundredths", value.central);
        put("valueOfWork", "highHundredths", value.high);
    }
    figures
}

#[cfg(test)]
mod tests {
    use super::*;

    fn formed(form: u8, named: &[(&str, i64)]) -> Formed {
        let figures = named
            .iter()
            .map(|(name, value)| ((*name).to_owned(), *value));
        Formed {
            form,
            figures: figures.collect(),
        }
    }

    #[test]
    fn what_an_earlier_form_does_not_tell_is_no_change() {
        let whole = ("byProgramme[PH3-P1].minutes", 7);
        let axis = ("byProgramme[PH3-P1].byAxis[NONE].minutes", 7);
        let budget = ("budget.totalHundredths", 100);
        let early = || formed(1, &[whole]);
        let late = || formed(2, &[whole, axis, budget]);

        let (one, other) = early().common(late());
        assert_eq!(one, other);
        let (one, other) = late().common(late());
        assert_eq!((one.len(), other.len()), (3, 3));
    }

    #[test]
    fn a_later_form_is_not_read() {
        let of = |form: u8| {
            let document = Document {
                as_of: String::new(),
                figures: Figures::new(),
                form,
                from: String::new(),
                organization: None,
                report: "INDH".to_owned(),
                status_basis: Vec::new(),
                territory: String::new(),
                to: String::new(),
                zone: String::new(),
            };
            Formed::read(&serde_json::to_string(&document).unwrap())
        };
        assert!(of(1).is_some() && of(FORM).is_some());
        assert!(of(0).is_none() && of(FORM + 1).is_none());
    }
}
