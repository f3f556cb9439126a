//! What a term must be, and what becomes of the others: pure, on all terms of one vocabulary.
//!
//! Who may write them is in `terms`; rows are written by `store`.

use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::collections::HashMap;

use chrono::Months;
use chrono::NaiveDate;
use entity::ids::TermId;
use entity::ids::UserId;
use entity::vocabulary;
use entity::vocabulary_term;
use serde::Serialize;

use crate::platform::change::Change;
use crate::refusal::Checks;
use crate::refusal::Code;
use crate::refusal::Refusal;
use crate::vocabularies::error::VocabularyError;
use crate::vocabularies::import::RESERVED;

/// Longest code of a term.
const CODE_MOST: usize = 40;
/// Longest name: targets of sustainable development have seven hundred characters.
const NAME_MOST: usize = 1_000;
/// Most terms of one vocabulary: they are read together.
pub const TERMS_MOST: usize = 2_000;
/// Most versions of all of them.
pub const ROWS_MOST: usize = 4_000;
/// Most versions of one term.
const VERSIONS_MOST: usize = 50;
/// The first day of any term that is written by hand.
const EARLIEST: NaiveDate = match NaiveDate::from_ymd_opt(1990, 1, 1) {
    Some(day) => day,
    None => NaiveDate::MIN,
};
/// So many years ahead a term may be announced.
const AHEAD_YEARS: u32 = 10;

/// A term as asked for: how it is called from a day on.
#[derive(Clone, Debug, Serialize)]
pub struct NewTerm {
    /// Its code, which is its name for good.
    pub code: String,
    /// Code of the term above. Absent: at the top, or where the term stands already.
    pub parent_code: Option<String>,
    /// Its level. Absent only where the term is there already.
    pub level: Option<String>,
    /// Name in French.
    pub name_fr: String,
    /// Name in Arabic.
    pub name_ar: Option<String>,
    /// Name in English.
    pub name_en: Option<String>,
    /// First day.
    pub valid_from: NaiveDate,
    /// First day no longer in force.
    pub valid_to: Change<Option<NaiveDate>>,
    /// Who says so.
    pub source: Option<String>,
    /// The version that the caller saw; 0 for none.
    pub expected: Option<i32>,
}

/// Who writes, and when.
#[derive(Clone, Copy, Debug)]
pub struct By {
    /// The present day.
    pub today: NaiveDate,
    /// The user.
    pub user: Option<UserId>,
}

/// What a term became.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Became {
    /// It is new, or a new version.
    Created,
    /// The version says something else.
    Changed,
    /// It was so before.
    Unchanged,
}

/// The versions of one term by their first day.
type Versions = BTreeMap<NaiveDate, vocabulary_term::Model>;

/// All terms of one vocabulary.
#[derive(Clone, Debug)]
pub struct Book {
    vocabulary: String,
    levels: Vec<String>,
    /// Whether every name must be given.
    translated: bool,
    terms: BTreeMap<String, Versions>,
}

/// What a term says, read.
struct Said {
    code: String,
    name_fr: String,
    name_ar: String,
    name_en: String,
    source: Option<String>,
}

impl Book {
    /// These terms.
    #[must_use]
    pub fn of(vocabulary: &vocabulary::Model, rows: &[vocabulary_term::Model]) -> Self {
        let mut terms: BTreeMap<String, Versions> = BTreeMap::new();
        for row in rows {
            let versions = terms.entry(row.code.clone()).or_default();
            versions.insert(row.valid_from, row.clone());
        }
        Self {
            vocabulary: vocabulary.code.clone(),
            levels: levels(vocabulary),
            translated: vocabulary.organization_id.is_none(),
            terms,
        }
    }

    /// The version of a term that begins on a day.
    #[must_use]
    pub fn at(&self, code: &str, day: NaiveDate) -> Option<&vocabulary_term::Model> {
        self.terms.get(code.trim())?.get(&day)
    }

    /// How many terms there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.terms.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.terms.is_empty()
    }

    /// Every row, parents in whatever order.
    #[must_use]
    pub fn rows(&self) -> Vec<vocabulary_term::Model> {
        let versions = self.terms.values().flat_map(BTreeMap::values);
        versions.cloned().collect()
    }

    /// Puts a term into its place, under `id` where it is new. The version before it ends where it begins;
    /// what was in force before today stays as it was.
    ///
    /// # Errors
    /// [`VocabularyError::Invalid`], [`VocabularyError::VersionConflict`].
    pub fn put(
        &mut self,
        new: &NewTerm,
        id: TermId,
        by: By,
    ) -> Result<(vocabulary_term::Model, Became), VocabularyError> {
        let said = self.read(new, by)?;
        let place = self.place(new, &said.code)?;
        let before = self.at(&said.code, new.valid_from).cloned();
        let current = before.as_ref().map_or(0, |it| it.version);
        if new.expected.is_some_and(|it| it != current) {
            return Err(VocabularyError::VersionConflict { current });
        }
        let is_new = !self.terms.contains_key(&said.code);
        let valid_to = self.end(new, &said.code, before.as_ref(), by)?;
        let (level, parent_id, ordinal) = place;
        let row = vocabulary_term::Model {
            id: before.as_ref().map_or(id, |it| it.id),
            vocabulary: self.vocabulary.clone(),
            code: said.code,
            parent_id: before.as_ref().map_or(parent_id, |it| it.parent_id),
            level,
            name_fr: said.name_fr,
            name_ar: said.name_ar,
            name_en: said.name_en,
            // Whoever writes a term answers for its names.
            translations: None,
            valid_from: new.valid_from,
            valid_to,
            source: said.source,
            ordinal,
            changed_by: by.user,
            version: current.saturating_add(1),
        };
        if let Some(before) = before {
            let same = vocabulary_term::Model {
                // The same words are no other translation.
                translations: before.translations.clone(),
                changed_by: before.changed_by,
                version: before.version,
                ..row.clone()
            };
            if same == before {
                return Ok((before, Became::Unchanged));
            }
            let renamed = names(&before) != names(&row) || before.source != row.source;
            if renamed && before.valid_from < by.today {
                return Err(begun("validFrom", by).into());
            }
            self.insert(row.clone());
            return Ok((row, Became::Changed));
        }
        if !is_new && new.valid_from < by.today {
            return Err(begun("validFrom", by).into());
        }
        self.insert(row.clone());
        self.end_before(&row, by);
        Ok((row, Became::Created))
    }

    fn insert(&mut self, row: vocabulary_term::Model) {
        let versions = self.terms.entry(row.code.clone()).or_default();
        versions.insert(row.valid_from, row);
    }

    /// Ends the version before one where that one begins.
    fn end_before(&mut self, row: &vocabulary_term::Model, by: By) {
        let Some(versions) = self.terms.get_mut(&row.code) else {
            return;
        };
        if let Some((_, before)) = versions.range_mut(..row.valid_from).next_back()
            && before.valid_to.is_none_or(|it| it > row.valid_from)
        {
            before.valid_to = Some(row.valid_from);
            before.changed_by = by.user;
            before.version = before.version.saturating_add(1);
        }
    }

    fn read(&self, new: &NewTerm, by: By) -> Result<Said, VocabularyError> {
        let mut checks = Checks::new();
        let code = checks.text("code", &new.code, CODE_MOST);
        let fits = |it: char| it.is_ascii_alphanumeric() || ['-', '_', '.'].contains(&it);
        let free = RESERVED.iter().all(|it| !code.eq_ignore_ascii_case(it));
        checks.demand(free && code.chars().all(fits), || {
            Refusal::of(Code::InvalidFormat, "code").with("value", &code)
        });
        let name_fr = checks.text("nameFr", &new.name_fr, NAME_MOST);
        let mut name = |field: &str, given: Option<&str>| {
            let given = checks.optional_text(field, given, NAME_MOST);
            checks.demand(given.is_some() || !self.translated, || {
                Refusal::of(Code::Required, field)
            });
            given.unwrap_or_else(|| name_fr.clone())
        };
        let name_ar = name("nameAr", new.name_ar.as_deref());
        let name_en = name("nameEn", new.name_en.as_deref());
        let source = checks.optional_prose("source", new.source.as_deref(), 500);
        let latest = by.today.checked_add_months(Months::new(12 * AHEAD_YEARS));
        let latest = latest.unwrap_or(NaiveDate::MAX);
        checks.demand((EARLIEST..=latest).contains(&new.valid_from), || {
            let refusal = Refusal::of(Code::OutOfRange, "validFrom");
            refusal.with("least", EARLIEST).with("most", latest)
        });
        checks.done().map_err(VocabularyError::Invalid)?;
        Ok(Said {
            code,
            name_fr,
            name_ar,
            name_en,
            source,
        })
    }

    /// Level, row of the term above, ordinal. A term that is there keeps its place; a new one lies in a term
    /// that is there already, so that nothing ever lies in itself.
    fn place(
        &self,
        new: &NewTerm,
        code: &str,
    ) -> Result<(String, Option<TermId>, i32), VocabularyError> {
        let mut checks = Checks::new();
        let given = checks.optional_text("parentCode", new.parent_code.as_deref(), CODE_MOST);
        if let Some(parent) = given.as_ref().filter(|it| !self.terms.contains_key(*it)) {
            let refusal = Refusal::of(Code::UnknownTerm, "parentCode").with("value", parent);
            checks.refuse(refusal.with("vocabulary", &self.vocabulary));
        }
        let level = checks.optional_text("level", new.level.as_deref(), CODE_MOST);
        let depth = |level: &str| self.levels.iter().position(|it| it == level);
        if let Some(level) = &level {
            checks.demand(depth(level).is_some(), || {
                Refusal::of(Code::UnknownValue, "level").with("known", self.levels.join(", "))
            });
        }
        let held = self.terms.get(code).and_then(|it| it.values().next_back());
        checks.demand(level.is_some() || held.is_some(), || {
            Refusal::of(Code::Required, "level")
        });
        checks.done().map_err(VocabularyError::Invalid)?;
        if let Some(held) = held {
            // Of a new version, the row of the term above that is in force then.
            let above = self.parent_code(held);
            let other = level.as_ref().is_some_and(|it| *it != held.level);
            if other || (given.is_some() && given.as_deref() != above) {
                let field = if other { "level" } else { "parentCode" };
                let refusal = Refusal::of(Code::TermPlaced, field).with("code", code);
                return Err(refusal.with("level", &held.level).into());
            }
            let row = above.and_then(|it| self.row_on(it, new.valid_from));
            return Ok((held.level.clone(), row.map(|it| it.id), held.ordinal));
        }
        let level = level.unwrap_or_default();
        let above = given.and_then(|it| self.row_on(&it, new.valid_from));
        if let Some(above) = above
            && depth(&above.level) >= depth(&level)
        {
            let refusal = Refusal::of(Code::LevelOrder, "level").with("level", &level);
            let refusal = refusal.with("parent", &above.level);
            return Err(refusal.with("levels", self.levels.join(" > ")).into());
        }
        let versions = self.terms.values().flat_map(BTreeMap::values);
        let last = versions.map(|it| it.ordinal).max().unwrap_or(0);
        Ok((level, above.map(|it| it.id), last.saturating_add(1)))
    }

    /// The version of a term that is in force on a day, or the first one that comes.
    fn row_on(&self, code: &str, day: NaiveDate) -> Option<&vocabulary_term::Model> {
        let versions = self.terms.get(code)?;
        let begun = versions.range(..=day).next_back();
        begun.or_else(|| versions.iter().next()).map(|(_, it)| it)
    }

    /// The first day on which a version is no longer in force.
    fn end(
        &self,
        new: &NewTerm,
        code: &str,
        before: Option<&vocabulary_term::Model>,
        by: By,
    ) -> Result<Option<NaiveDate>, VocabularyError> {
        let versions = self.terms.get(code);
        let after_first = new.valid_from.succ_opt().unwrap_or(NaiveDate::MAX);
        let next = versions
            .and_then(|it| it.range(after_first..).next())
            .map(|(day, _)| *day);
        let full = before.is_none() && versions.is_some_and(|it| it.len() >= VERSIONS_MOST);
        if full {
            let refusal = Refusal::of(Code::TooLong, "validFrom");
            return Err(refusal.with("most", VERSIONS_MOST).into());
        }
        let held = before.and_then(|it| it.valid_to);
        let wanted = match (&new.valid_to, before) {
            (Change::Keep, Some(_)) => held,
            (Change::Keep | Change::To(None), _) => next,
            (Change::To(Some(day)), _) => Some(*day),
        };
        if before.is_some() && wanted == held {
            return Ok(held);
        }
        // What is over stays over, and nothing that was in force ends before today.
        if held.is_some_and(|it| it <= by.today) {
            return Err(begun("validTo", by).into());
        }
        let Some(day) = wanted else {
            return Ok(None);
        };
        let least = match before {
            Some(_) => after_first.max(by.today),
            None => after_first,
        };
        let most = next.unwrap_or(NaiveDate::MAX);
        if !(least..=most).contains(&day) {
            let most = next.map_or_else(|| "9999-12-31".to_owned(), |it| it.to_string());
            let refusal = Refusal::of(Code::OutOfRange, "validTo").with("least", least);
            return Err(refusal.with("most", most).into());
        }
        Ok(Some(day))
    }

    /// The code of the term that a version lies in.
    fn parent_code(&self, row: &vocabulary_term::Model) -> Option<&str> {
        let id = row.parent_id?;
        let found = self
            .terms
            .iter()
            .find(|(_, versions)| versions.values().any(|it| it.id == id));
        found.map(|(code, _)| code.as_str())
    }

    /// Which of these terms would outlive the one above, or be outlived by one below: position and refusal.
    #[must_use]
    pub fn outlived(&self, touched: &[&str]) -> Vec<(usize, Refusal)> {
        let versions = self.terms.values().flat_map(BTreeMap::values);
        let codes: HashMap<TermId, &str> = versions.map(|it| (it.id, it.code.as_str())).collect();
        let mut below: HashMap<&str, BTreeSet<&str>> = HashMap::new();
        for row in self.terms.values().filter_map(|it| it.values().next_back()) {
            if let Some(parent) = row.parent_id.and_then(|it| codes.get(&it)) {
                below.entry(parent).or_default().insert(&row.code);
            }
        }
        let mut found = Vec::new();
        for (parent, children) in &below {
            for child in children {
                let covered = self.terms.get(*parent).zip(self.terms.get(*child));
                if covered.is_none_or(|(above, own)| covers(above, own)) {
                    continue;
                }
                let at = touched.iter().position(|it| it == child);
                let at = at.or_else(|| touched.iter().position(|it| it == parent));
                let refusal = Refusal::of(Code::TermOutlives, "validTo").with("code", child);
                found.extend(at.map(|it| (it, refusal.with("parent", parent))));
            }
        }
        found
    }
}

/// What the terms of a vocabulary are, the highest first.
#[must_use]
pub fn levels(vocabulary: &vocabulary::Model) -> Vec<String> {
    // What cannot be read knows no level, and takes no term.
    serde_json::from_str(&vocabulary.levels).unwrap_or_default()
}

/// Whether some version of a term is in force on each day of another one.
fn covers(above: &Versions, own: &Versions) -> bool {
    own.values().all(|row| {
        let mut from = row.valid_from;
        for version in above.values() {
            if version.valid_from <= from {
                match version.valid_to {
                    None => return true,
                    Some(end) => from = from.max(end),
                }
            }
        }
        row.valid_to.is_some_and(|end| from >= end)
    })
}

fn names(row: &vocabulary_term::Model) -> (&str, &str, &str) {
    (&row.name_fr, &row.name_ar, &row.name_en)
}

fn begun(field: &str, by: By) -> Refusal {
    Refusal::of(Code::TermBegun, field).with("least", by.today)
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::refusal::Refuse;
    use crate::vocabularies::versions::tests::a_term;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn book(rows: &[vocabulary_term::Model]) -> Book {
        let vocabulary = vocabulary::Model {
            code: "THEMES".to_owned(),
            name_fr: "Thèmes".to_owned(),
            name_ar: "مواضيع".to_owned(),
            name_en: "Themes".to_owned(),
            ordinal: 1,
            organization_id: None,
            levels: r#"["THEME", "PART"]"#.to_owned(),
        };
        Book::of(&vocabulary, rows)
    }

    fn term(code: &str, parent: Option<&str>, name: &str, from: &str) -> NewTerm {
        NewTerm {
            code: code.to_owned(),
            parent_code: parent.map(str::to_owned),
            level: Some(if parent.is_some() { "PART" } else { "THEME" }.to_owned()),
            name_fr: name.to_owned(),
            name_ar: Some(name.to_owned()),
            name_en: Some(name.to_owned()),
            valid_from: day(from),
            valid_to: Change::Keep,
            source: None,
            expected: None,
        }
    }

    /// Writes on 2 November 2026.
    fn put(book: &mut Book, new: &NewTerm) -> Result<Became, Vec<(Code, Vec<String>)>> {
        let by = By {
            today: day("2026-11-02"),
            user: Some(UserId(Uuid::from_u128(9))),
        };
        let id = u128::try_from(book.rows().len() + 100).unwrap();
        let done = book.put(new, TermId(Uuid::from_u128(id)), by);
        done.map(|it| it.1).map_err(|it| {
            let refusals = it.refusals().unwrap().into_iter();
            refusals.map(|it| (it.code, it.path)).collect()
        })
    }

    fn refused(code: Code, field: &str) -> Result<Became, Vec<(Code, Vec<String>)>> {
        Err(vec![(code, vec![field.to_owned()])])
    }

    #[test]
    fn a_version_ends_the_one_before_it_and_leaves_what_was() {
        let mut book = book(&[a_term(1, "A", None, "2020-01-01")]);

        assert_eq!(
            put(&mut book, &term("A", None, "New", "2026-12-01")),
            Ok(Became::Created)
        );
        assert_eq!(
            put(&mut book, &term("A", None, "New", "2026-12-01")),
            Ok(Became::Unchanged)
        );
        assert_eq!(
            put(&mut book, &term("A", None, "Other", "2026-12-01")),
            Ok(Became::Changed)
        );
        let begun = refused(Code::TermBegun, "validFrom");
        assert_eq!(put(&mut book, &term("A", None, "New", "2020-01-01")), begun);
        assert_eq!(put(&mut book, &term("A", None, "New", "2026-11-01")), begun);
        assert_eq!(put(&mut book, &term("A", None, "New", "2019-01-01")), begun);
        assert_eq!(
            put(&mut book, &term("A", None, "Now", "2026-11-02")),
            Ok(Became::Created)
        );

        let ends: Vec<_> = book
            .rows()
            .iter()
            .map(|it| (it.name_fr.clone(), it.valid_to))
            .collect();
        let expected = [
            ("A", Some(day("2026-11-02"))),
            ("Now", Some(day("2026-12-01"))),
            ("Other", None),
        ];
        assert_eq!(ends, expected.map(|(name, end)| (name.to_owned(), end)));
    }

    #[test]
    fn a_term_keeps_its_place_and_lies_in_one_that_is_there() {
        let mut book = book(&[
            a_term(1, "A", None, "2020-01-01"),
            a_term(2, "B", None, "2020-01-01"),
            a_term(3, "A1", Some(1), "2020-01-01"),
        ]);
        let moved = term("A1", Some("B"), "A1", "2027-01-01");
        assert_eq!(
            put(&mut book, &moved),
            refused(Code::TermPlaced, "parentCode")
        );
        let itself = term("C", Some("C"), "C", "2027-01-01");
        assert_eq!(
            put(&mut book, &itself),
            refused(Code::UnknownTerm, "parentCode")
        );
        let below = NewTerm {
            level: Some("PART".to_owned()),
            ..term("D", Some("A1"), "D", "2027-01-01")
        };
        assert_eq!(put(&mut book, &below), refused(Code::LevelOrder, "level"));
        let unknown = NewTerm {
            level: Some("GOAL".to_owned()),
            ..term("D", None, "D", "2027-01-01")
        };
        assert_eq!(
            put(&mut book, &unknown),
            refused(Code::UnknownValue, "level")
        );
        let without = NewTerm {
            level: None,
            ..term("D", None, "D", "2027-01-01")
        };
        assert_eq!(put(&mut book, &without), refused(Code::Required, "level"));
        // What is not said stays.
        let renamed = NewTerm {
            level: None,
            parent_code: None,
            ..term("A1", None, "New", "2027-01-01")
        };
        assert_eq!(put(&mut book, &renamed), Ok(Became::Created));
        assert_eq!(book.at("A1", day("2027-01-01")).unwrap().level, "PART");
    }

    #[test]
    fn nothing_ends_in_the_past_and_what_is_over_stays_over() {
        let mut over = a_term(2, "B", None, "2020-01-01");
        over.valid_to = Some(day("2026-11-02"));
        let mut book = book(&[a_term(1, "A", None, "2020-01-01"), over]);
        let ends = |code: &str, to: Option<&str>| NewTerm {
            valid_to: Change::To(to.map(day)),
            ..term(code, None, code, "2020-01-01")
        };

        let early = refused(Code::OutOfRange, "validTo");
        assert_eq!(put(&mut book, &ends("A", Some("2026-11-01"))), early);
        assert_eq!(
            put(&mut book, &ends("A", Some("2026-12-01"))),
            Ok(Became::Changed)
        );
        assert_eq!(put(&mut book, &ends("A", None)), Ok(Became::Changed));
        assert_eq!(
            put(&mut book, &ends("B", None)),
            refused(Code::TermBegun, "validTo")
        );
        assert_eq!(
            put(&mut book, &ends("B", Some("2026-11-02"))),
            Ok(Became::Unchanged)
        );
    }

    #[test]
    fn a_term_does_not_outlive_the_one_above() {
        let mut book = book(&[
            a_term(1, "A", None, "2020-01-01"),
            a_term(2, "A1", Some(1), "2020-01-01"),
        ]);
        let end = |code: &str, parent| NewTerm {
            valid_to: Change::To(Some(day("2027-01-01"))),
            ..term(code, parent, code, "2020-01-01")
        };
        put(&mut book, &end("A", None)).unwrap();
        let told = |book: &Book, touched: &[&str]| -> Vec<usize> {
            book.outlived(touched).into_iter().map(|it| it.0).collect()
        };

        assert_eq!(told(&book, &["A"]), [0]);
        put(&mut book, &end("A1", Some("A"))).unwrap();
        assert_eq!(told(&book, &["A", "A1"]), [0; 0]);
        // A later version of the one above covers, too.
        put(&mut book, &term("A", None, "Again", "2027-01-01")).unwrap();
        put(&mut book, &term("A2", Some("A"), "A2", "2026-01-01")).unwrap();
        assert_eq!(told(&book, &["A2"]), [0; 0]);
        put(&mut book, &term("A3", Some("A"), "A3", "2019-01-01")).unwrap();
        assert_eq!(told(&book, &["A2", "A3"]), [1]);
    }
}
