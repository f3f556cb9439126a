//! How exact a presence has to be: tolerances, the time of the shift, when forgotten check-outs are
//! closed, and the exceptions of a day.
//!
//! Coming and leaving themselves are tried in `check`.

use serde_json::Value;
use serde_json::json;

use super::at;
use super::chores;
use super::morning;
use super::text;
use crate::activities::enrolled;
use crate::support::app::App;
use crate::support::cast::Cast;
use crate::support::cast::Person;
use crate::support::on_both_databases;
use crate::support::statements::counted;

/// Somebody comes or leaves, as a coordinator at the place sees it.
async fn seen(cast: &Cast, app: &App, time: &str, way: &str, shift: &str, record: &str) -> Value {
    at(app, time);
    let input = json!({ "shiftId": shift, "volunteerId": record });
    cast.coordinator.again().await.passes(way, input).await
}

const EXCEPTIONS: &str = "query($id: ID!, $day: Date!, $filter: AttendanceExceptionFilter, $first: Int, $after: String) {
    node(id: $id) { ... on Organization { attendanceExceptions(day: $day, filter: $filter, first: $first, after: $after) {
    totalCount pageInfo { endCursor hasNextPage } nodes { reasons attendance { volunteer { name } } } } } } }";

/// Exceptions of the opening day as somebody sees them: name and reasons.
async fn exceptions(who: &Person, of: &str, day: &str, filter: Value) -> Vec<String> {
    let variables = json!({ "id": of, "day": day, "filter": filter, "first": 100 });
    let mut data = who.asks(EXCEPTIONS, variables).await;
    let found = data["node"]["attendanceExceptions"].take();
    let nodes = found["nodes"].as_array().expect("a list");
    assert_eq!(found["totalCount"], json!(nodes.len()));
    let mut lines: Vec<String> = nodes
        .iter()
        .map(|it| {
            let reasons = it["reasons"].as_array().expect("reasons");
            let reasons: Vec<_> = reasons.iter().map(text).collect();
            let name = text(&it["attendance"]["volunteer"]["name"]);
            format!("{name} {}", reasons.join(" "))
        })
        .collect();
    lines.sort();
    lines
}

on_both_databases! {
    /// What was clocked at the place is approved by a rule, at once, with a trace: nobody forged it.
    async fn a_presence_that_was_clocked_is_approved_by_a_rule(app: App) {
        let cast = Cast::on(&app).await;
        let rule = json!({ "organizationId": cast.organization.id, "name": "Presence", "effect": "APPROVE",
            "conditions": { "evidenceLevels": ["CHECKED_IN_AND_OUT"], "minutes": { "atMost": 240 } } });
        cast.owner.done("createApprovalRule", rule, "approvalRule { id }").await;
        let (shift, _) = morning(&cast, json!({})).await;
        at(&app, "10:00");
        let token = cast.coordinator.again().await.code(&shift).await;
        cast.volunteer.again().await.passes("checkIn", json!({ "token": token })).await;
        at(&app, "13:00");
        let token = cast.coordinator.again().await.code(&shift).await;
        let selection = "attendance { hourEntry { status minutes decisions { outcome ruleName
            facts { evidenceLevel minutes } } } }";

        let left = cast.volunteer.again().await.done("checkOut", json!({ "token": token }), selection).await;

        assert_eq!(left["attendance"]["hourEntry"], json!({ "status": "APPROVED", "minutes": 150, "decisions": [{
            "outcome": "APPROVED", "ruleName": "Presence",
            "facts": { "evidenceLevel": "CHECKED_IN_AND_OUT", "minutes": 150 } }] }));
        assert_eq!(cast.observer.again().await.reported_minutes().await, 150);
    }

    /// Ten minutes late and five minutes early are forgiven, a minute more is not; what was clocked stays.
    async fn a_little_late_or_early_is_the_time_of_the_shift(app: App) {
        let cast = Cast::on(&app).await;
        let records = enrolled(&cast, 2).await;
        let mode = json!({ "lateInToleranceMinutes": 10, "earlyOutToleranceMinutes": 5 });
        let (shift, _) = morning(&cast, mode).await;
        seen(&cast, &app, "10:10", "checkIn", &shift, &records[0]).await;
        seen(&cast, &app, "10:11", "checkIn", &shift, &records[1]).await;
        seen(&cast, &app, "12:54", "checkOut", &shift, &records[1]).await;

        let left = seen(&cast, &app, "12:55", "checkOut", &shift, &records[0]).await;

        assert_eq!((&left["status"], &left["hourEntry"]), (&json!("PRESENT"), &json!(null)), "the shift is not over");
        at(&app, "15:00");
        chores(&app).await;
        let coordinator = cast.coordinator.again().await;
        assert_eq!(coordinator.roll(&shift).await.len(), 2);
        let query = "query($id: ID!) { node(id: $id) { ... on Shift { attendances(first: 9) { nodes {
            timeBasis checkedInAt checkedOutAt hourEntry { minutes startedAt endedAt evidenceLevel } } } } } }";
        let data = coordinator.asks(query, json!({ "id": shift })).await;
        let entry = |minutes: i64, from: &str, to: &str| json!({
            "minutes": minutes, "startedAt": format!("2026-11-02T{from}:00Z"),
            "endedAt": format!("2026-11-02T{to}:00Z"), "evidenceLevel": "CHECKED_IN_AND_OUT",
        });
        assert_eq!(data["node"]["attendances"]["nodes"], json!([
            { "timeBasis": "TOLERANCE", "checkedInAt": "2026-11-02T10:10:00Z",
              "checkedOutAt": "2026-11-02T12:55:00Z", "hourEntry": entry(150, "10:00", "13:00") },
            { "timeBasis": "CLOCKED", "checkedInAt": "2026-11-02T10:11:00Z",
              "checkedOutAt": "2026-11-02T12:54:00Z", "hourEntry": entry(136, "10:11", "12:54") },
        ]));
    }

    /// A coordinator says that the time of the shift counts, also while it goes on.
    async fn the_time_of_the_shift_counts_over_what_was_clocked(app: App) {
        let cast = Cast::on(&app).await;
        let records = enrolled(&cast, 3).await;
        let (shift, _) = morning(&cast, json!({})).await;
        for record in &records {
            seen(&cast, &app, "10:40", "checkIn", &shift, record).await;
        }
        let by_shift = |record: &str| json!({ "volunteerId": record, "status": "PRESENT", "useShiftTime": true });
        let coordinator = cast.coordinator.again().await;

        let during = coordinator.marks(&shift, by_shift(&records[0])).await;

        assert_eq!((&during["status"], &during["hourEntry"]), (&json!("PRESENT"), &json!(null)));
        seen(&cast, &app, "12:00", "checkOut", &shift, &records[1]).await;
        at(&app, "15:00");
        chores(&app).await;
        let coordinator = cast.coordinator.again().await;
        let after = coordinator.marks(&shift, by_shift(&records[2])).await;
        assert_eq!(after["hourEntry"]["minutes"], json!(150), "forgotten, and settled");
        assert_eq!(after["hourEntry"]["evidenceLevel"], "CHECKED_IN", "of its times, nothing shows the end");
        assert_eq!(after["checkedInAt"], "2026-11-02T10:40:00Z", "what was clocked stays");
        let again = coordinator.marks(&shift, by_shift(&records[2])).await;
        assert_eq!(again["replayed"], json!(true));
        assert_eq!(coordinator.marks(&shift, by_shift(&records[1])).await, json!(["ATTENDANCE_RECORDED"]), "amend the entry");
        assert_eq!(coordinator.roll(&shift).await, ["V00 COMPLETED 150", "V01 COMPLETED 67", "V02 COMPLETED 150"]);
        let both = json!({ "volunteerId": records[0], "status": "PRESENT", "useShiftTime": true, "endedAt": "2026-11-02T12:00:00Z" });
        assert_eq!(coordinator.marks(&shift, both).await, json!(["CONTRADICTION"]));
        let absent = json!({ "volunteerId": records[0], "status": "DISMISSED", "reason": "x", "useShiftTime": true });
        assert_eq!(coordinator.marks(&shift, absent).await, json!(["CONTRADICTION"]));
    }

    /// Each activity says how long people may still check out: here six hours.
    async fn forgotten_check_outs_are_closed_when_the_activity_says(app: App) {
        let cast = Cast::on(&app).await;
        let (at_once, _) = morning(&cast, json!({ "closeAfterMinutes": 0 })).await;
        let (late, activity) = morning(&cast, json!({ "closeAfterMinutes": 360 })).await;
        let records = enrolled(&cast, 2).await;
        seen(&cast, &app, "10:00", "checkIn", &at_once, &records[0]).await;
        seen(&cast, &app, "10:00", "checkIn", &late, &records[1]).await;

        at(&app, "13:00");
        assert_eq!(chores(&app).await, 1);
        at(&app, "18:59");
        assert_eq!(chores(&app).await, 0);
        at(&app, "19:00");
        assert_eq!(chores(&app).await, 1);

        let coordinator = cast.coordinator.again().await;
        assert_eq!(coordinator.roll(&late).await, ["V01 NEEDS_REVIEW null"]);
        let input = json!({ "id": activity, "closeAfterMinutes": 1441, "lateInToleranceMinutes": 121, "earlyOutToleranceMinutes": -1 });
        assert_eq!(coordinator.refused("updateActivity", input).await, ["OUT_OF_RANGE"; 3]);
        let input = json!({ "id": activity, "closeAfterMinutes": 30 });
        let changed = coordinator.done("updateActivity", input, "activity { closeAfterMinutes lateInToleranceMinutes }").await;
        assert_eq!(changed["activity"], json!({ "closeAfterMinutes": 30, "lateInToleranceMinutes": 0 }));
    }

    /// Everybody of a day about whom something was not as planned, and why.
    async fn exceptions_of_a_day_say_who_needs_a_look(app: App) {
        let cast = Cast::on(&app).await;
        let records = enrolled(&cast, 6).await;
        let mode = json!({ "lateInToleranceMinutes": 10, "earlyOutToleranceMinutes": 10 });
        let (shift, activity) = morning(&cast, mode).await;
        for record in &records[..5] {
            cast.coordinator.signs_up(&shift, record).await;
        }
        let of = cast.organization.id.clone();
        // As planned; early; forgotten; late and too long; not at all; without a place.
        for record in [&records[0], &records[1], &records[2], &records[5]] {
            seen(&cast, &app, "10:10", "checkIn", &shift, record).await;
        }
        seen(&cast, &app, "10:11", "checkIn", &shift, &records[3]).await;
        seen(&cast, &app, "12:49", "checkOut", &shift, &records[1]).await;
        seen(&cast, &app, "12:50", "checkOut", &shift, &records[0]).await;
        seen(&cast, &app, "13:00", "checkOut", &shift, &records[5]).await;
        seen(&cast, &app, "14:30", "checkOut", &shift, &records[3]).await;
        at(&app, "15:00");
        chores(&app).await;
        let coordinator = cast.coordinator.again().await;
        let day = "2026-11-02";

        let found = exceptions(&coordinator, &of, day, json!(null)).await;

        let all = ["V01 EARLY", "V02 FORGOTTEN_CHECK_OUT", "V03 LATE OVER_LONG", "V04 NO_SHOW", "V05 WALK_IN"];
        assert_eq!(found, all);
        for (reason, who) in [("EARLY", 0), ("FORGOTTEN_CHECK_OUT", 1), ("LATE", 2), ("OVER_LONG", 2), ("NO_SHOW", 3), ("WALK_IN", 4)] {
            let found = exceptions(&coordinator, &of, day, json!({ "reasons": [reason] })).await;
            assert_eq!(found, [all[who]], "{reason}");
        }
        for reason in ["HOURS_REFUSED", "DELIVERED_LATE", "OUTSIDE_GEOFENCE"] {
            assert_eq!(exceptions(&coordinator, &of, day, json!({ "reasons": [reason] })).await, [""; 0]);
        }
        assert_eq!(exceptions(&coordinator, &of, day, json!({ "reasons": [] })).await, [""; 0]);
        let waiting = json!({ "status": ["NEEDS_REVIEW"], "activityId": activity });
        assert_eq!(exceptions(&coordinator, &of, day, waiting).await, [all[1]]);
        for other in ["2026-11-01", "2026-11-03"] {
            assert_eq!(exceptions(&coordinator, &of, other, json!(null)).await, [""; 0], "{other}");
        }
        // Page by page it is the same list.
        let (mut pages, mut after) = (0, json!(null));
        loop {
            let variables = json!({ "id": of, "day": day, "first": 2, "after": after });
            let page = coordinator.asks(EXCEPTIONS, variables).await["node"]["attendanceExceptions"].take();
            pages += page["nodes"].as_array().unwrap().len();
            after = page["pageInfo"]["endCursor"].clone();
            if page["pageInfo"]["hasNextPage"] == json!(false) { break }
        }
        assert_eq!(pages, 5);
        assert_eq!(exceptions(&cast.observer.again().await, &of, day, json!(null)).await, [""; 0], "no names for observers");
        assert_eq!(exceptions(&cast.volunteer.again().await, &of, day, json!(null)).await, [""; 0], "only one's own");
    }

    async fn statements_do_not_grow_with_the_exceptions(app: App) {
        let cast = Cast::on(&app).await;
        let records = enrolled(&cast, 12).await;
        let (shift, _) = morning(&cast, json!({ "attendanceMode": "MARKED" })).await;
        at(&app, "13:00");
        let coordinator = cast.coordinator.again().await;
        let marks: Vec<_> = records.iter().map(|it| json!({ "volunteerId": it, "status": "PRESENT" })).collect();
        coordinator.does("markAttendance", json!({ "shiftId": shift, "marks": marks }), "results { userErrors { code } }").await;
        let asked = |first: i32| json!({ "id": cast.organization.id, "day": "2026-11-02", "first": first });

        let (few, cost_of_few) = counted(&app, coordinator.asks(EXCEPTIONS, asked(2))).await;
        let (many, cost) = counted(&app, coordinator.asks(EXCEPTIONS, asked(12))).await;

        let length = |it: &Value| it["node"]["attendanceExceptions"]["nodes"].as_array().unwrap().len();
        assert_eq!((length(&few), length(&many)), (2, 12));
        assert_eq!(cost, cost_of_few, "more rows, more statements");
        assert!(cost <= 9, "{cost} statements");
    }
}
