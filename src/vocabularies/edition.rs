//! What the lists of terms say.
//!
//! Pure: rows and statements are in `import`.

use chrono::NaiveDate;
use serde::Deserialize;

use crate::vocabularies::INDH;
use crate::vocabularies::ISCO08;
use crate::vocabularies::SDG;
use crate::vocabularies::error::VocabularyError;

/// The goals are in force since the first day of 2016; 2030 is planned, so no end.
const SDG_START: NaiveDate = match NaiveDate::from_ymd_opt(2016, 1, 1) {
    Some(day) => day,
    None => NaiveDate::MIN,
};

/// The classification was adopted in December 2007 and is in force since; a later one will have a name of
/// its own.
const ISCO08_START: NaiveDate = match NaiveDate::from_ymd_opt(2008, 1, 1) {
    Some(day) => day,
    None => NaiveDate::MIN,
};

/// A vocabulary with its terms, parents before what lies in them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct List {
    /// Code.
    pub code: &'static str,
    /// French name.
    pub name_fr: &'static str,
    /// Arabic name.
    pub name_ar: &'static str,
    /// English name.
    pub name_en: &'static str,
    /// What its terms are, the highest first.
    pub levels: &'static [&'static str],
    /// The terms in their order.
    pub terms: Vec<Term>,
}

/// One term in one span of days.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Term {
    /// Code, unique in the vocabulary on each day.
    pub code: String,
    /// Code of the term above.
    pub parent: Option<String>,
    /// PHASE, PROGRAMME, AXIS, GOAL …
    pub level: String,
    /// French name.
    pub name_fr: String,
    /// Arabic name.
    pub name_ar: String,
    /// English name.
    pub name_en: String,
    /// First day.
    pub valid_from: NaiveDate,
    /// First day no longer in force; an end that was only planned is not one.
    pub valid_to: Option<NaiveDate>,
    /// Who says so.
    pub source: Option<String>,
}

#[derive(Deserialize)]
struct Programme {
    programme_code: String,
    parent_code: String,
    level: String,
    valid_from: NaiveDate,
    valid_to: Option<NaiveDate>,
    name_fr: String,
    name_ar: String,
    name_en: String,
    source: String,
}

#[derive(Deserialize)]
struct Goal {
    number: u8,
    name_fr: String,
    name_ar: String,
    name_en: String,
}

#[derive(Deserialize)]
struct Occupation {
    code: String,
    level: String,
    parent_code: String,
    title_en: String,
    title_fr: String,
    title_ar: String,
}

/// Reads the programmes of INDH.
///
/// # Errors
/// [`VocabularyError::Unreadable`].
pub fn indh(list: &str) -> Result<List, VocabularyError> {
    let mut terms = Vec::new();
    for line in csv::Reader::from_reader(list.as_bytes()).deserialize() {
        let line: Programme = line?;
        terms.push(Term {
            code: line.programme_code,
            parent: Some(line.parent_code).filter(|it| !it.is_empty()),
            level: line.level,
            name_fr: line.name_fr,
            name_ar: line.name_ar,
            name_en: line.name_en,
            valid_from: line.valid_from,
            valid_to: line.valid_to,
            source: Some(line.source).filter(|it| !it.is_empty()),
        });
    }
    Ok(List {
        code: INDH,
        name_fr: "Initiative nationale pour le développement humain",
        name_ar: "المبادرة الوطنية للتنمية البشرية",
        name_en: "National Initiative for Human Development",
        levels: &[
            "PHASE",
            "PROGRAMME",
            "AXIS",
            "SECTOR",
            "CATEGORY",
            "COMPONENT",
        ],
        terms,
    })
}

/// Reads the goals of sustainable development.
///
/// # Errors
/// [`VocabularyError::Unreadable`].
pub fn sdg(list: &str) -> Result<List, VocabularyError> {
    let mut terms = Vec::new();
    for line in csv::Reader::from_reader(list.as_bytes()).deserialize() {
        let line: Goal = line?;
        terms.push(Term {
            code: line.number.to_string(),
            parent: None,
            level: "GOAL".to_owned(),
            name_fr: line.name_fr,
            name_ar: line.name_ar,
            name_en: line.name_en,
            valid_from: SDG_START,
            valid_to: None,
            source: Some("United Nations, A/RES/70/1".to_owned()),
        });
    }
    Ok(List {
        code: SDG,
        name_fr: "Objectifs de développement durable",
        name_ar: "أهداف التنمية المستدامة",
        name_en: "Sustainable Development Goals",
        levels: &["GOAL", "TARGET", "INDICATOR"],
        terms,
    })
}

/// Reads the occupations.
///
/// # Errors
/// [`VocabularyError::Unreadable`].
pub fn isco08(list: &str) -> Result<List, VocabularyError> {
    let mut terms = Vec::new();
    for line in csv::Reader::from_reader(list.as_bytes()).deserialize() {
        let line: Occupation = line?;
        terms.push(Term {
            code: line.code,
            parent: Some(line.parent_code).filter(|it| !it.is_empty()),
            level: line.level,
            name_fr: line.title_fr,
            name_ar: line.title_ar,
            name_en: line.title_en,
            valid_from: ISCO08_START,
            valid_to: None,
            source: Some("International Labour Organization, ISCO-08".to_owned()),
        });
    }
    Ok(List {
        code: ISCO08,
        name_fr: "Classification internationale type des professions (CITP-08)",
        name_ar: "التصنيف الدولي الموحد للمهن (إسكو-08)",
        name_en: "International Standard Classification of Occupations (ISCO-08)",
        levels: &["MAJOR", "SUB_MAJOR", "MINOR", "UNIT"],
        terms,
    })
}

#[cfg(test)]
mod tests {
    use super::indh;
    use super::isco08;
    use super::sdg;

    #[test]
    fn ended_phases_end_and_the_present_one_is_open() {
        let list = indh(include_str!("../../data/indh_programmes.csv")).unwrap();
        let end = |code: &str| {
            let term = list.terms.iter().find(|it| it.code == code).unwrap();
            term.valid_to.map(|it| it.to_string())
        };

        assert_eq!(list.terms.len(), 51);
        for term in &list.terms {
            let depth = |code: &str| {
                let term = list.terms.iter().find(|it| it.code == code).unwrap();
                list.levels.iter().position(|it| *it == term.level).unwrap()
            };
            let above = term.parent.as_deref().map(depth);
            assert!(
                above.is_none_or(|it| it < depth(&term.code)),
                "{}",
                term.code
            );
        }
        assert_eq!(end("PH1").as_deref(), Some("2011-01-01"));
        assert_eq!(end("PH2-RUR").as_deref(), Some("2019-01-01"));
        assert_eq!(end("PH3"), None);
        assert_eq!(end("PH3-P4-A1"), None);
    }

    #[test]
    fn goals_are_numbered_as_people_write_them() {
        let list = sdg(include_str!("../../data/sdg.csv")).unwrap();

        let codes: Vec<&str> = list.terms.iter().map(|it| it.code.as_str()).collect();
        let numbers: Vec<String> = (1..=17).map(|it| it.to_string()).collect();
        assert_eq!(codes, numbers);
    }

    #[test]
    fn occupations_lie_in_the_group_of_their_first_digit() {
        let list = isco08(include_str!("../../data/isco08.csv")).unwrap();

        assert_eq!(list.terms.len(), 53);
        for term in &list.terms {
            let above = term.code.get(..1).filter(|it| *it != term.code);
            assert_eq!(term.parent.as_deref(), above, "{}", term.code);
        }
    }
}
