//! Batches whose operations are of many kinds: what comes of them, and what they cost.
//!
//! Which operations wait for which is tested beside the code, without a database.

use rand::Rng;
use rand::SeedableRng;
use rand::rngs::StdRng;
use serde_json::Value;
use serde_json::json;

use crate::offline::BATCH;
use crate::offline::item;
use crate::offline::statuses;
use crate::offline::uuid;
use crate::support::app::App;
use crate::support::cast::Cast;
use crate::support::on_both_databases;
use crate::support::statements::counted;

/// Operations of the coordinator's phone, which is away with the volunteers.
async fn sends(cast: &Cast, device: u128, items: &[Value]) -> Vec<Value> {
    let input =
        json!({ "deviceId": uuid(device), "sentAt": "2026-11-02T09:00:00Z", "items": items });
    let data = cast
        .coordinator
        .asks(BATCH, json!({ "input": input }))
        .await;
    let results = data["syncHourEntries"]["results"].as_array();
    results.expect("results").clone()
}

async fn enrolled(cast: &Cast, prefix: &str, count: usize) -> Vec<String> {
    let mut records = Vec::new();
    for number in 0..count {
        let name = format!("{prefix}{number:02}");
        records.push(cast.coordinator.enrols(&cast.organization, &name).await);
    }
    records
}

fn applied(results: &[Value]) {
    let other = results.iter().find(|it| it["status"] != "APPLIED");
    assert_eq!(other, None, "{other:#?}");
}

fn day(number: u128) -> String {
    let first: chrono::NaiveDate = "2026-01-01".parse().expect("a day");
    let days = chrono::TimeDelta::days(i64::try_from(number % 300).expect("days"));
    (first + days).to_string()
}

/// Creations, each followed by its submission, of several volunteers in turn.
fn pairs(cast: &Cast, records: &[String], start: u128, count: u128) -> Vec<Value> {
    (0..count / 2)
        .flat_map(|number| {
            let many = u128::try_from(records.len()).expect("few");
            let record = &records[usize::try_from(number % many).expect("few")];
            let id = start + number;
            let create = json!({ "create": { "volunteerId": record, "projectId": cast.project,
                "workedOn": day(number), "minutes": 30 } });
            let submit = json!({ "submit": { "entry": { "clientId": uuid(id) } } });
            [item(id, create), item(start + 1_000 + number, submit)]
        })
        .collect()
}

/// Shifts that are going on, one for each activity.
async fn going_on(cast: &Cast, count: usize) -> Vec<String> {
    let mut shifts = Vec::new();
    for number in 0..count {
        let input = json!({ "projectId": cast.project, "title": format!("Beach {number}"),
            "attendanceMode": "CHECK_IN_AND_OUT", "checkInBeforeMinutes": 120 });
        let made = cast
            .coordinator
            .done("createActivity", input, "activity { id }")
            .await;
        let input = json!({ "activityId": made["activity"]["id"],
            "startsAt": "2026-11-02T10:00:00Z", "endsAt": "2026-11-02T13:00:00Z" });
        let made = cast
            .coordinator
            .done("createShift", input, "shift { id }")
            .await;
        shifts.push(made["shift"]["id"].as_str().expect("an id").to_owned());
    }
    shifts
}

/// Those who come, some to each shift.
fn comings(shifts: &[String], records: &[String], start: u128) -> Vec<Value> {
    shifts
        .iter()
        .flat_map(|shift| records.iter().map(move |record| (shift, record)))
        .zip(start..)
        .map(|((shift, record), id)| {
            let mut one = item(
                id,
                json!({ "checkIn": { "shiftId": shift, "volunteerId": record } }),
            );
            one["clientTime"] = json!("2026-11-02T09:00:00Z");
            one
        })
        .collect()
}

/// What one volunteer does, as it is told of them and of their twin: `{}` stands for the record.
fn random_act(rng: &mut StdRng, made: &mut Vec<(u128, usize)>, number: u128) -> (usize, Value) {
    let who = rng.random_range(0..3);
    let own: Vec<u128> = made
        .iter()
        .filter(|it| it.1 == who)
        .map(|it| it.0)
        .collect();
    if own.is_empty() || rng.random_bool(0.4) {
        made.push((number, who));
        let day = rng.random_range(12..15);
        let create = if rng.random_bool(0.5) {
            let hour = rng.random_range(6..12);
            json!({ "startedAt": format!("2026-10-{day}T{hour:02}:00:00Z"),
                "endedAt": format!("2026-10-{day}T{:02}:30:00Z", hour + rng.random_range(0..3)) })
        } else {
            json!({ "workedOn": format!("2026-10-{day}"), "minutes": rng.random_range(60..500) })
        };
        return (who, json!({ "create": create }));
    }
    let of = own[rng.random_range(0..own.len())];
    let act = match rng.random_range(0..10) {
        0..3 => "submit",
        3..5 => "delete",
        5 => "withdraw",
        6..8 => {
            let hour = rng.random_range(6..12);
            return (
                who,
                json!({ "change": { "entry": of,
                "startedAt": format!("2026-10-13T{hour:02}:00:00Z"),
                "endedAt": format!("2026-10-13T{:02}:30:00Z", hour + 1) } }),
            );
        }
        _ => {
            return (
                who,
                json!({ "change": { "entry": of, "workedOn": "2026-10-12",
                "minutes": rng.random_range(60..700) } }),
            );
        }
    };
    (who, json!({ act: { "entry": of } }))
}

/// The same act of a volunteer or of their twin.
fn told(cast: &Cast, act: &Value, record: &str, number: u128, from: u128) -> Value {
    let mut operation = act.clone();
    if let Some(create) = operation.get_mut("create") {
        create["volunteerId"] = json!(record);
        create["projectId"] = json!(cast.project);
    }
    for kind in ["submit", "delete", "withdraw", "change"] {
        if let Some(of) = operation.get_mut(kind) {
            let named = of["entry"].as_u64().expect("a number");
            of["entry"] = json!({ "clientId": uuid(from + u128::from(named)) });
        }
    }
    item(from + number, operation)
}

fn outcome(result: &Value) -> Value {
    let entry = &result["hourEntry"];
    json!([
        result["status"],
        entry["status"],
        entry["version"],
        entry["minutes"],
        result["userErrors"][0]["code"]
    ])
}

on_both_databases! {
    async fn an_outbox_of_many_kinds_costs_as_much_as_its_longest_chain(app: App) {
        let cast = Cast::on(&app).await;
        let records = enrolled(&cast, "P", 5).await;
        applied(&sends(&cast, 1, &pairs(&cast, &records, 900_000, 2)).await);

        let (few, little) = counted(&app, sends(&cast, 1, &pairs(&cast, &records, 0, 50))).await;
        let (many, much) = counted(&app, sends(&cast, 1, &pairs(&cast, &records, 10_000, 500))).await;

        applied(&few);
        applied(&many);
        assert!(many.iter().all(|it| it["hourEntry"]["status"] == "SUBMITTED" || it["hourEntry"]["status"] == "DRAFT"));
        assert_eq!(little, much, "more pairs, more statements");
        assert!(much <= 70, "{much} statements");
        let again = sends(&cast, 1, &pairs(&cast, &records, 10_000, 500)).await;
        assert!(again.iter().all(|it| it["status"] == "REPLAYED"));
    }

    async fn five_hundred_who_come_to_many_shifts_cost_as_much_as_a_few(app: App) {
        let cast = Cast::on(&app).await;
        let records = enrolled(&cast, "S", 20).await;
        let shifts = going_on(&cast, 27).await;
        sends(&cast, 1, &comings(&shifts[..1], &records[..1], 900_000)).await;

        let (few, little) = counted(&app, sends(&cast, 1, &comings(&shifts[1..2], &records, 0))).await;
        let (many, much) = counted(&app, sends(&cast, 1, &comings(&shifts[2..], &records, 10_000))).await;

        applied(&few);
        applied(&many);
        assert_eq!(many.len(), 500);
        assert_eq!(little, much, "more shifts, more statements");
        assert!(much <= 40, "{much} statements");
        let again = sends(&cast, 1, &comings(&shifts[2..], &records, 10_000)).await;
        assert!(again.iter().all(|it| it["status"] == "REPLAYED"));
    }

    /// What a deletion frees is free for the next creation of the batch, and not before.
    async fn what_is_freed_in_a_batch_can_be_taken_in_it(app: App) {
        let cast = Cast::on(&app).await;
        let span = |number: u128| item(number, json!({ "create": { "volunteerId": cast.record,
            "projectId": cast.project, "startedAt": "2026-10-14T08:00:00Z", "endedAt": "2026-10-14T10:00:00Z" } }));
        let delete = item(3, json!({ "delete": { "entry": { "clientId": uuid(1) } } }));

        let results = sends(&cast, 1, &[span(1), span(2), delete, span(4)]).await;

        assert_eq!(statuses(&results), ["APPLIED", "REJECTED", "APPLIED", "APPLIED"]);
        assert_eq!(results[1]["userErrors"][0]["code"], "ENTRY_OVERLAP");
    }

    /// A batch of what volunteers did leads where the same acts of their twins lead, told one by one.
    async fn a_batch_leads_where_its_operations_lead_one_by_one(app: App) {
        let cast = Cast::on(&app).await;
        let seed = std::env::var("SEED").ok().and_then(|it| it.parse().ok()).unwrap_or(20_261_127_u64);
        let mut rng = StdRng::seed_from_u64(seed);
        for round in 0..6_u128 {
            let some = enrolled(&cast, &format!("A{round}"), 3).await;
            let twins = enrolled(&cast, &format!("B{round}"), 3).await;
            let mut made = Vec::new();
            let acts: Vec<(usize, Value)> =
                (0..30).map(|number| random_act(&mut rng, &mut made, number)).collect();
            let start = round * 10_000;
            let batch: Vec<Value> = acts.iter().zip(0..)
                .map(|((who, act), number)| told(&cast, act, &some[*who], number, start)).collect();

            let together = sends(&cast, 1, &batch).await;
            let mut singly = Vec::new();
            for ((who, act), number) in acts.iter().zip(0..) {
                let one = told(&cast, act, &twins[*who], number, start + 5_000);
                singly.extend(sends(&cast, 2, &[one]).await);
            }

            for ((together, singly), act) in together.iter().zip(&singly).zip(&acts) {
                assert_eq!(outcome(together), outcome(singly), "seed {seed}, round {round}: {act:?}");
            }
        }
    }
}
