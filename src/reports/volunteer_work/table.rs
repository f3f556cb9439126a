//! The categories of each table, and what holds a table to its total.
//!
//! Pure. What was counted is read in `store`.

use std::collections::HashMap;

use entity::vocabulary_term;

use crate::organizations::sector::Sector;
use crate::platform::i18n::Locale;
use crate::reports::additivity::Additivity;
use crate::reports::error::ReportError;
use crate::reports::foot;

/// First ages of the bands; the last one is open.
pub const BANDS: [i32; 7] = [0, 15, 25, 35, 45, 55, 65];

/// By what a table tells volunteer work apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dimension {
    /// Sex, as records of the volunteers state it.
    Sex,
    /// Age reached in the calendar year of the work.
    Age,
    /// Major group of the occupation of the project's work, by ISCO-08.
    Occupation,
    /// Section of the field of work of the project, else of its organization, by ICNP/TSO.
    Sector,
    /// Whether the commune of the work is urban or rural.
    Milieu,
}

impl Dimension {
    /// Every dimension, in the order of the report.
    pub const ALL: [Self; 5] = [
        Self::Sex,
        Self::Age,
        Self::Occupation,
        Self::Sector,
        Self::Milieu,
    ];

    /// Whether people of its rows may be added up: a person has one sex here, but may reach two ages in an
    /// interval of two years, and work in several of the rest.
    #[must_use]
    pub fn people(self) -> Additivity {
        match self {
            Self::Sex => Additivity::Additive,
            Self::Age | Self::Occupation | Self::Sector | Self::Milieu => Additivity::Distinct,
        }
    }

    /// Its name among breakdowns: `bySex`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Sex => "bySex",
            Self::Age => "byAge",
            Self::Occupation => "byOccupation",
            Self::Sector => "bySector",
            Self::Milieu => "byMilieu",
        }
    }
}

/// What is counted of a category.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Amounts {
    /// Distinct named people.
    pub people: i64,
    /// Person-minutes.
    pub minutes: i64,
    /// Of these, minutes of groups, whose people nobody names.
    pub group_minutes: i64,
}

/// What a category is called.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Label {
    /// Key of a sentence in `locales/`.
    Sentence(&'static str),
    /// The titles of a list: French, Arabic, English.
    Titles([String; 3]),
}

impl Label {
    /// The words of a language.
    #[must_use]
    pub fn words(&self, locale: Locale) -> String {
        match self {
            Self::Sentence(key) => locale.sentence::<&str>(key, &[]),
            Self::Titles([french, arabic, english]) => {
                let titles = (Some(arabic.as_str()), Some(english.as_str()));
                locale.choose(french, titles.0, titles.1).to_owned()
            }
        }
    }
}

/// One category.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// Its code; `None` for what is not known.
    pub code: Option<String>,
    /// What it is called.
    pub label: Label,
    /// What was counted.
    pub amounts: Amounts,
}

/// Volunteer work by one dimension: every category, and last what is not known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Table {
    /// By what.
    pub dimension: Dimension,
    /// Its rows.
    pub rows: Vec<Row>,
}

/// The titles that lists say.
#[derive(Clone, Debug, Default)]
pub struct Known {
    /// Major groups of ISCO-08 by code.
    pub occupations: HashMap<String, vocabulary_term::Model>,
    /// Sections of ICNP/TSO.
    pub sectors: Vec<Sector>,
}

impl Known {
    /// Codes and labels of the categories of a dimension, in order.
    fn categories(&self, dimension: Dimension) -> Vec<(String, Label)> {
        let sentences = |codes: &[(&str, &'static str)]| {
            codes
                .iter()
                .map(|(code, key)| ((*code).to_owned(), Label::Sentence(key)))
                .collect()
        };
        match dimension {
            Dimension::Sex => sentences(&[
                ("FEMALE", "volunteer-work-female"),
                ("MALE", "volunteer-work-male"),
            ]),
            Dimension::Age => sentences(&[
                ("0-14", "volunteer-work-age-0"),
                ("15-24", "volunteer-work-age-15"),
                ("25-34", "volunteer-work-age-25"),
                ("35-44", "volunteer-work-age-35"),
                ("45-54", "volunteer-work-age-45"),
                ("55-64", "volunteer-work-age-55"),
                ("65+", "volunteer-work-age-65"),
            ]),
            Dimension::Occupation => (0..=9)
                .map(|it: u8| {
                    let code = it.to_string();
                    let titles = match self.occupations.get(&code) {
                        Some(it) => [&it.name_fr, &it.name_ar, &it.name_en].map(Clone::clone),
                        // Not in force on that day: the code says it.
                        None => [&code, &code, &code].map(Clone::clone),
                    };
                    (code, Label::Titles(titles))
                })
                .collect(),
            Dimension::Sector => self
                .sectors
                .iter()
                .map(|it| {
                    let titles = [&it.title_fr, &it.title_ar, &it.title_en].map(Clone::clone);
                    (it.code.clone(), Label::Titles(titles))
                })
                .collect(),
            Dimension::Milieu => sentences(&[
                ("URBAN", "volunteer-work-urban"),
                ("RURAL", "volunteer-work-rural"),
            ]),
        }
    }
}

/// Lays what was counted into the rows of a table.
///
/// # Errors
/// [`ReportError::DoesNotFoot`], [`ReportError::Unknown`] for a category that no list has.
pub(super) fn lay(
    dimension: Dimension,
    found: &[(Option<String>, Amounts)],
    totals: &Amounts,
    known: &Known,
) -> Result<Table, ReportError> {
    let mut left: HashMap<Option<String>, Amounts> = found.iter().cloned().collect();
    let mut rows: Vec<Row> = known
        .categories(dimension)
        .into_iter()
        .map(|(code, label)| {
            let code = Some(code);
            let amounts = left.remove(&code).unwrap_or_default();
            Row {
                code,
                label,
                amounts,
            }
        })
        .collect();
    rows.push(Row {
        code: None,
        label: Label::Sentence("volunteer-work-unknown"),
        amounts: left.remove(&None).unwrap_or_default(),
    });
    if !left.is_empty() {
        return Err(ReportError::Unknown {
            kind: dimension.name(),
        });
    }
    let name = dimension.name();
    let amounts = || rows.iter().map(|it| it.amounts);
    foot::check(name, totals.minutes, amounts().map(|it| it.minutes))?;
    let of_groups = amounts().map(|it| it.group_minutes);
    foot::check(name, totals.group_minutes, of_groups)?;
    if dimension.people() == Additivity::Additive {
        foot::check(name, totals.people, amounts().map(|it| it.people))?;
    }
    Ok(Table { dimension, rows })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn amounts(people: i64, minutes: i64) -> Amounts {
        Amounts {
            people,
            minutes,
            group_minutes: 0,
        }
    }

    #[test]
    fn every_category_stands_there_and_the_unknown_last() {
        let found = [
            (Some("MALE".to_owned()), amounts(1, 30)),
            (None, amounts(2, 12)),
        ];

        let table = lay(Dimension::Sex, &found, &amounts(3, 42), &Known::default()).unwrap();

        let rows: Vec<_> = table
            .rows
            .iter()
            .map(|it| (it.code.as_deref(), it.amounts))
            .collect();
        let expected = [
            (Some("FEMALE"), amounts(0, 0)),
            (Some("MALE"), amounts(1, 30)),
            (None, amounts(2, 12)),
        ];
        assert_eq!(rows, expected);
    }

    #[test]
    fn a_table_that_misses_a_minute_or_a_person_is_not_printed() {
        let found = [(None, amounts(2, 12))];
        for totals in [amounts(2, 13), amounts(3, 12)] {
            assert!(lay(Dimension::Sex, &found, &totals, &Known::default()).is_err());
        }
        // People of the same two milieus may be one.
        let totals = amounts(3, 12);
        assert!(lay(Dimension::Milieu, &found, &totals, &Known::default()).is_ok());
    }

    #[test]
    fn a_category_that_no_list_has_is_not_lost() {
        let found = [(Some("Z".to_owned()), amounts(1, 1))];
        let laid = lay(Dimension::Sector, &found, &amounts(1, 1), &Known::default());
        assert!(matches!(laid, Err(ReportError::Unknown { .. })));
    }
}
