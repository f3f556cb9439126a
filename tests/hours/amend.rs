//! Corrections of approved entries, and what the history says of them.
//!
//! Whether anything can be altered past the ledger is tried in `tamper`.

use serde_json::Value;
use serde_json::json;

use crate::hours::Person;
use crate::hours::World;
use crate::hours::code;
use crate::hours::id;
use crate::support::app::App;
use crate::support::on_both_databases;
use crate::support::statements::counted;

/// An approved entry of the volunteer.
async fn approved(world: &World, day: &str, minutes: i64) -> String {
    let mut input = world.on_day(day, minutes);
    input["submit"] = json!(true);
    let entry = id(&world.volunteer.logs(input).await);
    let done = world.coordinator.acts("approve", &[&entry], None).await;
    assert_eq!(done[0]["userErrors"], json!([]));
    entry
}

async fn entry(person: &Person, id: &str) -> Value {
    let query = "query($id: ID!) { hourEntry(id: $id) { status version minutes workedOn evidenceLevel
        days { day minutes } amendment { reason minutes workedOn days { day minutes } proposedBy { email } }
        history(first: 50) { totalCount nodes { kind reason version status minutes by { email } } } } }";
    person.asks(query, json!({ "id": id })).await["hourEntry"].take()
}

async fn reported(world: &World) -> i64 {
    let query =
        "query($input: IndhReportInput!) { indhReport(input: $input) { totals { minutes } } }";
    let input = json!({ "territoryCode": "MA", "from": "2026-01-01", "to": "2026-12-31",
        "organizationId": world.organization });
    let data = world.owner.asks(query, json!({ "input": input })).await;
    data["indhReport"]["totals"]["minutes"].as_i64().unwrap()
}

on_both_databases! {
    /// A correction that is sent twice with one key is proposed once.
    async fn a_correction_is_proposed_once_for_each_key(app: App) {
        let world = World::on(&app).await;
        let hours = approved(&world, "2026-10-14", 240).await;
        let input = json!({ "id": hours, "minutes": 180, "reason": "a break forgotten",
            "expectedVersion": 3, "idempotencyKey": "once" });
        let mut other = input.clone();
        other["minutes"] = json!(181);

        let first = world.volunteer.amends(input.clone()).await;
        let again = world.volunteer.amends(input).await;
        let other = world.volunteer.amends(other).await;
        let seen = entry(&world.coordinator, &hours).await;

        assert_eq!(first["userErrors"], json!([]));
        assert_eq!(again, first);
        assert_eq!(other["userErrors"][0]["code"], "IDEMPOTENCY_CONFLICT");
        assert_eq!((&seen["version"], &seen["amendment"]["minutes"]), (&json!(4), &json!(180)));
    }

    async fn a_correction_waits_and_the_old_version_counts_until_it_is_approved(app: App) {
        let world = World::on(&app).await;
        let hours = approved(&world, "2026-10-14", 240).await;

        let input = json!({ "id": hours, "minutes": 180, "workedOn": "2026-10-15", "reason": "a break forgotten" });
        let proposed = world.volunteer.amends(input).await;
        let waiting = entry(&world.coordinator, &hours).await;
        let before = reported(&world).await;
        let done = world.coordinator.acts("approve", &[&hours], None).await;
        let after = entry(&world.coordinator, &hours).await;

        assert_eq!(proposed["userErrors"], json!([]));
        assert_eq!((&waiting["status"], &waiting["minutes"]), (&json!("APPROVED"), &json!(240)));
        assert_eq!(waiting["amendment"]["minutes"], 180);
        assert_eq!(waiting["amendment"]["reason"], "a break forgotten");
        assert_eq!(waiting["amendment"]["days"], json!([{ "day": "2026-10-15", "minutes": 180 }]));
        assert_eq!(before, 240);
        assert_eq!(done[0]["userErrors"], json!([]));
        assert_eq!((&after["status"], &after["minutes"]), (&json!("APPROVED"), &json!(180)));
        assert_eq!(after["days"], json!([{ "day": "2026-10-15", "minutes": 180 }]));
        assert_eq!(after["amendment"], json!(null));
        assert_eq!(reported(&world).await, 180);
        world.ledger().await;
    }

    async fn the_history_says_who_did_what_and_why(app: App) {
        let world = World::on(&app).await;
        let hours = approved(&world, "2026-10-14", 240).await;
        let input = json!({ "id": hours, "minutes": 180, "reason": "a break forgotten" });
        world.volunteer.amends(input).await;
        world.coordinator.acts("reject", &[&hours], Some("the list says four hours")).await;

        let history = entry(&world.coordinator, &hours).await["history"].take();

        assert_eq!(history["totalCount"], 4);
        let told: Vec<_> = history["nodes"].as_array().unwrap().iter()
            .map(|it| (it["kind"].as_str().unwrap(), it["reason"].as_str(), it["minutes"].as_i64().unwrap()))
            .collect();
        assert_eq!(told, [
            ("CREATED", None, 240),
            ("APPROVED", None, 240),
            ("AMENDMENT_PROPOSED", Some("a break forgotten"), 180),
            ("AMENDMENT_REJECTED", Some("the list says four hours"), 240),
        ]);
        let nodes = history["nodes"].as_array().unwrap();
        assert_eq!(nodes[1]["by"]["email"], "coordinator@example.org");
        let versions: Vec<_> = nodes.iter().map(|it| it["version"].as_i64().unwrap()).collect();
        assert_eq!(versions, [1, 2, 3, 4]);
        // A volunteer sees why, and of colleagues no address.
        let own = entry(&world.volunteer, &hours).await;
        assert_eq!(own["history"]["nodes"][3]["reason"], "the list says four hours");
        assert_eq!(own["history"]["nodes"][1]["by"], json!(null));
    }

    async fn nobody_approves_their_own_correction(app: App) {
        let world = World::on(&app).await;
        let hours = approved(&world, "2026-10-14", 240).await;
        let input = json!({ "id": hours, "minutes": 180, "reason": "the list says three" });

        let proposed = world.coordinator.amends(input).await;
        let own = world.coordinator.acts("approve", &[&hours], None).await;
        let volunteer = world.volunteer.acts("approve", &[&hours], None).await;
        let other = world.owner.acts("approve", &[&hours], None).await;

        assert_eq!(proposed["userErrors"], json!([]));
        assert_eq!(code(&own[0]), "SELF_APPROVAL");
        assert_eq!(code(&volunteer[0]), "FORBIDDEN");
        assert_eq!(other[0]["hourEntry"]["minutes"], 180);
        assert_eq!(other[0]["hourEntry"]["evidenceLevel"], "COORDINATOR_ATTESTED");
    }

    async fn a_correction_is_refused_with_the_rule(app: App) {
        let world = World::on(&app).await;
        let hours = approved(&world, "2026-10-14", 240).await;
        let draft = id(&world.volunteer.logs(world.on_day("2026-10-16", 60)).await);
        let amend = |id: &str, more: Value| {
            let mut input = json!({ "id": id, "reason": "because" });
            input.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
            input
        };

        let unchanged = world.volunteer.amends(amend(&hours, json!({ "minutes": 240 }))).await;
        let reasonless = world.volunteer.amends(json!({ "id": hours, "minutes": 10, "reason": " " })).await;
        let of_draft = world.volunteer.amends(amend(&draft, json!({ "minutes": 10 }))).await;
        let stale = world.volunteer.amends(amend(&hours, json!({ "minutes": 10, "expectedVersion": 1 }))).await;
        let too_long = world.volunteer.amends(amend(&hours, json!({ "minutes": 1441 }))).await;
        let future = world.volunteer.amends(amend(&hours, json!({ "workedOn": "2027-01-01" }))).await;
        let strange = world.outsider.amends(amend(&hours, json!({ "minutes": 10 }))).await;
        let first = world.volunteer.amends(amend(&hours, json!({ "minutes": 120 }))).await;
        let second = world.owner.amends(amend(&hours, json!({ "minutes": 90 }))).await;
        let withdrawn = world.volunteer.acts("withdraw", &[&hours], None).await;
        let third = world.owner.amends(amend(&hours, json!({ "minutes": 90 }))).await;

        assert_eq!(code(&unchanged), "NOTHING_CHANGED");
        assert_eq!(code(&reasonless), "REASON_REQUIRED");
        assert_eq!(code(&of_draft), "WRONG_STATE");
        assert_eq!(code(&stale), "VERSION_CONFLICT");
        assert_eq!(stale["hourEntry"]["version"], 2);
        assert_eq!(code(&too_long), "ENTRY_TOO_LONG");
        assert_eq!(code(&future), "IN_FUTURE");
        assert_eq!(code(&strange), "NOT_FOUND");
        assert_eq!(first["userErrors"], json!([]));
        assert_eq!(code(&second), "AMENDMENT_PENDING");
        assert_eq!(withdrawn[0]["hourEntry"]["status"], "APPROVED");
        assert_eq!(third["userErrors"], json!([]));
        world.ledger().await;
    }

    async fn a_correction_that_came_to_overlap_is_not_approved(app: App) {
        let world = World::on(&app).await;
        let mut input = world.between("2026-10-14T08:00:00Z", "2026-10-14T10:00:00Z");
        input["submit"] = json!(true);
        let hours = id(&world.volunteer.logs(input).await);
        world.coordinator.acts("approve", &[&hours], None).await;
        let longer = json!({ "id": hours, "endedAt": "2026-10-14T12:00:00Z", "reason": "stayed longer" });
        assert_eq!(world.volunteer.amends(longer).await["userErrors"], json!([]));
        id(&world.volunteer.logs(world.between("2026-10-14T11:00:00Z", "2026-10-14T13:00:00Z")).await);

        let refused = world.coordinator.acts("approve", &[&hours], None).await;
        let kept = entry(&world.coordinator, &hours).await;

        assert_eq!(code(&refused[0]), "ENTRY_OVERLAP");
        assert_eq!(kept["minutes"], 120);
        assert_eq!(kept["amendment"]["minutes"], 240);
        world.ledger().await;
    }

    async fn voiding_ends_a_correction_and_keeps_both_reasons(app: App) {
        let world = World::on(&app).await;
        let hours = approved(&world, "2026-10-14", 240).await;
        let input = json!({ "id": hours, "minutes": 180, "reason": "a break forgotten" });
        world.volunteer.amends(input).await;

        let input = json!({ "id": hours, "reason": "written twice" });
        let voided = world.coordinator.does("voidHourEntry", input, "hourEntry { status } userErrors { code }").await;
        let after = entry(&world.coordinator, &hours).await;

        assert_eq!(voided["hourEntry"]["status"], "VOIDED");
        assert_eq!(after["amendment"], json!(null));
        let kinds: Vec<_> = after["history"]["nodes"].as_array().unwrap().iter()
            .map(|it| it["kind"].as_str().unwrap()).collect();
        assert_eq!(kinds, ["CREATED", "APPROVED", "AMENDMENT_PROPOSED", "AMENDMENT_WITHDRAWN", "VOIDED"]);
        assert_eq!(reported(&world).await, 0);
        world.ledger().await;
    }

    async fn histories_and_corrections_of_a_page_cost_the_same_for_any_number(app: App) {
        let world = World::on(&app).await;
        for day in 1..=12 {
            let hours = approved(&world, &format!("2026-10-{day:02}"), 60).await;
            world.volunteer.amends(json!({ "id": hours, "minutes": 50, "reason": "shorter" })).await;
        }
        let query = "query($first: Int!) { hourEntries(first: $first) { nodes { amendment { minutes }
            history(first: 5) { totalCount nodes { kind } } } } }";

        let (_, few) = counted(&app, world.coordinator.asks(query, json!({ "first": 2 }))).await;
        let (data, many) = counted(&app, world.coordinator.asks(query, json!({ "first": 12 }))).await;

        let nodes = data["hourEntries"]["nodes"].as_array().unwrap();
        assert!(nodes.iter().all(|it| it["history"]["nodes"].as_array().unwrap().len() == 3));
        assert_eq!(few, many, "more rows, more statements");
    }
}
