//! What columns of files mean, for whoever reads the file alone.
//!
//! What columns are called is said by each report; words are in `locales/*/reports.ftl`.

use crate::exports::table::Table;
use crate::exports::words::word;
use crate::platform::i18n::Locale;

/// What a column is called, and what it means.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Meaning {
    /// Its header.
    pub header: String,
    /// What it means, in a sentence.
    pub sentence: String,
}

const MEANINGS: [(&str, &str); 25] = [
    ("minutes", "report-meaning-minutes"),
    ("hours", "report-meaning-hours"),
    ("groupMinutes", "report-meaning-group-minutes"),
    ("touchedMinutes", "report-meaning-touched-minutes"),
    ("entries", "report-meaning-entries"),
    ("participations", "report-meaning-participations"),
    ("distinctVolunteers", "report-meaning-distinct-volunteers"),
    ("projects", "report-meaning-projects"),
    ("organizations", "report-meaning-organizations"),
    ("evidence", "report-meaning-evidence"),
    ("expected", "report-meaning-expected"),
    ("reporting", "report-meaning-reporting"),
    ("declaredZero", "report-meaning-declared-zero"),
    ("late", "report-meaning-late"),
    ("central", "report-meaning-value"),
    ("workers", "report-meaning-full-time-workers"),
    ("reachedPercent", "report-meaning-reached"),
    ("key", "report-meaning-key"),
    ("rowKey", "report-meaning-key"),
    ("columnKey", "report-meaning-key"),
    ("people", "report-meaning-distinct-volunteers"),
    ("inForce", "report-meaning-contracts"),
    ("contracts", "report-meaning-contracts"),
    ("volunteers", "report-meaning-contract-volunteers"),
    ("daysLost", "report-meaning-days-lost"),
];

/// The columns of a table whose meaning is known, each once, in the order in which they appear.
#[must_use]
pub fn of(table: &Table, locale: Locale) -> Vec<Meaning> {
    let mut seen: Vec<&str> = Vec::new();
    let mut meanings = Vec::new();
    for column in table.sections.iter().flat_map(|it| &it.columns) {
        let known = MEANINGS.iter().find(|(key, _)| *key == column.key);
        let Some((key, sentence)) = known else {
            continue;
        };
        if seen.contains(key) {
            continue;
        }
        seen.push(key);
        meanings.push(Meaning {
            header: column.header.clone(),
            sentence: word(locale, sentence),
        });
    }
    meanings
}
