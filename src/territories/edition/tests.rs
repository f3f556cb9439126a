//! What a list makes of places: sums, versions, refusals.
//!
//! Rows are tested with `import`.

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

const LIST: &str = include_str!("../../../data/territories.csv");
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
