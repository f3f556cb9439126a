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

/// Changes with the members and with what figures are called.
const FORM: u8 = 1;
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

/// The figures of a document; `None` where it is none, or of another form.
#[must_use]
pub fn read(content: &str) -> Option<Figures> {
    let document: Document = serde_json::from_str(content).ok()?;
    (document.form == FORM).then_some(document.figures)
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
#[must_use]
pub fn figures(answer: &IndhReport) -> Figures {
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
    for row in &answer.by_evidence {
        let name = format!("byEvidence[{}]", row.level.to_value());
        put(&name, "minutes", row.minutes);
        put(&name, "entries", row.entries);
        put(&name, "participations", row.participations);
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
