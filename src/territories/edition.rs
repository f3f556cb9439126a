//! What a list of territories says, and which versions of each place follow from it.
//!
//! Pure: rows and statements are in `import`.

use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::collections::HashMap;
use std::collections::hash_map::Entry;

use chrono::NaiveDate;
use entity::types::Milieu;
use entity::types::TerritoryLevel;
use serde::Deserialize;

use crate::platform::text::fold;
use crate::territories::error::TerritoryError;

/// Code of the country, the root of the tree.
pub const COUNTRY: &str = "MA";

/// First day of a version of which the first day is not known.
pub const UNKNOWN_START: NaiveDate = match NaiveDate::from_ymd_opt(1, 1, 1) {
    Some(day) => day,
    None => NaiveDate::MIN,
};

/// One place in one span of days.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Version {
    /// Dotted code of the census.
    pub code: String,
    /// Level.
    pub level: TerritoryLevel,
    /// Code of the place above; none above the country.
    pub parent: Option<String>,
    /// Code of the prefecture of arrondissements.
    pub alternate_parent: Option<String>,
    /// French name.
    pub name_fr: String,
    /// Arabic name.
    pub name_ar: String,
    /// English name where it differs from the French.
    pub name_en: Option<String>,
    /// Urban or rural, of communes and arrondissements.
    pub milieu: Option<Milieu>,
    /// ISO 3166-2.
    pub iso_code: Option<String>,
    /// Legal population of 2014.
    pub population_2014: Option<i32>,
    /// Legal population of 2024.
    pub population_2024: Option<i32>,
    /// Households of 2024.
    pub households_2024: Option<i32>,
    /// First day.
    pub valid_from: NaiveDate,
    /// First day no longer in force.
    pub valid_to: Option<NaiveDate>,
}

impl Version {
    /// Whether it is in force on a day.
    #[must_use]
    pub fn covers(&self, day: NaiveDate) -> bool {
        self.valid_from <= day && self.valid_to.is_none_or(|end| day < end)
    }

    /// All names, folded for search; a search never runs from one name into the next.
    #[must_use]
    pub fn search_key(&self) -> String {
        let mut names: Vec<String> = [
            Some(&self.name_fr),
            Some(&self.name_ar),
            self.name_en.as_ref(),
        ]
        .into_iter()
        .flatten()
        .map(|it| fold(it))
        .collect();
        names.dedup();
        names.join("|")
    }

    fn parents(&self) -> impl Iterator<Item = &String> {
        self.parent.iter().chain(&self.alternate_parent)
    }
}

/// A line as written.
#[derive(Deserialize)]
struct Line {
    code: String,
    level: String,
    parent_code: String,
    alt_parent_code: String,
    name_fr: String,
    name_ar: String,
    name_en: String,
    milieu: String,
    iso_3166_2: String,
    population_2014: Option<i32>,
    population_2024: Option<i32>,
    households_2024: Option<i32>,
    #[serde(default)]
    valid_from: Option<NaiveDate>,
    #[serde(default)]
    valid_to: Option<NaiveDate>,
}

/// Reads a list and puts the country above its regions.
///
/// Columns `valid_from` and `valid_to` may be absent: the first day is unknown then, and no end is.
///
/// # Errors
/// [`TerritoryError::Unreadable`], [`TerritoryError::Meaningless`].
pub fn read(list: &str) -> Result<Vec<Version>, TerritoryError> {
    let mut versions = Vec::new();
    for line in csv::Reader::from_reader(list.as_bytes()).deserialize() {
        versions.push(version(line?)?);
    }
    versions.insert(0, country(&versions));
    Ok(versions)
}

fn version(line: Line) -> Result<Version, TerritoryError> {
    let meaningless = |column, value: &str| TerritoryError::Meaningless {
        code: line.code.clone(),
        column,
        value: value.to_owned(),
    };
    let level = match line.level.as_str() {
        "REGION" => TerritoryLevel::Region,
        "PREFECTURE" => TerritoryLevel::Prefecture,
        "PROVINCE" => TerritoryLevel::Province,
        "PREFECTURE_ARRONDISSEMENTS" => TerritoryLevel::PrefectureArrondissements,
        "COMMUNE" => TerritoryLevel::Commune,
        "ARRONDISSEMENT" => TerritoryLevel::Arrondissement,
        other => return Err(meaningless("level", other)),
    };
    let milieu = match line.milieu.as_str() {
        "" => None,
        "M" => Some(Milieu::Urban),
        "CR" => Some(Milieu::Rural),
        other => return Err(meaningless("milieu", other)),
    };
    let parent = match (level, filled(line.parent_code)) {
        (TerritoryLevel::Region, None) => COUNTRY.to_owned(),
        (_, Some(parent)) => parent,
        (_, None) => return Err(meaningless("parent_code", "")),
    };
    Ok(Version {
        code: line.code,
        level,
        parent: Some(parent),
        alternate_parent: filled(line.alt_parent_code),
        name_fr: line.name_fr,
        name_ar: line.name_ar,
        name_en: filled(line.name_en),
        milieu,
        iso_code: filled(line.iso_3166_2),
        population_2014: line.population_2014,
        population_2024: line.population_2024,
        households_2024: line.households_2024,
        valid_from: line.valid_from.unwrap_or(UNKNOWN_START),
        valid_to: line.valid_to,
    })
}

fn filled(text: String) -> Option<String> {
    (!text.is_empty()).then_some(text)
}

/// The country: the sum of the regions in force without an end.
fn country(versions: &[Version]) -> Version {
    let sum = |figure: fn(&Version) -> Option<i32>| -> Option<i32> {
        versions
            .iter()
            .filter(|it| it.level == TerritoryLevel::Region && it.valid_to.is_none())
            .map(figure)
            .sum()
    };
    Version {
        code: COUNTRY.to_owned(),
        level: TerritoryLevel::Country,
        parent: None,
        alternate_parent: None,
        name_fr: "Maroc".to_owned(),
        name_ar: "المغرب".to_owned(),
        name_en: Some("Morocco".to_owned()),
        milieu: None,
        iso_code: Some("MA".to_owned()),
        population_2014: sum(|it| it.population_2014),
        population_2024: sum(|it| it.population_2024),
        households_2024: sum(|it| it.households_2024),
        valid_from: UNKNOWN_START,
        valid_to: None,
    }
}

/// The versions that follow from a list, over those that are held already; places above come
/// before those below them.
///
/// A line without an older one of its code is the place itself. A line with its own first day
/// begins a new version and ends the one before it, listed or held. Where a place above begins a
/// new version, so do all below it, that each version has one chain above it. What is held and not
/// listed any more stays as it is: an end needs a day, which is `valid_to`.
///
/// # Errors
/// [`TerritoryError::Duplicate`], [`TerritoryError::NoParent`], and [`TerritoryError::Moved`] for a
/// place whose parent or level changed without a day.
pub fn versions(listed: Vec<Version>, held: &[Version]) -> Result<Vec<Version>, TerritoryError> {
    let mut spans: HashMap<String, Vec<Version>> = HashMap::new();
    for line in listed {
        spans.entry(line.code.clone()).or_default().push(line);
    }
    for lines in spans.values_mut() {
        lines.sort_by_key(|it| it.valid_from);
        for pair in lines.windows(2) {
            if let [one, other] = pair
                && one.valid_from == other.valid_from
            {
                return Err(TerritoryError::Duplicate {
                    code: one.code.clone(),
                    from: one.valid_from,
                });
            }
        }
    }
    keep_held(&mut spans, held);
    for lines in spans.values_mut() {
        close_each_at_the_next(lines);
    }
    let cut = cut_below(spans)?;
    let before: HashMap<(&str, NaiveDate), &Version> = held
        .iter()
        .map(|it| ((it.code.as_str(), it.valid_from), it))
        .collect();
    for version in &cut {
        if let Some(held) = before.get(&(version.code.as_str(), version.valid_from))
            && (held.parent != version.parent || held.level != version.level)
        {
            return Err(TerritoryError::Moved {
                code: version.code.clone(),
            });
        }
    }
    Ok(cut)
}

/// Adds the held versions that are older than the first line of their place.
fn keep_held(spans: &mut HashMap<String, Vec<Version>>, held: &[Version]) {
    let mut kept: HashMap<String, Vec<Version>> = HashMap::new();
    for version in held {
        let listed_from = spans
            .get(&version.code)
            .and_then(|it| it.first())
            .map(|it| it.valid_from);
        if listed_from.is_none_or(|first| version.valid_from < first) {
            kept.entry(version.code.clone())
                .or_default()
                .push(version.clone());
        }
    }
    for (code, mut versions) in kept {
        match spans.entry(code) {
            Entry::Occupied(mut listed) => {
                versions.append(listed.get_mut());
                versions.sort_by_key(|it| it.valid_from);
                listed.insert(versions);
            }
            Entry::Vacant(none) => {
                versions.sort_by_key(|it| it.valid_from);
                none.insert(versions);
            }
        }
    }
}

fn close_each_at_the_next(lines: &mut [Version]) {
    let starts: Vec<NaiveDate> = lines.iter().skip(1).map(|it| it.valid_from).collect();
    for (line, next) in lines.iter_mut().zip(starts) {
        line.valid_to = Some(line.valid_to.map_or(next, |end| end.min(next)));
    }
}

/// Cuts every version where one above it begins.
fn cut_below(spans: HashMap<String, Vec<Version>>) -> Result<Vec<Version>, TerritoryError> {
    let mut by_level: BTreeMap<(TerritoryLevel, String), Vec<Version>> = BTreeMap::new();
    for (code, versions) in spans {
        if let Some(level) = versions.iter().map(|it| it.level).max() {
            by_level.insert((level, code), versions);
        }
    }
    let mut done: HashMap<String, Vec<Version>> = HashMap::new();
    let mut ordered = Vec::new();
    for ((_, code), versions) in by_level {
        let mut pieces = Vec::new();
        for version in versions {
            pieces.extend(cut(version, &done)?);
        }
        ordered.extend(pieces.iter().cloned());
        done.insert(code, pieces);
    }
    Ok(ordered)
}

fn cut(
    version: Version,
    above: &HashMap<String, Vec<Version>>,
) -> Result<Vec<Version>, TerritoryError> {
    let mut starts = BTreeSet::from([version.valid_from]);
    for parent in version.parents() {
        let begun = above.get(parent).into_iter().flatten();
        starts.extend(begun.map(|it| it.valid_from).filter(|day| {
            version.valid_from < *day && version.valid_to.is_none_or(|end| *day < end)
        }));
    }
    let mut pieces: Vec<Version> = starts
        .into_iter()
        .map(|day| Version {
            valid_from: day,
            ..version.clone()
        })
        .collect();
    close_each_at_the_next(&mut pieces);
    for piece in &pieces {
        for parent in piece.parents() {
            let in_force = above
                .get(parent)
                .is_some_and(|it| it.iter().any(|it| it.covers(piece.valid_from)));
            if !in_force {
                return Err(TerritoryError::NoParent {
                    code: piece.code.clone(),
                    parent: parent.clone(),
                    day: piece.valid_from,
                });
            }
        }
    }
    Ok(pieces)
}

#[cfg(test)]
mod tests;
