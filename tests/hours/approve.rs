//! Decisions: who may, in which order, with what reason, and what is closed.
//!
//! The states themselves are tested beside their code.

use serde_json::json;

use crate::hours::World;
use crate::hours::code;
use crate::hours::id;
use crate::support::app::App;
use crate::support::on_both_databases;

on_both_databases! {
    async fn handed_in_hours_are_approved_by_somebody_else(app: App) {
        let world = World::on(&app).await;
        let mut input = world.on_day("2026-10-14", 150);
        input["submit"] = json!(true);
        let entry = id(&world.volunteer.logs(input).await);

        let own = world.volunteer.acts("approve", &[&entry], None).await;
        let done = world.coordinator.acts("approve", &[&entry], None).await;
        let again = world.coordinator.acts("approve", &[&entry], None).await;
        let edit = world.volunteer.changes(json!({ "id": entry, "minutes": 600 })).await;

        assert_eq!(code(&own[0]), "FORBIDDEN");
        assert_eq!(done[0]["hourEntry"]["status"], "APPROVED");
        assert_eq!(done[0]["hourEntry"]["canEdit"]["rule"], "hours.state");
        assert_eq!(code(&again[0]), "WRONG_STATE");
        assert_eq!(code(&edit), "ENTRY_APPROVED");
        assert_eq!(world.ledger().await, 2);
    }

    async fn a_stale_decision_shows_the_entry_as_it_is(app: App) {
        let world = World::on(&app).await;
        let mut input = world.on_day("2026-10-14", 150);
        input["submit"] = json!(true);
        let entry = id(&world.volunteer.logs(input).await);
        let input = json!({ "ids": [entry], "expectedVersions": [7] });
        let selection = "results { hourEntry { id version } userErrors { code } }";

        let stale = world.coordinator.does("approveHourEntries", input, selection).await;

        assert_eq!(code(&stale["results"][0]), "VERSION_CONFLICT");
        assert_eq!(stale["results"][0]["hourEntry"], json!({ "id": entry, "version": 1 }));
    }

    async fn nobody_decides_on_what_they_wrote_or_changed(app: App) {
        let world = World::on(&app).await;
        let written = id(&world.coordinator.logs(world.on_day("2026-10-14", 60)).await);
        let changed = id(&world.volunteer.logs(world.on_day("2026-10-15", 60)).await);
        id(&world.coordinator.changes(json!({ "id": changed, "minutes": 480 })).await);
        world.volunteer.acts("submit", &[&written, &changed], None).await;

        let theirs = world.coordinator.acts("approve", &[&written, &changed], None).await;
        let others = world.owner.acts("approve", &[&written, &changed], None).await;

        assert_eq!(code(&theirs[0]), "SELF_APPROVAL");
        assert_eq!(code(&theirs[1]), "SELF_APPROVAL");
        assert_eq!(others[0]["hourEntry"]["status"], "APPROVED");
        assert_eq!(others[1]["hourEntry"]["status"], "APPROVED");
    }

    async fn returned_hours_are_corrected_and_handed_in_again(app: App) {
        let world = World::on(&app).await;
        let entry = id(&world.volunteer.logs(world.on_day("2026-10-14", 600)).await);
        world.volunteer.acts("submit", &[&entry], None).await;

        let blank = world.coordinator.acts("return", &[&entry], Some("  ")).await;
        let returned = world.coordinator.acts("return", &[&entry], Some("Ten hours?")).await;
        let fixed = world.volunteer.changes(json!({ "id": entry, "minutes": 60 })).await;
        let again = world.volunteer.acts("submit", &[&entry], None).await;
        let approved = world.coordinator.acts("approve", &[&entry], None).await;

        assert_eq!(code(&blank[0]), "REASON_REQUIRED");
        assert_eq!(returned[0]["hourEntry"]["decisionReason"], "Ten hours?");
        assert_eq!(fixed["hourEntry"]["status"], "RETURNED");
        assert_eq!(again[0]["hourEntry"]["decisionReason"], json!(null));
        assert_eq!(approved[0]["hourEntry"]["minutes"], 60);
        assert_eq!(world.ledger().await, 6);
    }

    async fn handed_in_hours_can_be_taken_back_before_a_decision(app: App) {
        let world = World::on(&app).await;
        let entry = id(&world.volunteer.logs(world.on_day("2026-10-14", 60)).await);
        world.volunteer.acts("submit", &[&entry], None).await;

        let back = world.volunteer.acts("withdraw", &[&entry], None).await;
        let late = world.coordinator.acts("approve", &[&entry], None).await;

        assert_eq!(back[0]["hourEntry"]["status"], "DRAFT");
        assert_eq!(code(&late[0]), "WRONG_STATE");
    }

    async fn refused_and_voided_hours_free_the_time(app: App) {
        let world = World::on(&app).await;
        let work = world.between("2026-10-14T09:00:00Z", "2026-10-14T11:00:00Z");
        let entry = id(&world.volunteer.logs(work.clone()).await);
        world.volunteer.acts("submit", &[&entry], None).await;
        world.coordinator.acts("reject", &[&entry], Some("Nobody was there")).await;

        let second = id(&world.volunteer.logs(work.clone()).await);
        world.volunteer.acts("submit", &[&second], None).await;
        world.coordinator.acts("approve", &[&second], None).await;
        let voided = world
            .coordinator
            .does("voidHourEntry", json!({ "id": second, "reason": "Wrong day" }),
                "hourEntry { status decisionReason } userErrors { code }")
            .await;

        assert_eq!(voided["hourEntry"], json!({ "status": "VOIDED", "decisionReason": "Wrong day" }));
        id(&world.volunteer.logs(work).await);
    }

    async fn a_refused_entry_stops_no_other(app: App) {
        let world = World::on(&app).await;
        let mut ids = Vec::new();
        for day in 1..=9 {
            let entry = world.volunteer.logs(world.on_day(&format!("2026-10-0{day}"), 60)).await;
            ids.push(id(&entry));
        }
        let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
        world.volunteer.acts("submit", &ids[..8], None).await;

        let mut asked = ids.clone();
        asked.push("nonsense");
        asked.push(ids[0]);
        let results = world.coordinator.acts("approve", &asked, None).await;

        let codes: Vec<&str> = results.iter().map(code).collect();
        assert_eq!(
            codes,
            ["", "", "", "", "", "", "", "", "WRONG_STATE", "NOT_FOUND", "WRONG_STATE"]
        );
        let strange = world.outsider.acts("approve", &ids, None).await;
        assert!(strange.iter().all(|it| code(it) == "NOT_FOUND"));
    }

    /// Of one entry the field is `id`, of many `ids`: as the input calls it.
    async fn what_is_not_there_is_told_by_the_field_that_names_it(app: App) {
        let world = World::on(&app).await;
        // An id of nothing, one of another type, and none at all.
        let unknown = json!("SG91ckVudHJ5OgAAAAAAAAAAAAAAAAAAAAA");
        for wrong in [unknown, json!(world.project), json!("nothing")] {
            for (act, more) in [
                ("voidHourEntry", json!({ "reason": "Twice" })),
                ("updateHourEntry", json!({ "minutes": 30 })),
                ("amendHourEntry", json!({ "minutes": 30, "reason": "Twice" })),
                ("deleteHourEntry", json!({})),
            ] {
                let mut input = more;
                input["id"] = wrong.clone();
                let told = world.owner.does(act, input, "userErrors { code path }").await;
                assert_eq!(told["userErrors"], json!([{ "code": "NOT_FOUND", "path": ["id"] }]), "{act} {wrong}");
            }
            let many = json!({ "ids": [wrong] });
            let told = world.owner.does("approveHourEntries", many, "results { userErrors { code path } }").await;
            assert_eq!(told["results"][0]["userErrors"], json!([{ "code": "NOT_FOUND", "path": ["ids"] }]));
        }
    }

    async fn a_version_that_was_not_seen_is_not_decided_on(app: App) {
        let world = World::on(&app).await;
        let entry = id(&world.volunteer.logs(world.on_day("2026-10-14", 60)).await);
        world.volunteer.acts("submit", &[&entry], None).await;
        let input = json!({ "ids": [entry], "expectedVersions": [1] });

        let payload = world
            .coordinator
            .does("approveHourEntries", input, "results { userErrors { code message } }")
            .await;

        assert_eq!(code(&payload["results"][0]), "VERSION_CONFLICT");
    }

    async fn a_closed_month_takes_no_write_of_any_kind(app: App) {
        let world = World::on(&app).await;
        let draft = id(&world.volunteer.logs(world.on_day("2026-09-30", 60)).await);
        let handed_in = id(&world.volunteer.logs(world.on_day("2026-09-29", 60)).await);
        world.volunteer.acts("submit", &[&handed_in], None).await;
        close(&world, "2026-09-01").await;

        let night = world.between("2026-09-30T22:00:00Z", "2026-10-01T02:00:00Z");
        for (what, refused) in [
            ("create", world.volunteer.logs(night).await),
            ("move out", world.volunteer.changes(json!({ "id": draft, "workedOn": "2026-10-01" })).await),
            ("submit", world.volunteer.acts("submit", &[&draft], None).await.remove(0)),
            ("approve", world.coordinator.acts("approve", &[&handed_in], None).await.remove(0)),
            (
                "delete",
                world.volunteer.does("deleteHourEntry", json!({ "id": draft }), "userErrors { code }").await,
            ),
        ] {
            assert_eq!(code(&refused), "PERIOD_CLOSED", "{what}");
        }
        let open = id(&world.volunteer.logs(world.on_day("2026-10-01", 60)).await);
        let moved = world.volunteer.changes(json!({ "id": open, "workedOn": "2026-09-30" })).await;
        assert_eq!(code(&moved), "PERIOD_CLOSED");
        let seen = world
            .volunteer
            .asks("query($id: ID!) { hourEntry(id: $id) { canEdit { allowed rule } } }", json!({ "id": draft }))
            .await;
        assert_eq!(
            seen["hourEntry"]["canEdit"],
            json!({ "allowed": false, "rule": "hours.period" })
        );
    }
}

/// Closes a month.
async fn close(world: &World, month: &str) {
    let input = json!({ "organizationId": world.organization, "month": &month[..7] });
    world
        .owner
        .done("closePeriod", input, "reportingPeriod { id }")
        .await;
}
