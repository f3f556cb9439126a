//! Logging: what is accepted, what is refused and why, what a repetition does.
//!
//! Many at once are in `crowd`, decisions in `approve`.

use serde_json::json;

use crate::hours::World;
use crate::hours::code;
use crate::hours::id;
use crate::support::app::App;
use crate::support::on_both_databases;

on_both_databases! {
    async fn a_volunteer_logs_their_own_hours(app: App) {
        let world = World::on(&app).await;

        let logged = world.volunteer.logs(world.on_day("2026-10-14", 150)).await;

        let entry = &logged["hourEntry"];
        assert_eq!(logged["userErrors"], json!([]));
        assert_eq!(entry["status"], "DRAFT");
        assert_eq!(entry["kind"], "DURATION");
        assert_eq!(entry["minutes"], 150);
        assert_eq!(entry["evidenceLevel"], "SELF_DECLARED");
        assert_eq!(entry["timeZone"], "Africa/Casablanca");
        assert_eq!(entry["days"], json!([{ "day": "2026-10-14", "minutes": 150 }]));
        assert_eq!(entry["canEdit"], json!({ "allowed": true, "rule": null, "reason": null }));
        assert_eq!(world.ledger().await, 1);
    }

    async fn a_coordinator_logs_for_others_and_for_groups(app: App) {
        let world = World::on(&app).await;
        let group = json!({ "projectId": world.project, "workedOn": "2026-10-14", "minutes": 90,
            "headcount": 12, "submit": true });

        let other = world.coordinator.logs(world.on_day("2026-10-14", 60)).await;
        let many = world.coordinator.logs(group.clone()).await;

        assert_eq!(other["hourEntry"]["evidenceLevel"], "COORDINATOR_ATTESTED");
        assert_eq!(many["hourEntry"]["totalMinutes"], 1080);
        assert_eq!(many["hourEntry"]["status"], "SUBMITTED");
        assert_eq!(code(&world.volunteer.logs(group).await), "FORBIDDEN");
        assert_eq!(code(&world.viewer.logs(world.on_day("2026-10-14", 60)).await), "FORBIDDEN");
    }

    async fn what_a_stranger_names_does_not_exist_for_them(app: App) {
        let world = World::on(&app).await;

        let stranger = world.outsider.logs(world.on_day("2026-10-14", 60)).await;
        let foreign = json!({ "volunteerId": world.record_elsewhere, "projectId": world.project,
            "workedOn": "2026-10-14", "minutes": 60 });
        let mixed = world.owner.logs(foreign).await;

        assert_eq!(code(&stranger), "NOT_FOUND");
        assert_eq!(stranger["userErrors"][0]["path"], json!(["projectId"]));
        assert_eq!(code(&mixed), "NOT_FOUND");
        assert_eq!(mixed["userErrors"][0]["path"], json!(["volunteerId"]));
    }

    async fn a_night_is_one_entry_on_two_days(app: App) {
        let world = World::on(&app).await;
        let mut night = world.between("2026-10-31T21:00:00Z", "2026-11-01T05:00:00Z");
        night["breakMinutes"] = json!(60);

        let logged = world.volunteer.logs(night).await;

        let entry = &logged["hourEntry"];
        assert_eq!(entry["minutes"], 420);
        assert_eq!(entry["workedOn"], "2026-10-31");
        assert_eq!(entry["endedOn"], "2026-11-01");
        assert_eq!(
            entry["days"],
            json!([{ "day": "2026-10-31", "minutes": 158 }, { "day": "2026-11-01", "minutes": 262 }])
        );
    }

    async fn refused_work_is_told_with_code_and_field(app: App) {
        let world = World::on(&app).await;
        for (input, expected, field) in [
            (world.on_day("2026-11-03", 60), "IN_FUTURE", json!(["workedOn"])),
            (
                world.between("2026-11-02T08:00:00Z", "2026-11-02T09:00:01Z"),
                "IN_FUTURE",
                json!(["endedAt"]),
            ),
            (world.on_day("2024-12-31", 60), "OUTSIDE_PROJECT", json!(["projectId"])),
            (world.on_day("2026-10-14", 0), "NO_DURATION", json!(["minutes"])),
            (world.on_day("2026-10-14", 1441), "ENTRY_TOO_LONG", json!(["minutes"])),
            (
                json!({ "volunteerId": world.record, "projectId": world.project,
                    "workedOn": "2026-10-14", "minutes": 60, "territoryCode": "99.999" }),
                "UNKNOWN_TERRITORY",
                json!(["territoryCode"]),
            ),
            (
                json!({ "projectId": world.project, "workedOn": "2026-10-14", "minutes": 60 }),
                "REQUIRED",
                json!(["volunteerId"]),
            ),
        ] {
            let refused = world.volunteer.logs(input.clone()).await;
            assert_eq!(code(&refused), expected, "{input}");
            assert_eq!(refused["userErrors"][0]["path"], field, "{input}");
            assert_eq!(refused["hourEntry"], json!(null));
        }
        assert_eq!(world.ledger().await, 0);
    }

    async fn two_intervals_of_one_person_never_overlap(app: App) {
        let world = World::on(&app).await;
        id(&world.volunteer.logs(world.between("2026-10-14T09:00:00Z", "2026-10-14T11:00:00Z")).await);

        let touching = world.between("2026-10-14T11:00:00Z", "2026-10-14T12:00:00Z");
        let inside = world.between("2026-10-14T09:30:00Z", "2026-10-14T09:40:00Z");

        id(&world.volunteer.logs(touching).await);
        let refused = world.coordinator.logs(inside).await;
        assert_eq!(code(&refused), "ENTRY_OVERLAP");
        let message = refused["userErrors"][0]["message"].as_str().unwrap();
        assert!(message.contains("2026-10-14 09:00"), "{message}");
    }

    /// Another organization learns that the person is busy, and nothing else.
    async fn an_overlap_elsewhere_is_told_without_times(app: App) {
        let world = World::on(&app).await;
        id(&world.volunteer.logs(world.between("2026-10-14T09:00:00Z", "2026-10-14T11:00:00Z")).await);

        let overlapping = world.between_elsewhere("2026-10-14T10:59:00Z", "2026-10-14T12:00:00Z");
        let refused = world.outsider.logs(overlapping).await;

        assert_eq!(code(&refused), "ENTRY_OVERLAP");
        assert_eq!(
            refused["userErrors"][0]["message"],
            "The person is busy elsewhere at that time."
        );
    }

    async fn the_daily_cap_counts_all_organizations(app: App) {
        let world = World::on(&app).await;
        let settings = json!({ "id": world.organization, "dailyCapMinutes": 600 });
        world.owner.done("updateOrganizationSettings", settings, "organization { id }").await;
        let elsewhere = world.between_elsewhere("2026-10-14T08:00:00Z", "2026-10-14T13:00:00Z");
        id(&world.outsider.logs(elsewhere).await);

        let full = world.volunteer.logs(world.on_day("2026-10-14", 301)).await;

        assert_eq!(code(&full), "DAILY_CAP_EXCEEDED");
        id(&world.volunteer.logs(world.on_day("2026-10-14", 300)).await);
        assert_eq!(code(&world.volunteer.logs(world.on_day("2026-10-14", 1)).await), "DAILY_CAP_EXCEEDED");
    }

    /// 01:30 happened twice on 20 September 2026; instants keep the two apart.
    async fn the_day_of_25_hours_holds_both_of_its_hours(app: App) {
        let world = World::on(&app).await;

        let first = world.volunteer.logs(world.between("2026-09-20T00:00:00Z", "2026-09-20T01:00:00Z")).await;
        let second = world.volunteer.logs(world.between("2026-09-20T01:00:00Z", "2026-09-20T02:00:00Z")).await;
        let evening = world.volunteer.logs(world.between("2026-09-19T22:30:00Z", "2026-09-19T23:30:00Z")).await;

        assert_eq!(first["hourEntry"]["days"], json!([{ "day": "2026-09-20", "minutes": 60 }]));
        assert_eq!(second["hourEntry"]["days"], json!([{ "day": "2026-09-20", "minutes": 60 }]));
        assert_eq!(
            evening["hourEntry"]["days"],
            json!([{ "day": "2026-09-19", "minutes": 30 }, { "day": "2026-09-20", "minutes": 30 }])
        );
    }

    async fn a_repeated_attempt_has_one_effect(app: App) {
        let world = World::on(&app).await;
        let mut input = world.on_day("2026-10-14", 150);
        input["idempotencyKey"] = json!("phone-1");

        let first = id(&world.volunteer.logs(input.clone()).await);
        let second = id(&world.volunteer.logs(input.clone()).await);
        input["minutes"] = json!(151);
        let other = world.volunteer.logs(input).await;

        assert_eq!(first, second);
        assert_eq!(code(&other), "IDEMPOTENCY_CONFLICT");
        assert_eq!(world.ledger().await, 1);
    }

    async fn a_refused_attempt_may_be_mended_under_its_key(app: App) {
        let world = World::on(&app).await;
        let mut input = world.on_day("2026-11-09", 150);
        input["idempotencyKey"] = json!("phone-1");

        assert_eq!(code(&world.volunteer.logs(input.clone()).await), "IN_FUTURE");
        input["workedOn"] = json!("2026-10-09");

        id(&world.volunteer.logs(input).await);
    }

    async fn of_many_each_stands_alone(app: App) {
        let world = World::on(&app).await;
        let entries = [
            world.between("2026-10-14T09:00:00Z", "2026-10-14T11:00:00Z"),
            world.between("2026-10-14T10:00:00Z", "2026-10-14T12:00:00Z"),
            world.on_day("2026-11-20", 60),
            world.between("2026-10-14T11:00:00Z", "2026-10-14T12:00:00Z"),
        ];

        let payload = world
            .volunteer
            .does("createHourEntries", json!({ "entries": entries }),
                "results { hourEntry { minutes } userErrors { code } }")
            .await;

        let results = payload["results"].as_array().unwrap();
        let codes: Vec<&str> = results.iter().map(code).collect();
        assert_eq!(codes, ["", "ENTRY_OVERLAP", "IN_FUTURE", ""]);
        assert_eq!(results[3]["hourEntry"]["minutes"], 60);
        assert_eq!(world.ledger().await, 2);
    }

    async fn a_draft_is_changed_part_by_part(app: App) {
        let world = World::on(&app).await;
        let mut input = world.between("2026-10-14T09:00:00Z", "2026-10-14T11:00:00Z");
        input["description"] = json!("Dug a well");
        let entry = id(&world.volunteer.logs(input).await);

        let changed = world
            .volunteer
            .changes(json!({ "id": entry, "expectedVersion": 1, "endedAt": "2026-10-14T12:00:00Z" }))
            .await;
        let stale = world
            .volunteer
            .changes(json!({ "id": entry, "expectedVersion": 1, "breakMinutes": 30 }))
            .await;
        let other_kind = world.volunteer.changes(json!({ "id": entry, "minutes": 30 })).await;

        assert_eq!(changed["hourEntry"]["minutes"], 180);
        assert_eq!(changed["hourEntry"]["version"], 2);
        assert_eq!(changed["hourEntry"]["days"], json!([{ "day": "2026-10-14", "minutes": 180 }]));
        assert_eq!(code(&stale), "VERSION_CONFLICT");
        assert_eq!(stale["hourEntry"]["version"], 2);
        assert_eq!(code(&other_kind), "CONTRADICTION");
        assert_eq!(world.ledger().await, 2);
    }

    async fn the_place_of_an_entry_stays_its_own_when_the_day_changes(app: App) {
        let world = World::on(&app).await;
        let mut input = world.on_day("2026-10-14", 60);
        input["territoryCode"] = json!("06");
        input["submit"] = json!(true);
        let elsewhere = id(&world.volunteer.logs(input.clone()).await);
        input["submit"] = json!(false);
        let draft = id(&world.volunteer.logs(input).await);
        world.coordinator.acts("approve", &[&elsewhere], None).await;

        let moved = json!({ "id": draft, "workedOn": "2026-10-15" });
        id(&world.volunteer.changes(moved).await);
        let home = json!({ "id": draft, "workedOn": "2026-10-16", "territoryCode": null });
        let amended = json!({ "id": elsewhere, "workedOn": "2026-10-17", "reason": "the day after" });
        assert_eq!(world.volunteer.amends(amended).await["userErrors"], json!([]));
        world.coordinator.acts("approve", &[&elsewhere], None).await;
        let place = "query($id: ID!) { hourEntry(id: $id) { workedOn territory { code } } }";
        let seen = async |entry: String| {
            world.owner.asks(place, json!({ "id": entry })).await["hourEntry"].take()
        };

        assert_eq!(seen(draft.clone()).await["territory"]["code"], "06");
        let corrected = seen(elsewhere).await;
        assert_eq!((&corrected["workedOn"], &corrected["territory"]["code"]),
            (&json!("2026-10-17"), &json!("06")));
        id(&world.volunteer.changes(home).await);
        assert_eq!(seen(draft).await["territory"]["code"], "07");
    }

    async fn a_draft_can_be_taken_away(app: App) {
        let world = World::on(&app).await;
        let entry = id(&world.volunteer.logs(world.on_day("2026-10-14", 60)).await);

        let gone = world
            .volunteer
            .done("deleteHourEntry", json!({ "id": entry }), "deletedHourEntryId")
            .await;

        assert_eq!(gone["deletedHourEntryId"], json!(entry));
        let found = world
            .volunteer
            .asks("query($id: ID!) { hourEntry(id: $id) { id } }", json!({ "id": entry }))
            .await;
        assert_eq!(found["hourEntry"], json!(null));
        assert_eq!(world.ledger().await, 2);
    }

    async fn a_month_is_declared_zero_only_while_it_is(app: App) {
        let world = World::on(&app).await;
        let zero = json!({ "organizationId": world.organization, "month": "2026-09", "declaredZero": true });
        let selection = "reportingPeriod { month declaredZero version } userErrors { code }";

        let declared = world.coordinator.does("submitPeriod", zero.clone(), selection).await;
        id(&world.volunteer.logs(world.on_day("2026-09-14", 60)).await);
        let refused = world.coordinator.does("submitPeriod", zero, selection).await;
        let future = json!({ "organizationId": world.organization, "month": "2026-12" });
        let future = world.coordinator.does("submitPeriod", future, selection).await;
        let complete = json!({ "organizationId": world.organization, "month": "2026-09" });
        let complete = world.coordinator.does("submitPeriod", complete, selection).await;

        assert_eq!(declared["reportingPeriod"]["declaredZero"], true);
        assert_eq!(code(&refused), "NOT_ZERO");
        assert_eq!(code(&future), "IN_FUTURE");
        // Written once, taken back by the work, written again.
        assert_eq!(
            complete["reportingPeriod"],
            json!({ "month": "2026-09", "declaredZero": false, "version": 3 })
        );
    }
}
