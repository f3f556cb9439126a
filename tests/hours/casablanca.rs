//! Work across the clock changes of Morocco: the nights around Ramadan of two years, the night of the
//! return to UTC+0, the ends of months.
//!
//! How an interval is cut into days is tested beside its code; here every figure that a client sees
//! is right to the minute.

use std::collections::BTreeMap;

use chrono::DateTime;
use chrono::TimeDelta;
use chrono::Utc;
use serde_json::Value;
use serde_json::json;
use tiwizi::platform::zones;

use crate::hours::World;
use crate::hours::code;
use crate::hours::id;
use crate::support::app::App;
use crate::support::on_both_databases;

/// When clocks change, and what they show before and after: minutes ahead of universal time.
const CHANGES: [(&str, i32, i32); 5] = [
    ("2025-02-23T02:00:00Z", 60, 0),
    ("2025-04-06T02:00:00Z", 0, 60),
    ("2026-02-15T02:00:00Z", 60, 0),
    ("2026-03-22T02:00:00Z", 0, 60),
    // For good.
    ("2026-09-20T01:00:00Z", 60, 0),
];

/// A shift by local time with its offset, its break, and the minutes of its days.
type Shift = (
    &'static str,
    &'static str,
    i64,
    &'static [(&'static str, i64)],
);

const SHIFTS: [Shift; 16] = [
    // The last night of January, and of February in Ramadan.
    (
        "2025-01-31T22:00:00+01:00",
        "2025-02-01T06:00:00+01:00",
        0,
        &[("2025-01-31", 120), ("2025-02-01", 360)],
    ),
    (
        "2025-02-28T22:00:00+00:00",
        "2025-03-01T06:00:00+00:00",
        0,
        &[("2025-02-28", 120), ("2025-03-01", 360)],
    ),
    // Clocks go back at 03:00: nine hours from ten to six. Until the clock has struck two twice.
    (
        "2025-02-22T22:00:00+01:00",
        "2025-02-23T06:00:00+00:00",
        0,
        &[("2025-02-22", 120), ("2025-02-23", 420)],
    ),
    (
        "2026-02-14T22:00:00+01:00",
        "2026-02-15T02:00:00+00:00",
        0,
        &[("2026-02-14", 120), ("2026-02-15", 180)],
    ),
    // Clocks go forward at 02:00: seven hours from ten to six.
    (
        "2025-04-05T22:00:00+00:00",
        "2025-04-06T06:00:00+01:00",
        0,
        &[("2025-04-05", 120), ("2025-04-06", 300)],
    ),
    (
        "2026-03-21T22:00:00+00:00",
        "2026-03-22T06:00:00+01:00",
        0,
        &[("2026-03-21", 120), ("2026-03-22", 300)],
    ),
    // From the minute before the jump to the minute after it.
    (
        "2025-04-06T23:00:00+01:00",
        "2025-04-07T00:01:00+01:00",
        0,
        &[("2025-04-06", 60), ("2025-04-07", 1)],
    ),
    // The night of the return, and the night after it.
    (
        "2026-09-19T22:00:00+01:00",
        "2026-09-20T06:00:00+00:00",
        0,
        &[("2026-09-19", 120), ("2026-09-20", 420)],
    ),
    (
        "2026-09-20T23:00:00+00:00",
        "2026-09-21T01:00:00+00:00",
        0,
        &[("2026-09-20", 60), ("2026-09-21", 60)],
    ),
    // A break falls on both days of the new year in proportion.
    (
        "2025-12-31T20:00:00+01:00",
        "2026-01-01T02:00:00+01:00",
        30,
        &[("2025-12-31", 220), ("2026-01-01", 110)],
    ),
    // A break in a night of nine hours: 2/9 and 7/9 of 500, the minute goes to the larger rest.
    (
        "2026-02-15T22:00:00+00:00",
        "2026-02-16T07:00:00+00:00",
        40,
        &[("2026-02-15", 111), ("2026-02-16", 389)],
    ),
    // Until midnight is not the next month, from midnight is not the last.
    (
        "2026-03-31T22:00:00+01:00",
        "2026-04-01T00:00:00+01:00",
        0,
        &[("2026-03-31", 120)],
    ),
    (
        "2026-04-01T00:00:00+01:00",
        "2026-04-01T00:07:00+01:00",
        0,
        &[("2026-04-01", 7)],
    ),
    // Ends of months on both sides of the return.
    (
        "2026-08-31T22:00:00+01:00",
        "2026-09-01T06:00:00+01:00",
        0,
        &[("2026-08-31", 120), ("2026-09-01", 360)],
    ),
    (
        "2026-09-30T22:00:00+00:00",
        "2026-10-01T06:00:00+00:00",
        0,
        &[("2026-09-30", 120), ("2026-10-01", 360)],
    ),
    (
        "2026-10-31T23:59:00+00:00",
        "2026-11-01T00:01:00+00:00",
        0,
        &[("2026-10-31", 1), ("2026-11-01", 1)],
    ),
];

fn at(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

/// Minutes and minutes by month of a span of days, as the report says.
async fn reported(world: &World, from: &str, to: &str) -> (i64, BTreeMap<String, i64>) {
    let query = "query($input: IndhReportInput!) { indhReport(input: $input) {
        totals { minutes } byMonth { month minutes } timeBasis { zone } } }";
    let input = json!({ "territoryCode": "MA", "from": from, "to": to,
        "organizationId": world.organization });
    let mut data = world.owner.asks(query, json!({ "input": input })).await;
    let report = data["indhReport"].take();
    assert_eq!(report["timeBasis"]["zone"], "Africa/Casablanca");
    let months = report["byMonth"].as_array().unwrap().iter();
    let months = months
        .map(|it| {
            (
                it["month"].as_str().unwrap()[..7].to_owned(),
                it["minutes"].as_i64().unwrap(),
            )
        })
        .filter(|(_, minutes)| *minutes > 0)
        .collect();
    (report["totals"]["minutes"].as_i64().unwrap(), months)
}

async fn closes(world: &World, month: &str) {
    let input = json!({ "organizationId": world.organization, "month": month });
    world
        .owner
        .done("closePeriod", input, "reportingPeriod { id }")
        .await;
}

/// "Ship current zone data inside the binary": these changes, and no other until Ramadan of 2028 is over.
#[test]
fn the_zone_data_of_the_binary_know_ramadan_and_the_return() {
    let zone = zones::parse("Africa/Casablanca").unwrap();
    let mut found = Vec::new();
    let mut hour = at("2025-01-01T00:00:00Z");
    while hour < at("2028-06-01T00:00:00Z") {
        let before = zone.offset_seconds(hour - TimeDelta::seconds(1)) / 60;
        let after = zone.offset_seconds(hour) / 60;
        if before != after {
            found.push((hour, before, after));
        }
        hour += TimeDelta::hours(1);
    }

    assert_eq!(
        found,
        CHANGES.map(|(when, before, after)| (at(when), before, after))
    );
}

on_both_databases! {
    /// "Sum over days = sum over months = total", across every change of the clocks.
    async fn each_day_and_month_has_its_minutes_whatever_the_clocks_do(app: App) {
        let world = World::on(&app).await;
        let mut entries = Vec::new();
        let mut by_day: BTreeMap<&str, i64> = BTreeMap::new();
        for (from, to, pause, days) in SHIFTS {
            let mut input = world.between(from, to);
            input["breakMinutes"] = json!(pause);
            input["submit"] = json!(true);
            let logged = world.volunteer.logs(input).await;
            entries.push(id(&logged));
            let expected: Vec<Value> = days
                .iter()
                .map(|(day, minutes)| json!({ "day": day, "minutes": minutes }))
                .collect();
            let entry = &logged["hourEntry"];
            assert_eq!(entry["days"], json!(expected), "{from}");
            assert_eq!(entry["minutes"], days.iter().map(|it| it.1).sum::<i64>(), "{from}");
            assert_eq!(entry["workedOn"], days[0].0);
            assert_eq!(entry["endedOn"], days[days.len() - 1].0);
            for (day, minutes) in days {
                *by_day.entry(day).or_default() += minutes;
            }
        }
        let ids: Vec<&str> = entries.iter().map(String::as_str).collect();
        for decided in world.coordinator.acts("approve", &ids, None).await {
            assert_eq!(decided["userErrors"], json!([]));
        }

        let mut by_month: BTreeMap<String, i64> = BTreeMap::new();
        for (day, minutes) in &by_day {
            *by_month.entry(day[..7].to_owned()).or_default() += minutes;
            assert_eq!(reported(&world, day, day).await.0, *minutes, "{day}");
        }
        for (month, minutes) in &by_month {
            // The last day of a month, whatever its length, is the one before the next.
            let first: chrono::NaiveDate = format!("{month}-01").parse().unwrap();
            let last = (first + chrono::Months::new(1)).pred_opt().unwrap();
            let whole = reported(&world, &first.to_string(), &last.to_string()).await;
            assert_eq!(whole, (*minutes, BTreeMap::from([(month.clone(), *minutes)])));
        }
        let (total, months) = reported(&world, "2025-01-01", "2026-12-31").await;
        assert_eq!(months, by_month);
        assert_eq!(total, by_day.values().sum::<i64>());
        world.ledger().await;
    }

    async fn the_hour_that_clocks_show_twice_is_two_hours(app: App) {
        let world = World::on(&app).await;
        for (day, earlier, later) in [
            ("2025-02-23", "02", "02"),
            ("2026-02-15", "02", "02"),
            ("2026-09-20", "01", "01"),
        ] {
            for (hour, offset) in [(earlier, "+01:00"), (later, "+00:00")] {
                let from = format!("{day}T{hour}:15:00{offset}");
                let to = format!("{day}T{hour}:45:00{offset}");
                let logged = world.volunteer.logs(world.between(&from, &to)).await;
                assert_eq!(logged["userErrors"], json!([]), "{from}");
                assert_eq!(logged["hourEntry"]["days"], json!([{ "day": day, "minutes": 30 }]));
            }
            let again = world.between(&format!("{day}T{earlier}:30:00+01:00"), &format!("{day}T{later}:20:00+00:00"));
            assert_eq!(code(&world.volunteer.logs(again).await), "ENTRY_OVERLAP", "{day}");
        }
    }

    /// "Show the offset change in the entry explanation."
    async fn a_night_across_a_change_is_explained_before_it_is_written(app: App) {
        let world = World::on(&app).await;
        let query = "query($input: CreateHourEntryInput!) { previewHourEntry(input: $input) {
            allowed days { minutes } clockChange { at offsetBefore offsetAfter message } } }";
        for (when, before, after) in CHANGES {
            let text = |it: DateTime<Utc>| it.to_rfc3339();
            let (from, to) = (at(when) - TimeDelta::hours(1), at(when) + TimeDelta::hours(2));
            let input = world.between(&text(from), &text(to));
            let data = world.volunteer.asks(query, json!({ "input": input })).await;
            let preview = &data["previewHourEntry"];
            let change = &preview["clockChange"];
            assert_eq!(at(change["at"].as_str().unwrap()), at(when));
            assert_eq!(change["offsetBefore"], before, "{when}");
            assert_eq!(change["offsetAfter"], after, "{when}");
            assert_eq!(preview["days"], json!([{ "minutes": 180 }]), "{when}");
        }
    }

    /// "Credited more hours than a day has": a day of 25 hours holds the most of any day, a day of 23
    /// hours no more than its own.
    async fn no_day_holds_more_than_its_cap_or_its_own_length(app: App) {
        let world = World::on(&app).await;
        for (from, to) in [
            ("2025-02-23T00:00:00+01:00", "2025-02-24T00:00:00+00:00"),
            ("2026-09-20T00:00:00+01:00", "2026-09-21T00:00:00+00:00"),
        ] {
            let whole = world.between(from, to);
            assert_eq!(code(&world.volunteer.logs(whole).await), "ENTRY_TOO_LONG", "25 hours");
            let most = (at(from) + TimeDelta::hours(24)).to_rfc3339();
            let logged = world.volunteer.logs(world.between(from, &most)).await;
            assert_eq!(logged["hourEntry"]["days"], json!([{ "day": from[..10], "minutes": 1440 }]));
            let rest = world.volunteer.logs(world.between(&most, to)).await;
            assert_eq!(code(&rest), "DAILY_CAP_EXCEEDED", "{from}");
        }
        for (day, from, to) in [
            ("2025-04-06", "2025-04-06T00:00:00+00:00", "2025-04-07T00:00:00+01:00"),
            ("2026-03-22", "2026-03-22T00:00:00+00:00", "2026-03-23T00:00:00+01:00"),
        ] {
            let logged = world.volunteer.logs(world.between(from, to)).await;
            assert_eq!(logged["hourEntry"]["days"], json!([{ "day": day, "minutes": 1380 }]));
            let more = world.volunteer.logs(world.on_day(day, 1)).await;
            assert_eq!(code(&more), "DAILY_CAP_EXCEEDED", "{day}");
        }
    }

    /// "Both begin and end of an entry must be writable."
    async fn a_night_into_or_out_of_a_closed_month_is_refused_and_midnight_decides(app: App) {
        let world = World::on(&app).await;
        let within = world.between("2026-09-30T21:00:00+00:00", "2026-10-01T03:00:00+00:00");
        let before = id(&world.volunteer.logs(within).await);
        closes(&world, "2026-09").await;
        closes(&world, "2025-01").await;

        for (from, to, expected) in [
            ("2026-08-31T22:00:00+01:00", "2026-09-01T06:00:00+01:00", "PERIOD_CLOSED"),
            ("2026-08-31T22:00:00+01:00", "2026-09-01T00:00:01+01:00", "PERIOD_CLOSED"),
            ("2026-08-31T22:00:00+01:00", "2026-09-01T00:00:00+01:00", ""),
            // Midnight at UTC+0 since the return: an hour later than a year before.
            ("2026-09-30T23:59:00+00:00", "2026-10-01T06:00:00+00:00", "PERIOD_CLOSED"),
            ("2026-10-01T03:00:00+00:00", "2026-10-01T06:00:00+00:00", ""),
            ("2025-01-31T22:00:00+01:00", "2025-02-01T06:00:00+01:00", "PERIOD_CLOSED"),
            ("2025-02-01T00:00:00+01:00", "2025-02-01T06:00:00+01:00", ""),
        ] {
            let logged = world.volunteer.logs(world.between(from, to)).await;
            assert_eq!(code(&logged), expected, "{from} {to}");
        }
        let shorter = json!({ "id": before, "endedAt": "2026-10-01T01:00:00Z" });
        assert_eq!(code(&world.volunteer.changes(shorter).await), "PERIOD_CLOSED");
        let handed_in = world.volunteer.acts("submit", &[&before], None).await;
        assert_eq!(code(&handed_in[0]), "PERIOD_CLOSED");
    }
}
