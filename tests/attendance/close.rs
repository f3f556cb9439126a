//! What the server does when a shift is over: hours, forgotten check-outs, no-shows.
//!
//! Coordinators' last word is tried in `mark`.

use serde_json::json;

use super::at;
use super::chores;
use super::morning;
use crate::activities::enrolled;
use crate::support::app::App;
use crate::support::cast::Cast;
use crate::support::on_both_databases;

on_both_databases! {
    /// People who do not check out pile up no overtime: the activity's rule closes them, flagged and
    /// out of totals until somebody has looked.
    async fn a_forgotten_check_out_is_closed_by_the_rule_and_reviewed(app: App) {
        let cast = Cast::on(&app).await;
        let rules = [
            (json!({}), json!("2026-11-02T13:00:00Z"), 150),
            (json!({ "autoClose": "CREDIT_MINUTES", "autoCloseMinutes": 60 }), json!("2026-11-02T11:00:00Z"), 50),
            (json!({ "autoClose": "NO_CREDIT" }), json!(null), 150),
        ];
        let records = enrolled(&cast, 3).await;
        let mut shifts = Vec::new();
        for (mode, ..) in &rules {
            shifts.push(morning(&cast, mode.clone()).await.0);
        }
        at(&app, "10:00");
        let coordinator = cast.coordinator.again().await;
        for (shift, record) in shifts.iter().zip(&records) {
            coordinator.passes("checkIn", json!({ "shiftId": shift, "volunteerId": record })).await;
        }

        at(&app, "14:59");
        assert_eq!(chores(&app).await, 0, "people still check out for two hours");
        at(&app, "15:00");
        assert_eq!(chores(&app).await, 3);

        let coordinator = coordinator.again().await;
        assert_eq!(coordinator.minutes().await, 0, "nothing counts");
        let query = "query($id: ID!) { node(id: $id) { ... on Organization {
            attendances(status: [NEEDS_REVIEW]) { totalCount nodes { review checkedOutAt checkOutMethod } } } } }";
        let found = coordinator.asks(query, json!({ "id": cast.organization.id })).await["node"]["attendances"].take();
        assert_eq!(found["totalCount"], json!(3));
        for ((shift, record), (_, left, minutes)) in shifts.iter().zip(&records).zip(&rules) {
            assert!(found["nodes"].as_array().unwrap().iter()
                .any(|it| it["review"] == "FORGOTTEN_CHECK_OUT" && it["checkedOutAt"] == *left));
            let mark = json!({ "volunteerId": record, "status": "PRESENT" });
            let confirmed = coordinator.marks(shift, mark).await;
            assert_eq!(confirmed["hourEntry"]["minutes"], json!(minutes));
            assert_eq!(confirmed["hourEntry"]["evidenceLevel"], "CHECKED_IN", "that they left, nothing shows");
        }
        assert_eq!(chores(&app).await, 0, "once");
    }

    /// The length of the shift is credited to whoever was checked in, once it is over.
    async fn whoever_checked_in_is_credited_the_shift(app: App) {
        let cast = Cast::on(&app).await;
        let (shift, _) = morning(&cast, json!({ "attendanceMode": "CHECK_IN" })).await;
        at(&app, "10:10");
        let token = cast.coordinator.again().await.code(&shift).await;
        cast.volunteer.again().await.passes("checkIn", json!({ "token": token })).await;
        at(&app, "12:59");
        assert_eq!(chores(&app).await, 0);
        at(&app, "13:00");

        assert_eq!(chores(&app).await, 1);

        let coordinator = cast.coordinator.again().await;
        let query = "{ hourEntries { nodes { status minutes breakMinutes startedAt endedAt evidenceLevel } } }";
        let found = coordinator.asks(query, json!({})).await;
        assert_eq!(found["hourEntries"]["nodes"], json!([{
            "status": "SUBMITTED", "minutes": 150, "breakMinutes": 30, "evidenceLevel": "CHECKED_IN",
            "startedAt": "2026-11-02T10:00:00Z", "endedAt": "2026-11-02T13:00:00Z",
        }]));
    }

    async fn who_has_a_place_and_is_not_seen_is_a_no_show(app: App) {
        let cast = Cast::on(&app).await;
        let records = enrolled(&cast, 2).await;
        let (shift, _) = morning(&cast, json!({ "attendanceMode": "CHECK_IN" })).await;
        let (nobody_came, _) = morning(&cast, json!({ "attendanceMode": "CHECK_IN" })).await;
        for record in &records {
            cast.coordinator.signs_up(&shift, record).await;
        }
        cast.coordinator.signs_up(&nobody_came, &cast.record).await;
        at(&app, "10:00");
        let coordinator = cast.coordinator.again().await;
        coordinator.passes("checkIn", json!({ "shiftId": shift, "volunteerId": records[0] })).await;
        at(&app, "13:00");
        assert_eq!(chores(&app).await, 2);

        let coordinator = coordinator.again().await;
        assert_eq!(coordinator.roll(&shift).await, ["V00 COMPLETED 150", "V01 NO_SHOW null"]);
        assert_eq!(coordinator.roll(&nobody_came).await, [""; 0], "nobody took the attendance");
        let query = "query($id: ID!) { node(id: $id) { ... on Shift { signups { nodes { status } } } } }";
        let data = coordinator.asks(query, json!({ "id": shift })).await;
        assert_eq!(data["node"]["signups"]["nodes"], json!([{ "status": "ATTENDED" }, { "status": "NO_SHOW" }]));
    }

    /// What shows the work is told with every total, and adds up to it.
    async fn totals_say_what_shows_the_work(app: App) {
        let cast = Cast::on(&app).await;
        let (shift, _) = morning(&cast, json!({})).await;
        let declared = cast.volunteer.logs(&cast.record, &cast.project, "2026-10-02", 45).await;
        let night = json!({
            "volunteerId": cast.record, "projectId": cast.project,
            "startedAt": "2026-10-03T22:00:00Z", "endedAt": "2026-10-04T01:00:00Z",
        });
        let night = cast.volunteer.done("createHourEntry", night, "hourEntry { id }").await["hourEntry"]["id"].take();
        cast.volunteer.does("submitHourEntries", json!({ "ids": [night] }), "results { userErrors { code } }").await;
        cast.coordinator.approves(&[&declared, night.as_str().unwrap()]).await;
        at(&app, "10:00");
        let coordinator = cast.coordinator.again().await;
        coordinator.passes("checkIn", json!({ "shiftId": shift, "volunteerId": cast.record })).await;
        at(&app, "13:00");
        let coordinator = coordinator.again().await;
        let left = json!({ "shiftId": shift, "volunteerId": cast.record });
        coordinator.passes("checkOut", left).await;
        let owner = cast.owner.again().await;
        let waiting = owner.asks("{ hourEntries(filter: { status: [SUBMITTED] }) { nodes { id } } }", json!({})).await;
        owner.approves(&[waiting["hourEntries"]["nodes"][0]["id"].as_str().unwrap()]).await;

        let query = r#"{ indhReport(input: { territoryCode: "MA", from: "2026-01-01", to: "2026-12-31" }) {
            totals { minutes entries participations byEvidence { evidenceLevel minutes entries participations } }
            byMonth { month minutes byEvidence { minutes } } byProgramme { minutes byEvidence { minutes } }
            byTerritory { minutes byEvidence { minutes } } } }"#;
        let mut report = owner.asks(query, json!({})).await["indhReport"].take();
        let totals = report["totals"].take();
        for breakdown in ["byMonth", "byProgramme", "byTerritory"] {
            for row in report[breakdown].as_array().unwrap() {
                let levels = row["byEvidence"].as_array().unwrap();
                let sum: i64 = levels.iter().filter_map(|it| it["minutes"].as_i64()).sum();
                assert_eq!((levels.len(), json!(sum)), (5, row["minutes"].clone()), "{breakdown}");
            }
        }
        let minutes = |of: [i64; 5]| json!(of.map(|it| json!({ "minutes": it })));
        assert_eq!(report["byMonth"][9]["byEvidence"], minutes([225, 0, 0, 0, 0]));
        assert_eq!(report["byMonth"][10]["byEvidence"], minutes([0, 0, 0, 0, 150]));

        assert_eq!((&totals["minutes"], &totals["entries"], &totals["participations"]), (&json!(375), &json!(3), &json!(3)));
        let level = |level: &str, minutes: i64, entries: i64| json!({
            "evidenceLevel": level, "minutes": minutes, "entries": entries, "participations": entries,
        });
        assert_eq!(totals["byEvidence"], json!([
            level("SELF_DECLARED", 225, 2), level("COORDINATOR_ATTESTED", 0, 0), level("IMPORTED", 0, 0),
            level("CHECKED_IN", 0, 0), level("CHECKED_IN_AND_OUT", 150, 1),
        ]));
    }

    /// Two instances do the same chores: each shift is closed once.
    async fn instances_close_a_shift_once(app: App) {
        let cast = Cast::on(&app).await;
        let (shift, _) = morning(&cast, json!({ "attendanceMode": "CHECK_IN" })).await;
        at(&app, "10:00");
        let coordinator = cast.coordinator.again().await;
        coordinator.passes("checkIn", json!({ "shiftId": shift, "volunteerId": cast.record })).await;
        let beside = app.beside().await;
        at(&app, "13:00");
        at(&beside, "13:00");

        let (one, other) = tokio::join!(chores(&app), chores(&beside));

        assert_eq!(one + other, 1);
        assert_eq!(cast.coordinator.again().await.roll(&shift).await.len(), 1);
        beside.close().await;
    }
}
