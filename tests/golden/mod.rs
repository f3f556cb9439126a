//! Figures worked out with pencil and paper: each file of `cases` holds what happened, what must be answered, and
//! the arithmetic in words.
//!
//! Cases are read by whoever can add, whatever else they know; nothing here works out a figure. How rows are put in is in
//! `play`, how answers are laid out in `figures`.

mod case;
mod figures;
mod files;
mod places;
mod play;
mod sections;

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use serde_json::Map;
use serde_json::Value;

use crate::golden::case::Case;
use crate::support::app::App;
use crate::support::on_both_databases;

const CASES: &str = "tests/golden/cases";

/// The case of a name.
fn read(name: &str) -> Case {
    let path = Path::new(CASES).join(format!("{name}.toml"));
    let text = fs::read_to_string(&path).unwrap_or_else(|it| panic!("{}: {it}", path.display()));
    toml::from_str(&text).unwrap_or_else(|it| panic!("{}: {it}", path.display()))
}

/// What is expected and not there, or other than expected.
fn differences(expected: &Map<String, Value>, found: &Map<String, Value>) -> Vec<String> {
    expected
        .iter()
        .filter(|(name, figure)| found.get(*name) != Some(*figure))
        .map(|(name, figure)| match found.get(name) {
            Some(other) => format!("{name}: {figure} by hand, {other} answered"),
            None => format!("{name}: {figure} by hand, and no such figure"),
        })
        .collect()
}

/// Each case once on each database.
macro_rules! cases {
    ($($name:ident)*) => {
        const NAMES: &[&str] = &[$(stringify!($name)),*];
        on_both_databases! {$(
            async fn $name(app: App) {
                play::case(&app, &read(stringify!($name))).await;
            }
        )*}
    };
}

cases! {
    thirds_of_a_minute
    shares_in_hundredths_of_a_percent
    largest_remainder_over_projects
    rounded_once_over_a_territory
    axes_count_under_their_programme
    printed_hours_add_up
    shares_that_change_in_mid_month
    shares_replaced_on_the_same_day
    a_phase_that_ends_within_the_report
    a_commune_that_moves_to_another_province
    a_commune_that_moves_and_what_stands_there
    a_province_with_a_new_version
    people_are_counted_not_added
    groups_count_heads_times_minutes
    nights_of_ramadan_2026
    the_return_to_utc
    a_night_at_the_end_of_a_month
    a_voided_entry_before_and_after
    an_amended_entry_before_and_after
    a_voided_entry_before_and_after_a_snapshot
    from_mid_month_to_mid_month
    what_each_may_count
    states_other_than_approved
    completeness_of_months
    the_minimum_wage_rises_in_mid_report
    the_chain_of_wages
    low_central_and_high
    half_a_centime_goes_to_the_even_side
    values_by_wage_add_up
    no_wage_no_value
    full_time_workers
    percentages_are_weighed_by_their_wholes
    what_adds_up_since_the_beginning
    over_time
    over_place
    progress_up_and_down
    a_baseline_of_zero
    a_target_missed_by_one
    targets_of_their_own_days_and_projects
    a_breakdown_with_an_unknown_rest
    zero_is_not_absent
    targets_add_up_to_their_goal
    a_goal_and_its_target_side_by_side
    indicators_of_goals_and_targets
    axes_in_thirds
    the_year_before_has_a_day_more
    completeness_of_places
    budgets_by_shares
    beneficiaries_with_an_unknown_rest
}

#[test]
fn every_file_is_played_and_says_why() {
    let found: BTreeSet<String> = fs::read_dir(CASES)
        .unwrap()
        .map(|it| it.unwrap().file_name().into_string().unwrap())
        .collect();
    let played: BTreeSet<String> = NAMES.iter().map(|it| format!("{it}.toml")).collect();
    assert_eq!(found, played);
    for name in NAMES {
        let case = read(name);
        let questions: Vec<_> = case.step.iter().flat_map(|it| &it.question).collect();
        assert!(!case.title.trim().is_empty(), "{name}");
        assert!(case.says.trim().len() > 100, "{name} says no arithmetic");
        assert!(!questions.is_empty(), "{name} asks nothing");
        for question in questions {
            let answered = question.refused.is_none();
            assert_eq!(
                answered,
                !question.expect.is_empty(),
                "{name}: {question:?}"
            );
        }
    }
}

#[test]
fn a_figure_that_is_other_absent_or_more_than_expected_is_told() {
    let map = |text: &str| -> Map<String, Value> { toml::from_str(text).unwrap() };
    let found = map("minutes = 100\nby_month = { 2026-01 = 60, 2026-02 = 40 }");
    let told = |text: &str| differences(&map(text), &found).len();

    assert_eq!(
        told("minutes = 100\nby_month = { 2026-01 = 60, 2026-02 = 40 }"),
        0
    );
    assert_eq!(told("minutes = 101"), 1);
    assert_eq!(told("minutes = \"100\""), 1);
    assert_eq!(told("entries = 0"), 1);
    assert_eq!(told("by_month = { 2026-01 = 60 }"), 1);
    assert_eq!(
        told("by_month = { 2026-01 = 60, 2026-02 = 40, 2026-03 = 0 }"),
        1
    );
}
