//! Rules of RFC 5545 over the clock changes of Morocco.
//!
//! What becomes of the shifts is tried in `tests/activities`.

use chrono::DateTime;
use chrono::Utc;
use proptest::prelude::any;
use proptest::prop_assert;
use proptest::prop_assert_eq;
use proptest::proptest;

use super::Expansion;
use super::RuleError;
use super::SHIFTS_MOST;
use super::Unreadable;
use super::expand;
use crate::platform::zones;

fn at(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

fn casablanca(rule: &str, first: (&str, &str)) -> Result<Expansion, RuleError> {
    let zone = zones::parse("Africa/Casablanca").unwrap();
    expand(rule, &zone, (at(first.0), at(first.1)))
}

fn starts(expansion: &Expansion) -> Vec<String> {
    let written = |it: &super::Occurrence| it.starts_at.format("%m-%d %H:%MZ").to_string();
    expansion.occurrences.iter().map(written).collect()
}

/// Recurrence is expanded in local wall time: elsewhere shifts drift by an hour.
#[test]
fn nine_on_the_wall_stays_nine_through_ramadan() {
    // Ramadan 2026: clocks at UTC+0 from 15 February to 22 March.
    let weekly = casablanca(
        "RRULE:FREQ=WEEKLY;COUNT=8",
        ("2026-02-05T08:00:00Z", "2026-02-05T11:00:00Z"),
    )
    .unwrap();

    let expected = [
        "02-05 08:00Z",
        "02-12 08:00Z",
        "02-19 09:00Z",
        "02-26 09:00Z",
        "03-05 09:00Z",
        "03-12 09:00Z",
        "03-19 09:00Z",
        "03-26 08:00Z",
    ];
    assert_eq!(starts(&weekly), expected);
    assert!(
        weekly
            .occurrences
            .iter()
            .all(|it| it.wall.format("%H:%M").to_string() == "09:00")
    );
    assert!(weekly.skipped.is_empty());
}

#[test]
fn after_the_return_to_universal_time_nothing_drifts_any_more() {
    let weekly = casablanca(
        "FREQ=WEEKLY;UNTIL=20270430",
        ("2026-09-17T08:00:00Z", "2026-09-17T11:00:00Z"),
    )
    .unwrap();

    let (before, after) = weekly.occurrences.split_first().unwrap();
    assert_eq!(before.starts_at, at("2026-09-17T08:00:00Z"));
    assert!(
        after
            .iter()
            .all(|it| it.starts_at.format("%H:%M").to_string() == "09:00")
    );
    assert_eq!(after.len(), 32);
}

#[test]
fn a_start_that_clocks_jump_over_is_left_out_and_not_counted() {
    let nights = casablanca(
        "FREQ=DAILY;COUNT=4",
        ("2026-03-20T02:30:00Z", "2026-03-20T03:30:00Z"),
    )
    .unwrap();

    assert_eq!(
        starts(&nights),
        [
            "03-20 02:30Z",
            "03-21 02:30Z",
            "03-23 01:30Z",
            "03-24 01:30Z"
        ]
    );
    assert_eq!(nights.skipped.len(), 1);
    assert_eq!(nights.skipped[0].to_string(), "2026-03-22 02:30:00");
}

#[test]
fn a_start_that_clocks_show_twice_is_the_first_and_said_so() {
    let nights = casablanca(
        "FREQ=DAILY;COUNT=3",
        ("2026-09-19T00:30:00Z", "2026-09-19T04:30:00Z"),
    )
    .unwrap();

    assert_eq!(
        starts(&nights),
        ["09-19 00:30Z", "09-20 00:30Z", "09-21 01:30Z"]
    );
    let repeated: Vec<bool> = nights.occurrences.iter().map(|it| it.repeated).collect();
    assert_eq!(repeated, [false, true, false]);
    let over = &nights.occurrences[1];
    assert_eq!(
        over.ends_at - over.starts_at,
        chrono::TimeDelta::hours(5),
        "from 01:30 to 05:30 on the wall"
    );
}

#[test]
fn several_days_and_positions_are_read() {
    let twice = casablanca(
        "FREQ=WEEKLY;BYDAY=TU,TH;COUNT=4",
        ("2026-12-01T09:00:00Z", "2026-12-01T10:00:00Z"),
    );
    assert_eq!(
        starts(&twice.unwrap()),
        [
            "12-01 09:00Z",
            "12-03 09:00Z",
            "12-08 09:00Z",
            "12-10 09:00Z"
        ]
    );
    let last = casablanca(
        "freq=monthly;byday=-1sa;until=20270201T000000Z",
        ("2026-11-28T09:00:00Z", "2026-11-28T10:00:00Z"),
    );
    assert_eq!(
        starts(&last.unwrap()),
        ["11-28 09:00Z", "12-26 09:00Z", "01-30 09:00Z"]
    );
}

#[test]
fn until_includes_its_own_day_and_its_own_instant() {
    for (until, count) in [
        ("20261203", 3),
        ("20261203T090000", 3),
        ("20261203T090000Z", 3),
        ("20261203T085959Z", 2),
    ] {
        let rule = format!("FREQ=DAILY;UNTIL={until}");
        let daily = casablanca(&rule, ("2026-12-01T09:00:00Z", "2026-12-01T10:00:00Z")).unwrap();
        assert_eq!(daily.occurrences.len(), count, "{until}");
    }
}

#[test]
fn what_is_no_series_is_refused() {
    let first = ("2026-12-01T09:00:00Z", "2026-12-01T10:00:00Z");
    let part = |it: &str| Unreadable::Part(it.to_owned());
    for (rule, what) in [
        ("", Unreadable::Missing("FREQ")),
        ("x", part("X")),
        ("FREQ=HOURLY;COUNT=3", part("FREQ=HOURLY")),
        ("FREQ=DAILY;COUNT=0", part("COUNT=0")),
        ("FREQ=DAILY;COUNT=2;UNTIL=20261203", Unreadable::TwoEnds),
        ("FREQ=DAILY;UNTIL=soon", part("UNTIL=SOON")),
        ("FREQ=DAILY;COUNT=2;BYDAY=XX", part("BYDAY=XX")),
        (
            "FREQ=DAILY;COUNT=2;INTERVAL=2;BYMONTH=13",
            part("BYMONTH=13"),
        ),
        (
            "FREQ=DAILY;COUNT=2\nEXDATE:20261202T090000Z",
            part("COUNT=2\nEXDATE:20261202T090000Z"),
        ),
        ("COUNT=3", Unreadable::Missing("FREQ")),
        (&" x".repeat(300), Unreadable::TooLong(500)),
    ] {
        assert_eq!(
            casablanca(rule, first),
            Err(RuleError::Unreadable(what)),
            "{rule}"
        );
    }
    for rule in [
        "FREQ=DAILY",
        "FREQ=DAILY;COUNT=367",
        "FREQ=YEARLY;UNTIL=99991231",
    ] {
        assert_eq!(casablanca(rule, first), Err(RuleError::TooLong), "{rule}");
    }
    for rule in [
        "FREQ=WEEKLY;BYDAY=WE;COUNT=3",
        "FREQ=DAILY;UNTIL=20261130",
        "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30;COUNT=1",
    ] {
        assert!(
            matches!(casablanca(rule, first), Err(RuleError::FirstOutside(_))),
            "{rule}"
        );
    }
}

proptest! {
    /// Whatever is written as a rule, it is answered, and within bounds.
    #[test]
    fn any_rule_is_answered(rule in "(FREQ=(DAILY|WEEKLY|MONTHLY|YEARLY);)?([A-Z]{2,10}=[-0-9A-Z,]{0,8};?){0,4}(COUNT=[0-9]{1,4})?") {
        if let Ok(expansion) = casablanca(&rule, ("2026-12-01T09:00:00Z", "2026-12-01T10:00:00Z")) {
            prop_assert!((1..=SHIFTS_MOST).contains(&expansion.occurrences.len()));
        }
    }

    /// Each shift of a series begins at the same time on the wall.
    #[test]
    fn daily_shifts_keep_their_wall_time(hour in 4i64..20, days in 1usize..200, from in any::<u16>()) {
        let zone = zones::parse("Africa/Casablanca").unwrap();
        let start = at("2024-01-01T00:00:00Z") + chrono::TimeDelta::hours(24 * i64::from(from % 800) + hour);
        let rule = format!("FREQ=DAILY;COUNT={days}");
        let expansion = expand(&rule, &zone, (start, start + chrono::TimeDelta::minutes(90))).unwrap();
        prop_assert_eq!(expansion.occurrences.len(), days);
        let wall = zone.local_time(start).time();
        for it in &expansion.occurrences {
            prop_assert_eq!(zone.local_time(it.starts_at).time(), wall);
            prop_assert_eq!(it.ends_at - it.starts_at, chrono::TimeDelta::minutes(90));
        }
    }
}
