//! Coming and leaving told by devices that were away, in one batch with the rest.
//!
//! What each of them means is tried in `check`.

use serde_json::Value;
use serde_json::json;
use uuid::Uuid;

use super::at;
use super::chores;
use super::measured;
use crate::activities::enrolled;
use crate::support::app::App;
use crate::support::cast::Cast;
use crate::support::cast::Person;
use crate::support::on_both_databases;
use crate::support::statements::counted;

const BATCH: &str = "mutation($input: SyncHourEntriesInput!) { syncHourEntries(input: $input) {
    clockSkewMilliseconds results { status
    attendance { id status review checkedInAt checkedOutAt hourEntry { minutes evidenceLevel } }
    userErrors { code } } } }";

fn item(number: u128, time: &str, operation: Value) -> Value {
    let id = Uuid::from_u128(number).to_string();
    json!({ "clientId": id, "clientTime": format!("2026-11-02T{time}Z"), "operation": operation })
}

/// Sends a batch from a device whose clock shows a time; the results.
async fn sends(who: &Person, clock: &str, items: &[Value]) -> Vec<Value> {
    let input =
        json!({ "deviceId": Uuid::from_u128(99).to_string(), "sentAt": clock, "items": items });
    let data = who.asks(BATCH, json!({ "input": input })).await;
    let results = data["syncHourEntries"]["results"].as_array();
    results.expect("results").clone()
}

fn said(results: &[Value]) -> Vec<String> {
    results
        .iter()
        .map(|it| {
            let attendance = it["attendance"]["status"].as_str().unwrap_or("-");
            format!("{} {attendance}", it["status"].as_str().expect("a status"))
        })
        .collect()
}

on_both_databases! {
    /// A coordinator at a place without network: what they saw arrives a week later, once.
    async fn a_sheet_kept_without_network_arrives_once(app: App) {
        let cast = Cast::on(&app).await;
        let shift = measured(&cast).await;
        let records = enrolled(&cast, 2).await;
        let who = |record: &str| json!({ "shiftId": shift, "volunteerId": record });
        // The device is three minutes behind.
        let items = [
            item(1, "09:57:00", json!({ "checkIn": who(&records[0]) })),
            item(2, "10:12:00", json!({ "checkIn": who(&records[1]) })),
            item(3, "12:57:00", json!({ "checkOut": who(&records[0]) })),
            item(4, "10:57:00", json!({ "checkOut": who(&cast.record) })),
            item(1, "09:57:00", json!({ "checkIn": who(&records[1]) })),
        ];
        at(&app, "09:00");
        app.advance(chrono::TimeDelta::days(7));
        chores(&app).await;
        let coordinator = cast.coordinator.again().await;
        let clock = "2026-11-09T08:57:00Z";

        let results = sends(&coordinator, clock, &items).await;

        assert_eq!(said(&results), [
            "APPLIED NEEDS_REVIEW", "APPLIED NEEDS_REVIEW", "APPLIED COMPLETED", "REJECTED -", "CONFLICT -",
        ]);
        assert_eq!(results[0]["attendance"]["checkedInAt"], "2026-11-02T10:00:00Z", "by the server's clock");
        assert_eq!(results[1]["attendance"]["review"], "FORGOTTEN_CHECK_OUT");
        assert_eq!(results[2]["attendance"]["hourEntry"], json!({ "minutes": 150, "evidenceLevel": "CHECKED_IN_AND_OUT" }));
        assert_eq!(results[3]["userErrors"], json!([{ "code": "NOT_CHECKED_IN" }]));
        let minutes = coordinator.minutes().await;
        let again = sends(&coordinator, "2026-11-09T08:56:30Z", &items).await;
        assert_eq!(said(&again), [
            "REPLAYED COMPLETED", "REPLAYED NEEDS_REVIEW", "REPLAYED COMPLETED", "REJECTED -", "CONFLICT -",
        ]);
        assert_eq!(coordinator.minutes().await, minutes);
    }

    /// What a coordinator overturned meanwhile is not undone by an old message.
    async fn an_old_message_undoes_no_decision(app: App) {
        let cast = Cast::on(&app).await;
        let shift = measured(&cast).await;
        cast.coordinator.signs_up(&shift, &cast.record).await;
        at(&app, "10:00");
        let token = cast.coordinator.again().await.code(&shift).await;
        let volunteer = cast.volunteer.again().await;
        let items = [item(1, "10:00:00", json!({ "checkIn": { "token": token } }))];
        assert_eq!(said(&sends(&volunteer, "2026-11-02T10:00:00Z", &items).await), ["APPLIED PRESENT"]);
        let mark = json!({ "volunteerId": cast.record, "status": "NO_SHOW", "reason": "Scanned and left." });
        cast.coordinator.again().await.marks(&shift, mark).await;

        let again = sends(&volunteer, "2026-11-02T10:00:00Z", &items).await;

        assert_eq!(said(&again), ["REPLAYED NO_SHOW"]);
    }

    async fn statements_do_not_grow_with_the_sheet(app: App) {
        let cast = Cast::on(&app).await;
        let records = enrolled(&cast, 44).await;
        at(&app, "10:00");
        let mut coordinator = cast.coordinator.again().await;
        let mut sheets = Vec::new();
        for (first, from, to) in [(100_u128, 0, 4), (200, 4, 44)] {
            let cast = Cast { coordinator: coordinator.clone(), ..cast.clone() };
            sheets.push((measured(&cast).await, first, &records[from..to]));
        }
        for (way, time, number) in [("checkIn", "10:00:00", 0), ("checkOut", "12:00:00", 1_000)] {
            at(&app, &time[..5]);
            coordinator = coordinator.again().await;
            let clock = format!("2026-11-02T{time}Z");
            let mut costs = Vec::new();
            for (shift, first, records) in &sheets {
                let items: Vec<_> = (number + first..).zip(*records)
                    .map(|(number, it)| item(number, time, json!({ way: { "shiftId": shift, "volunteerId": it } })))
                    .collect();
                let (results, cost) = counted(&app, sends(&coordinator, &clock, &items)).await;
                assert!(said(&results).iter().all(|it| it.starts_with("APPLIED")), "{results:#?}");
                costs.push(cost);
            }
            assert!(costs[1] <= costs[0], "{way}: {costs:?}");
        }
    }
}
