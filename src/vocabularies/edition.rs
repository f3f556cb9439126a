//! What the lists of terms say.
//!
//! Pure: rows and statements are in `import`.

use std::collections::HashMap;

use chrono::NaiveDate;
use serde::Deserialize;

use crate::platform::i18n::Locale;
use crate::vocabularies::ICNP_TSO;
use crate::vocabularies::INDH;
use crate::vocabularies::ISCO08;
use crate::vocabularies::SDG;
use crate::vocabularies::error::VocabularyError;
use crate::vocabularies::translations;
use crate::vocabularies::translations::Translation;
use crate::vocabularies::translations::Translations;

/// The list of goals that the binary carries; see `data/SOURCES.md`.
pub(super) const GOALS: &str = include_str!("../../data/sdg.csv");

/// The list of targets that the binary carries.
pub(super) const TARGETS: &str = include_str!("../../data/sdg_targets.csv");

/// The list of fields of work that the binary carries.
pub const SECTORS: &str = include_str!("../../data/sectors.csv");

/// The classification was published in 2018 and is in force since.
const ICNP_TSO_START: NaiveDate = match NaiveDate::from_ymd_opt(2018, 1, 1) {
    Some(day) => day,
    None => NaiveDate::MIN,
};

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
    /// What names are that the source does not have.
    pub translations: Translations,
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
struct Target {
    code: String,
    goal: String,
    title_en: String,
    title_fr: String,
    title_ar: String,
    translation_status: String,
}

#[derive(Deserialize)]
struct Colour {
    number: String,
    colour_hex: String,
}

#[derive(Deserialize)]
struct Occupation {
    code: String,
    level: String,
    parent_code: String,
    title_en: String,
    title_fr: String,
    title_ar: String,
    title_ar_status: String,
}

#[derive(Deserialize)]
struct Sector {
    code: String,
    level: String,
    parent_code: String,
    title_en: String,
    title_fr: String,
    title_ar: String,
    translation_status: String,
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
            translations: Translations::new(),
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

/// Reads the goals of sustainable development, and the targets in them.
///
/// # Errors
/// [`VocabularyError::Unreadable`].
pub fn sdg(goals: &str, targets: &str) -> Result<List, VocabularyError> {
    const SOURCE: &str = "United Nations, A/RES/70/1";
    let mut terms = Vec::new();
    for line in csv::Reader::from_reader(goals.as_bytes()).deserialize() {
        let line: Goal = line?;
        terms.push(Term {
            code: line.number.to_string(),
            parent: None,
            level: "GOAL".to_owned(),
            name_fr: line.name_fr,
            name_ar: line.name_ar,
            name_en: line.name_en,
            translations: Translations::new(),
            valid_from: SDG_START,
            valid_to: None,
            source: Some(SOURCE.to_owned()),
        });
    }
    for line in csv::Reader::from_reader(targets.as_bytes()).deserialize() {
        let line: Target = line?;
        let names = [line.title_fr, line.title_ar, line.title_en];
        let (names, translations) = translations::told(names, &line.translation_status);
        let [name_fr, name_ar, name_en] = names;
        terms.push(Term {
            code: line.code,
            parent: Some(line.goal),
            level: "TARGET".to_owned(),
            name_fr,
            name_ar,
            name_en,
            translations,
            valid_from: SDG_START,
            valid_to: None,
            source: Some(SOURCE.to_owned()),
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

/// The colours of the goals by their codes, as the list that comes with the program has them.
///
/// # Errors
/// [`csv::Error`], which only a fault of ours can cause.
pub fn colours() -> Result<HashMap<String, String>, csv::Error> {
    let mut lines = csv::Reader::from_reader(GOALS.as_bytes());
    let lines = lines.deserialize();
    lines
        .map(|line| line.map(|it: Colour| (it.number, it.colour_hex)))
        .collect()
}

/// Reads the occupations.
///
/// # Errors
/// [`VocabularyError::Unreadable`].
pub fn isco08(list: &str) -> Result<List, VocabularyError> {
    let mut terms = Vec::new();
    for line in csv::Reader::from_reader(list.as_bytes()).deserialize() {
        let line: Occupation = line?;
        let mut of_arabic = Translations::new();
        if line.title_ar_status.starts_with(translations::UNOFFICIAL) {
            of_arabic.insert(Locale::Ar, Translation::Unofficial);
        }
        terms.push(Term {
            code: line.code,
            parent: Some(line.parent_code).filter(|it| !it.is_empty()),
            level: line.level,
            name_fr: line.title_fr,
            name_ar: line.title_ar,
            name_en: line.title_en,
            translations: of_arabic,
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

/// Reads the fields of work.
///
/// # Errors
/// [`VocabularyError::Unreadable`].
pub fn icnp_tso(list: &str) -> Result<List, VocabularyError> {
    let mut terms = Vec::new();
    for line in csv::Reader::from_reader(list.as_bytes()).deserialize() {
        let line: Sector = line?;
        let names = [line.title_fr, line.title_ar, line.title_en];
        let (names, translations) = translations::told(names, &line.translation_status);
        let [name_fr, name_ar, name_en] = names;
        terms.push(Term {
            code: line.code,
            parent: Some(line.parent_code).filter(|it| !it.is_empty()),
            level: line.level,
            name_fr,
            name_ar,
            name_en,
            translations,
            valid_from: ICNP_TSO_START,
            valid_to: None,
            source: Some("United Nations, ICNP/TSO (ST/ESA/STAT/SER.F/91/Rev.1)".to_owned()),
        });
    }
    Ok(List {
        code: ICNP_TSO,
        name_fr: "Classification internationale des institutions sans but lucratif et du tiers secteur (ICNP/TSO)",
        name_ar: "التصنيف الدولي للمؤسسات غير الربحية ومنظمات القطاع الثالث (ICNP/TSO)",
        name_en: "International Classification of Non-profit and Third Sector Organizations (ICNP/TSO)",
        levels: &["SECTION", "GROUP", "SUBGROUP"],
        terms,
    })
}

#[cfg(test)]
mod tests {
    use super::GOALS;
    use super::SECTORS;
    use super::TARGETS;
    use super::Translation;
    use super::Translations;
    use super::colours;
    use super::icnp_tso;
    use super::indh;
    use super::isco08;
    use super::sdg;
    use crate::platform::i18n::Locale;

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
    fn goals_are_numbered_as_people_write_them_and_targets_lie_in_theirs() {
        let list = sdg(GOALS, TARGETS).unwrap();

        let of_level = |level: &'static str| list.terms.iter().filter(move |it| it.level == level);
        let codes: Vec<&str> = of_level("GOAL").map(|it| it.code.as_str()).collect();
        let numbers: Vec<String> = (1..=17).map(|it| it.to_string()).collect();
        assert_eq!(codes, numbers);
        // As many as the resolution has: in each goal, and of these those of means.
        let counts = [7, 8, 13, 10, 9, 8, 5, 12, 8, 10, 10, 11, 5, 10, 12, 12, 19];
        for (goal, count) in numbers.iter().zip(counts) {
            let within = of_level("TARGET").filter(|it| it.parent.as_ref() == Some(goal));
            let within: Vec<&str> = within.map(|it| it.code.as_str()).collect();
            assert_eq!(within.len(), count, "{goal}");
            assert!(within.iter().all(|it| it.starts_with(&format!("{goal}."))));
        }
        assert_eq!(of_level("TARGET").count(), 169);
        let missing = list.terms.iter().filter(|it| !it.translations.is_empty());
        let missing: Vec<&str> = missing.map(|it| it.code.as_str()).collect();
        assert_eq!(missing, ["8.10", "16.1", "17.1"]);
        for term in &list.terms {
            let arabic = term
                .name_ar
                .chars()
                .any(|it| ('\u{621}'..='\u{64a}').contains(&it));
            let is_missing = term.translations.contains_key(&Locale::Ar);
            assert_eq!(arabic, !is_missing, "{}", term.code);
            assert!(!term.name_fr.is_empty() && !term.name_en.is_empty());
        }
    }

    #[test]
    fn every_goal_has_a_colour() {
        let colours = colours().unwrap();

        assert_eq!(colours.len(), 17);
        assert!(
            colours
                .values()
                .all(|it| it.len() == 7 && it.starts_with('#'))
        );
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

    #[test]
    fn fields_of_work_lie_in_their_section_and_say_what_is_not_translated() {
        let list = icnp_tso(SECTORS).unwrap();

        let of_level = |level: &str| list.terms.iter().filter(|it| it.level == level).count();
        let counts = ["SECTION", "GROUP", "SUBGROUP"].map(of_level);
        assert_eq!(counts, [12, 50, 65]);
        for term in &list.terms {
            let above = term.parent.as_deref();
            let expected = match term.level.as_str() {
                "SECTION" => None,
                "GROUP" => term.code.get(..1).map(str::to_owned),
                _ => term.code.get(..2).map(|it| format!("{it}0")),
            };
            assert_eq!(above, expected.as_deref(), "{}", term.code);
            let status = match term.level.as_str() {
                "SECTION" => Translation::Unofficial,
                _ => Translation::Missing,
            };
            let both = Translations::from([(Locale::Fr, status), (Locale::Ar, status)]);
            assert_eq!(term.translations, both, "{}", term.code);
        }
    }
}
