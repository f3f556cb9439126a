//! Terms and their versions: which rows are one term, how it is called on a day, what lies in what.
//!
//! Pure. A term is known by its code for good: a version says how it is called from a day on, never where it
//! stands, so that figures by term are the same whatever versions there are.

use std::collections::BTreeMap;
use std::collections::HashMap;
use std::collections::HashSet;

use chrono::NaiveDate;
use entity::ids::TermId;
use entity::vocabulary_term;

/// Rows of one vocabulary by term, and the versions of each by their first day.
pub type Terms<'a> = BTreeMap<&'a str, Vec<&'a vocabulary_term::Model>>;

/// The versions of each term of one vocabulary, the first one first.
#[must_use]
pub fn by_code(rows: &[vocabulary_term::Model]) -> Terms<'_> {
    let mut terms = Terms::new();
    for row in rows {
        terms.entry(row.code.as_str()).or_default().push(row);
    }
    for versions in terms.values_mut() {
        versions.sort_by_key(|it| (it.valid_from, it.id));
    }
    terms
}

/// The first version of the term that each row of one vocabulary is a version of: what counts under one of
/// them counts under the term.
#[must_use]
pub fn firsts(rows: &[vocabulary_term::Model]) -> HashMap<TermId, TermId> {
    let mut firsts = HashMap::new();
    for versions in by_code(rows).into_values() {
        if let Some(first) = versions.first().map(|it| it.id) {
            firsts.extend(versions.iter().map(|it| (it.id, first)));
        }
    }
    firsts
}

/// How a term is called on a day: its last version that had begun by then, else its first one. Of one that
/// ended before it is the last.
#[must_use]
pub fn on<'a>(
    rows: &'a [vocabulary_term::Model],
    code: &str,
    day: NaiveDate,
) -> Option<&'a vocabulary_term::Model> {
    let versions = || rows.iter().filter(|it| it.code == code);
    let begun = versions().filter(|it| it.valid_from <= day);
    begun
        .max_by_key(|it| (it.valid_from, it.id))
        .or_else(|| versions().min_by_key(|it| (it.valid_from, it.id)))
}

/// Whether a row is in force on a day.
#[must_use]
pub fn in_force(row: &vocabulary_term::Model, day: NaiveDate) -> bool {
    row.valid_from <= day && row.valid_to.is_none_or(|it| it > day)
}

/// Rows of one vocabulary in order: each term before those that lie in it, siblings by their ordinal, versions
/// by their first day.
#[must_use]
pub fn in_order(rows: Vec<vocabulary_term::Model>) -> Vec<vocabulary_term::Model> {
    let codes: HashMap<TermId, &str> = rows.iter().map(|it| (it.id, it.code.as_str())).collect();
    let mut below: BTreeMap<Option<&str>, Vec<&str>> = BTreeMap::new();
    let terms = by_code(&rows);
    for (code, versions) in &terms {
        // What lies in a row that is not among these stands at the top.
        let parent = versions.last().and_then(|it| it.parent_id);
        let parent = parent.and_then(|it| codes.get(&it).copied());
        below.entry(parent).or_default().push(code);
    }
    let ordinal = |code: &str| {
        terms
            .get(code)
            .and_then(|it| it.last())
            .map(|it| it.ordinal)
    };
    for siblings in below.values_mut() {
        // Taken from the end, so the last one first.
        siblings.sort_by_key(|code| std::cmp::Reverse((ordinal(code), *code)));
    }
    let mut places: HashMap<String, usize> = HashMap::with_capacity(terms.len());
    let mut open: Vec<&str> = below.get(&None).cloned().unwrap_or_default();
    let mut seen = HashSet::new();
    while let Some(code) = open.pop() {
        if seen.insert(code) {
            places.insert(code.to_owned(), places.len());
            open.extend(below.get(&Some(code)).into_iter().flatten());
        }
    }
    let mut rows = rows;
    rows.sort_by_cached_key(|it| {
        let place = places.get(&it.code).copied().unwrap_or(usize::MAX);
        (place, it.valid_from, it.id)
    });
    rows
}

#[cfg(test)]
pub(super) mod tests {
    use uuid::Uuid;

    use super::*;

    /// A term: number of the row, code, number of the parent's row, first day.
    pub fn a_term(
        id: u128,
        code: &str,
        parent: Option<u128>,
        from: &str,
    ) -> vocabulary_term::Model {
        vocabulary_term::Model {
            translations: None,
            id: TermId(Uuid::from_u128(id)),
            vocabulary: "THEMES".to_owned(),
            code: code.to_owned(),
            parent_id: parent.map(|it| TermId(Uuid::from_u128(it))),
            level: if parent.is_some() { "PART" } else { "THEME" }.to_owned(),
            name_fr: code.to_owned(),
            name_ar: code.to_owned(),
            name_en: code.to_owned(),
            valid_from: from.parse().unwrap(),
            valid_to: None,
            source: None,
            ordinal: i32::try_from(id).unwrap(),
            changed_by: None,
            version: 1,
        }
    }

    #[test]
    fn versions_of_a_term_are_one_term() {
        let rows = [
            a_term(2, "A", None, "2026-01-01"),
            a_term(1, "A", None, "2020-01-01"),
            a_term(3, "B", None, "2020-01-01"),
        ];
        let firsts = firsts(&rows);
        let first = |at: usize| firsts[&rows[at].id];

        assert_eq!((first(0), first(1)), (rows[1].id, rows[1].id));
        assert_eq!(first(2), rows[2].id);
        let called = |day: &str| on(&rows, "A", day.parse().unwrap()).map(|it| it.id);
        assert_eq!(called("2025-12-31"), Some(rows[1].id));
        assert_eq!(called("2026-01-01"), Some(rows[0].id));
        assert_eq!(called("2010-01-01"), Some(rows[1].id), "none had begun");
    }

    #[test]
    fn a_term_that_came_later_stands_with_its_siblings() {
        let rows = vec![
            a_term(1, "A", None, "2020-01-01"),
            a_term(2, "A1", Some(1), "2020-01-01"),
            a_term(3, "B", None, "2020-01-01"),
            a_term(4, "A2", Some(6), "2026-01-01"),
            a_term(6, "A", None, "2026-01-01"),
            a_term(7, "X", Some(99), "2020-01-01"),
        ];
        let order: Vec<String> = in_order(rows)
            .into_iter()
            .map(|it| format!("{} {}", it.code, it.valid_from.format("%y")))
            .collect();

        assert_eq!(order, ["B 20", "A 20", "A 26", "A1 20", "A2 26", "X 20"]);
    }
}
