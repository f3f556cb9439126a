//! What coordinators say of shifts that have begun, also long after.
//!
//! What people do at the place is tried in `check`.

use serde_json::Value;
use serde_json::json;

use super::ATTENDANCE;
use super::at;
use super::chores;
use super::measured;
use super::morning;
use crate::activities::enrolled;
use crate::support::app::App;
use crate::support::cast::Cast;
use crate::support::cast::codes;
use crate::support::on_both_databases;
use crate::support::statements::counted;

on_both_databases! {
    async fn a_mark_credits_the_shift_and_counts_as_the_coordinators_word(app: App) {
        let cast = Cast::on(&app).await;
        let (shift, _) = morning(&cast, json!({ "attendanceMode": "MARKED" })).await;
        let mark = json!({ "volunteerId": cast.record, "status": "PRESENT" });
        assert_eq!(cast.coordinator.marks(&shift, mark.clone()).await, json!(["SHIFT_NOT_BEGUN"]));
        at(&app, "11:00");
        let coordinator = cast.coordinator.again().await;

        let during = coordinator.marks(&shift, mark.clone()).await;

        assert_eq!((&during["status"], &during["hourEntry"]), (&json!("PRESENT"), &json!(null)), "the shift goes on");
        at(&app, "13:00");
        chores(&app).await;
        let coordinator = coordinator.again().await;
        let again = coordinator.marks(&shift, mark).await;
        assert_eq!((&again["status"], &again["replayed"]), (&json!("COMPLETED"), &json!(true)));
        assert_eq!(again["hourEntry"]["minutes"], json!(150));
        assert_eq!(again["hourEntry"]["evidenceLevel"], "COORDINATOR_ATTESTED");
    }

    /// A shift can be set right after the fact, and who did is on record.
    async fn what_was_said_is_overturned_with_a_reason(app: App) {
        let cast = Cast::on(&app).await;
        let shift = measured(&cast).await;
        let records = enrolled(&cast, 1).await;
        cast.coordinator.signs_up(&shift, &cast.record).await;
        at(&app, "10:00");
        let coordinator = cast.coordinator.again().await;
        coordinator.passes("checkIn", json!({ "shiftId": shift, "volunteerId": records[0] })).await;
        at(&app, "15:00");
        chores(&app).await;
        app.advance(chrono::TimeDelta::days(20));
        let coordinator = coordinator.again().await;
        let mark = |reason: Value| json!({
            "volunteerId": cast.record, "status": "PRESENT", "reason": reason, "expectedVersion": 1,
            "startedAt": "2026-11-02T09:30:00Z", "endedAt": "2026-11-02T13:30:00Z", "breakMinutes": 0,
        });

        assert_eq!(coordinator.marks(&shift, mark(json!(null))).await, json!(["REASON_REQUIRED"]));
        let corrected = coordinator.marks(&shift, mark(json!("She set up and cleaned."))).await;

        assert_eq!((&corrected["status"], &corrected["reason"]), (&json!("COMPLETED"), &json!("She set up and cleaned.")));
        assert_eq!(corrected["hourEntry"]["minutes"], json!(240), "as given");
        assert_eq!(corrected["signup"]["status"], "ATTENDED");
        assert_eq!(coordinator.marks(&shift, mark(json!("x"))).await, json!(["VERSION_CONFLICT"]));
    }

    /// Hours that stand are corrected where hours are corrected, with their own history.
    async fn marks_do_not_touch_hours_that_stand(app: App) {
        let cast = Cast::on(&app).await;
        let (shift, _) = morning(&cast, json!({ "attendanceMode": "MARKED" })).await;
        cast.coordinator.signs_up(&shift, &cast.record).await;
        at(&app, "13:00");
        let coordinator = cast.coordinator.again().await;
        let mark = |status: &str| json!({ "volunteerId": cast.record, "status": status, "reason": "Mistake" });
        let entry = "results { attendance { hourEntry { id } } userErrors { code } } userErrors { code }";
        let input = json!({ "shiftId": shift, "marks": [mark("PRESENT")] });
        let made = coordinator.does("markAttendance", input, entry).await;
        let made = made["results"][0]["attendance"]["hourEntry"]["id"].clone();

        assert_eq!(coordinator.marks(&shift, mark("NO_SHOW")).await, json!(["ATTENDANCE_RECORDED"]));
        assert_eq!(coordinator.marks(&shift, mark("DISMISSED")).await, json!(["ATTENDANCE_RECORDED"]));
        let owner = cast.owner.again().await;
        let input = json!({ "ids": [made], "reason": "She was not there." });
        owner.done("rejectHourEntries", input, "results { userErrors { code } }").await;

        let absent = coordinator.marks(&shift, mark("NO_SHOW")).await;
        assert_eq!((&absent["status"], &absent["hourEntry"]), (&json!("NO_SHOW"), &json!(null)));
        assert_eq!(absent["signup"]["status"], "NO_SHOW");
    }

    async fn each_mark_stands_alone(app: App) {
        let cast = Cast::on(&app).await;
        let (shift, _) = morning(&cast, json!({ "attendanceMode": "MARKED" })).await;
        let records = enrolled(&cast, 3).await;
        at(&app, "13:00");
        let coordinator = cast.coordinator.again().await;
        let marks = json!([
            { "volunteerId": records[0], "status": "PRESENT" },
            { "volunteerId": records[1], "status": "NO_SHOW" },
            { "volunteerId": records[2], "status": "DISMISSED" },
            { "volunteerId": cast.record, "status": "PRESENT", "endedAt": "2026-11-02T18:00:00Z" },
        ]);
        let selection = format!("results {{ {ATTENDANCE} userErrors {{ code path }} }} userErrors {{ code path }}");

        let done = coordinator.does("markAttendance", json!({ "shiftId": shift, "marks": marks }), &selection).await;

        assert_eq!(done["results"][0]["attendance"]["status"], "COMPLETED");
        assert_eq!(codes(&done), ["NOT_SIGNED_UP", "REASON_REQUIRED", "IN_FUTURE"]);
        assert_eq!(coordinator.roll(&shift).await, ["V00 COMPLETED 150"], "nothing half-written");
        let twice = json!([{ "volunteerId": records[0], "status": "PRESENT" }, { "volunteerId": records[0], "status": "NO_SHOW" }]);
        let input = json!({ "shiftId": shift, "marks": twice });
        assert_eq!(coordinator.refused("markAttendance", input).await, ["TAKEN"]);
    }

    async fn who_may_not_see_a_shift_marks_nobody(app: App) {
        let cast = Cast::on(&app).await;
        let (shift, _) = morning(&cast, json!({})).await;
        at(&app, "13:00");
        for (who, code) in [(&cast.volunteer, "FORBIDDEN"), (&cast.viewer, "FORBIDDEN"), (&cast.observer, "FORBIDDEN"), (&cast.outsider, "NOT_FOUND")] {
            let mark = json!({ "volunteerId": cast.record, "status": "PRESENT" });
            assert_eq!(who.again().await.marks(&shift, mark).await, json!([code]));
        }
        let coordinator = cast.coordinator.again().await;
        coordinator.marks(&shift, json!({ "volunteerId": cast.record, "status": "PRESENT" })).await;
        assert_eq!(cast.observer.again().await.roll(&shift).await, [""; 0], "no names for observers");
        assert_eq!(cast.volunteer.again().await.roll(&shift).await.len(), 1, "one's own");
    }

    /// Three hundred volunteers cost as many statements as two.
    async fn statements_do_not_grow_with_the_marks(app: App) {
        let cast = Cast::on(&app).await;
        let records = enrolled(&cast, 42).await;
        let (few, many) = (measured(&cast).await, measured(&cast).await);
        at(&app, "13:00");
        let coordinator = cast.coordinator.again().await;
        let mut costs = Vec::new();
        for (shift, records) in [(&few, &records[..2]), (&many, &records[2..])] {
            let marks: Vec<_> = records.iter().map(|it| json!({ "volunteerId": it, "status": "PRESENT" })).collect();
            let input = json!({ "shiftId": shift, "marks": marks });
            let act = coordinator.does("markAttendance", input, "results { userErrors { code } } userErrors { code }");
            let (payload, cost) = counted(&app, act).await;
            assert_eq!(codes(&payload), [""; 0]);
            costs.push(cost);
        }
        assert!(costs[1] <= costs[0], "{costs:?}");
    }
}
