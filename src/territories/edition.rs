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
mod tests {
    use std::collections::HashMap;

    use chrono::NaiveDate;
    use entity::types::Milieu;
    use entity::types::TerritoryLevel;

    use super::COUNTRY;
    use super::UNKNOWN_START;
    use super::Version;
    use super::read;
    use super::versions;
    use crate::territories::error::TerritoryError;

    const LIST: &str = include_str!("../../data/territories.csv");
    const HEADER: &str = "code,level,parent_code,alt_parent_code,name_fr,name_ar,name_en,milieu,\
                          iso_3166_2,population_2014,population_2024,households_2024,valid_from,\
                          valid_to";

    fn list(lines: &[&str]) -> Vec<Version> {
        read(&format!("{HEADER}\n{}\n", lines.join("\n"))).unwrap()
    }

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn of<'a>(all: &'a [Version], code: &str) -> Vec<&'a Version> {
        all.iter().filter(|it| it.code == code).collect()
    }

    const NORTH: &str = "01,REGION,,,Nord,الشمال,North,,,10,11,1,,";
    const SOUTH: &str = "02,REGION,,,Sud,الجنوب,South,,,20,22,2,,";
    const PROVINCE: &str = "01.100,PROVINCE,01,,Rive,الضفة,,,,10,11,1,,";
    const VILLAGE: &str = "01.100.01.01,COMMUNE,01.100,,Village,القرية,,CR,,10,11,1,,";

    #[test]
    fn communes_provinces_and_regions_sum_to_the_country() {
        let all = read(LIST).unwrap();

        let sum = |levels: &[TerritoryLevel]| {
            all.iter().filter(|it| levels.contains(&it.level)).fold(
                (0, 0, 0),
                |(count, earlier, later), it| {
                    (
                        count + 1,
                        earlier + it.population_2014.unwrap_or(0),
                        later + it.population_2024.unwrap_or(0),
                    )
                },
            )
        };

        use TerritoryLevel as L;
        assert_eq!(sum(&[L::Country]), (1, 33_848_242, 36_828_330));
        assert_eq!(sum(&[L::Region]), (12, 33_848_242, 36_828_330));
        assert_eq!(
            sum(&[L::Prefecture, L::Province]),
            (13 + 62, 33_848_242, 36_828_330)
        );
        assert_eq!(sum(&[L::Commune]), (1_503, 33_848_242, 36_828_330));
        assert_eq!(sum(&[L::Prefecture]).0, 13);
        assert_eq!(sum(&[L::PrefectureArrondissements]).0, 8);
        assert_eq!(sum(&[L::Arrondissement]).0, 41);
    }

    #[test]
    fn every_place_is_the_sum_of_those_below_it() {
        let all = read(LIST).unwrap();
        let mut below: HashMap<&str, (i32, i32)> = HashMap::new();
        for it in &all {
            if it.level != TerritoryLevel::PrefectureArrondissements
                && let Some(parent) = &it.parent
            {
                let sum = below.entry(parent).or_default();
                sum.0 += it.population_2014.unwrap_or(0);
                sum.1 += it.population_2024.unwrap_or(0);
            }
        }
        for it in &all {
            if let Some((earlier, later)) = below.get(it.code.as_str()) {
                assert_eq!(it.population_2014, Some(*earlier), "{}", it.code);
                assert_eq!(it.population_2024, Some(*later), "{}", it.code);
            }
        }
    }

    #[test]
    fn communes_are_urban_or_rural_as_the_census_says() {
        let all = read(LIST).unwrap();
        let communes = |milieu| {
            all.iter()
                .filter(|it| it.level == TerritoryLevel::Commune && it.milieu == Some(milieu))
                .count()
        };

        assert_eq!(
            (communes(Milieu::Urban), communes(Milieu::Rural)),
            (221, 1_282)
        );
    }

    #[test]
    fn a_list_without_days_makes_one_version_of_each_place() {
        let all = versions(read(LIST).unwrap(), &[]).unwrap();

        assert_eq!(all.len(), 1_640);
        assert_eq!(all[0].code, COUNTRY);
        assert!(
            all.iter()
                .all(|it| it.valid_from == UNKNOWN_START && it.valid_to.is_none())
        );
    }

    #[test]
    fn a_province_that_moves_begins_new_versions_of_all_below_it() {
        let held = versions(list(&[NORTH, SOUTH, PROVINCE, VILLAGE]), &[]).unwrap();
        let moved = "01.100,PROVINCE,02,,Rive,الضفة,,,,10,11,1,2027-01-01,";

        let all = versions(list(&[NORTH, SOUTH, moved, VILLAGE]), &held).unwrap();

        let province = of(&all, "01.100");
        assert_eq!(province[0].parent.as_deref(), Some("01"));
        assert_eq!(province[0].valid_to, Some(day("2027-01-01")));
        assert_eq!(province[1].parent.as_deref(), Some("02"));
        assert_eq!(province[1].valid_to, None);
        let village = of(&all, "01.100.01.01");
        assert_eq!(village[0].valid_to, Some(day("2027-01-01")));
        assert_eq!(village[1].valid_from, day("2027-01-01"));
        assert_eq!(of(&all, "01").len(), 1);
    }

    #[test]
    fn the_same_list_again_changes_nothing() {
        let moved = "01.100,PROVINCE,02,,Rive,الضفة,,,,10,11,1,2027-01-01,";
        let lines = [NORTH, SOUTH, PROVINCE, moved, VILLAGE];
        let held = versions(list(&lines), &[]).unwrap();

        assert_eq!(versions(list(&lines), &held).unwrap(), held);
    }

    #[test]
    fn a_corrected_name_reaches_every_version() {
        let moved = "01.100,PROVINCE,02,,Rive,الضفة,,,,10,11,1,2027-01-01,";
        let held = versions(list(&[NORTH, SOUTH, PROVINCE, moved, VILLAGE]), &[]).unwrap();
        let corrected = VILLAGE.replace("Village", "Bourg");

        let all = versions(list(&[NORTH, SOUTH, PROVINCE, moved, &corrected]), &held).unwrap();

        let names: Vec<&str> = of(&all, "01.100.01.01")
            .iter()
            .map(|it| it.name_fr.as_str())
            .collect();
        assert_eq!(names, ["Bourg", "Bourg"]);
    }

    #[test]
    fn what_is_not_listed_any_more_stays() {
        let held = versions(list(&[NORTH, PROVINCE, VILLAGE]), &[]).unwrap();

        let all = versions(list(&[NORTH, PROVINCE]), &held).unwrap();

        assert_eq!(of(&all, "01.100.01.01").len(), 1);
    }

    #[test]
    fn a_place_that_moves_without_a_day_is_refused() {
        let held = versions(list(&[NORTH, SOUTH, PROVINCE]), &[]).unwrap();
        let moved = "01.100,PROVINCE,02,,Rive,الضفة,,,,10,11,1,,";

        let refused = versions(list(&[NORTH, SOUTH, moved]), &held);

        assert!(matches!(refused, Err(TerritoryError::Moved { code }) if code == "01.100"));
    }

    #[test]
    fn a_list_that_contradicts_itself_is_refused() {
        let twice = versions(list(&[NORTH, NORTH]), &[]);
        let lost = versions(list(&[NORTH, VILLAGE]), &[]);

        assert!(matches!(twice, Err(TerritoryError::Duplicate { .. })));
        assert!(matches!(lost, Err(TerritoryError::NoParent { .. })));
    }
}
