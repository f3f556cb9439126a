//! Many at once: exactly one wins where only one may, and nobody is turned away by a fault.
//!
//! What one caller alone may do is in the journeys.

use std::collections::BTreeMap;
use std::collections::BTreeSet;

use futures_util::future::join_all;
use serde_json::Value;
use serde_json::json;
use tiwizi::platform::clock::Clock;

use crate::support::app::Answer;
use crate::support::app::App;
use crate::support::app::opening;
use crate::support::app::settings;
use crate::support::cast::Cast;
use crate::support::cast::Person;
use crate::support::cast::codes;
use crate::support::databases::Database;
use crate::support::databases::Engine;
use crate::support::on_both_databases;

/// Instances that are rolled out together find the same empty database.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn instances_that_start_together_migrate_one_empty_database() {
    for engine in [Engine::Sqlite, Engine::Postgres] {
        let Some(database) = Database::empty(engine).await else {
            continue;
        };
        let starts = (0..6).map(|_| {
            let config = settings(&database);
            tokio::spawn(tiwizi::app::App::start(config, Clock::fixed(opening())))
        });

        for started in join_all(starts).await {
            let app = started.expect("no panic").expect("a start");
            let pending = app.core.db.pending_migrations().await.expect("an answer");
            assert_eq!(pending, Vec::<String>::new(), "{engine:?}");
        }
        database.drop_now().await;
    }
}

const CREATE: &str = "mutation($input: CreateHourEntryInput!) { createHourEntry(input: $input) {
    hourEntry { id minutes } userErrors { code message } } }";
const APPROVE: &str =
    "mutation($input: ApproveHourEntriesInput!) { approveHourEntries(input: $input) {
    results { hourEntry { id } userErrors { code message } } } }";

/// The same operation by the same person, many times at once.
async fn at_once(
    person: &Person,
    query: &'static str,
    inputs: impl Iterator<Item = Value>,
) -> Vec<Value> {
    let calls: Vec<_> = inputs
        .map(|input| {
            let person = person.clone();
            tokio::spawn(async move { person.tries(query, json!({ "input": input })).await })
        })
        .collect();
    let mut payloads = Vec::new();
    for call in calls {
        let answer: Answer = call.await.expect("no panic");
        assert_eq!(answer.status, 200, "{:#}", answer.body);
        let data = answer.data();
        payloads.push(
            data.as_object()
                .expect("data")
                .values()
                .next()
                .expect("a payload")
                .clone(),
        );
    }
    payloads
}

/// How often each outcome came: a code, or `DONE`.
fn outcomes(payloads: &[Value]) -> BTreeMap<String, usize> {
    let mut outcomes = BTreeMap::new();
    for payload in payloads {
        let code = codes(payload).pop().unwrap_or_else(|| "DONE".to_owned());
        *outcomes.entry(code).or_default() += 1;
    }
    outcomes
}

on_both_databases! {
    /// Whatever the moment, nobody works twice at the same time.
    async fn of_64_overlapping_intervals_exactly_one_is_accepted(app: App) {
        let cast = Cast::on(&app).await;
        let inputs = (0..64).map(|minute| json!({
            "volunteerId": cast.record, "projectId": cast.project,
            "startedAt": format!("2026-10-14T09:{:02}:00Z", minute % 60),
            "endedAt": format!("2026-10-14T11:{:02}:00Z", minute % 60),
        }));

        let payloads = at_once(&cast.coordinator, CREATE, inputs).await;

        let expected = BTreeMap::from([("DONE".to_owned(), 1), ("ENTRY_OVERLAP".to_owned(), 63)]);
        assert_eq!(outcomes(&payloads), expected);
    }

    /// A phone that repeats itself in a bad network has written once.
    async fn the_same_key_sent_many_times_at_once_has_one_effect(app: App) {
        let cast = Cast::on(&app).await;
        let inputs = (0..32).map(|_| json!({
            "volunteerId": cast.record, "projectId": cast.project, "workedOn": "2026-10-14",
            "minutes": 60, "idempotencyKey": "once",
        }));

        let payloads = at_once(&cast.volunteer, CREATE, inputs).await;

        let ids: BTreeSet<_> = payloads.iter().map(|it| it["hourEntry"]["id"].as_str()).collect();
        assert_eq!(ids.len(), 1, "{:?}", outcomes(&payloads));
        let query = "{ hourEntries { totalCount } }";
        let listed = cast.volunteer.asks(query, json!({})).await;
        assert_eq!(listed["hourEntries"]["totalCount"], json!(1));
    }

    async fn many_approvals_of_one_entry_count_it_once(app: App) {
        let cast = Cast::on(&app).await;
        let entry = cast.volunteer.logs(&cast.record, &cast.project, "2026-10-14", 150).await;
        let inputs = (0..16).map(|_| json!({ "ids": [entry] }));

        let payloads = at_once(&cast.coordinator, APPROVE, inputs).await;

        assert_eq!(outcomes(&payloads)["DONE"], 1, "{:?}", outcomes(&payloads));
        assert_eq!(cast.observer.reported_minutes().await, 150);
    }

    /// However they are mixed, the minutes of one day stay below the cap.
    async fn the_daily_cap_holds_when_hours_come_all_at_once(app: App) {
        let cast = Cast::on(&app).await;
        let inputs = (0..24).map(|_| json!({
            "volunteerId": cast.record, "projectId": cast.project, "workedOn": "2026-10-14",
            "minutes": 240,
        }));

        let payloads = at_once(&cast.volunteer, CREATE, inputs).await;

        let cap = "{ organization(slug: \"al-amal\") { dailyCapMinutes } }";
        let cap = cast.owner.asks(cap, json!({})).await;
        let cap = cap["organization"]["dailyCapMinutes"].as_u64().unwrap();
        let fits = usize::try_from(cap / 240).unwrap();
        let found = outcomes(&payloads);
        assert_eq!(found["DONE"], fits, "{found:?}");
        assert_eq!(found["DAILY_CAP_EXCEEDED"], 24 - fits, "{found:?}");
    }

    /// Two instances on one database: writers wait for each other, none is turned away.
    async fn writers_of_two_instances_queue(app: App) {
        let cast = Cast::on(&app).await;
        let other = app.beside().await;
        let write = |person: Person, days: std::ops::Range<u32>| {
            let (record, project) = (cast.record.clone(), cast.project.clone());
            let inputs = days.map(move |day| json!({
                "volunteerId": record, "projectId": project,
                "workedOn": format!("2026-{:02}-{:02}", day / 28 + 1, day % 28 + 1), "minutes": 60,
            }));
            async move { at_once(&person, CREATE, inputs).await }
        };

        let (here, there) = tokio::join!(
            write(cast.coordinator.clone(), 0..40),
            write(cast.coordinator.through(&other), 40..80),
        );

        let expected = BTreeMap::from([("DONE".to_owned(), 40)]);
        assert_eq!(outcomes(&here), expected);
        assert_eq!(outcomes(&there), expected);
        other.close().await;
    }
}
