//! Series: a rule becomes shifts in local wall time, all of them or none.
//!
//! Rules of recurrence themselves are tested beside their code.

use serde_json::Value;
use serde_json::json;

use super::text;
use crate::support::app::App;
use crate::support::cast::Cast;
use crate::support::on_both_databases;

const SERIES: &str = "seriesId shifts { id startsAt startsAtLocal endsAt timeZone capacity breakMinutes } \
    skipped repeated";

fn series(activity: &str, rule: &str, first: (&str, &str)) -> Value {
    json!({
        "activityId": activity, "rule": rule, "startsAt": first.0, "endsAt": first.1,
        "capacity": 8, "breakMinutes": 30,
    })
}

on_both_databases! {
    /// Recurrence is expanded in local wall time: recurring shifts drift by an hour elsewhere.
    async fn a_weekly_shift_keeps_its_hour_through_ramadan(app: App) {
        let cast = Cast::on(&app).await;
        let activity = cast.coordinator.plans(&cast.project, "Breakfasts").await;
        let input = series(&activity, "FREQ=WEEKLY;COUNT=8", ("2026-02-05T08:00:00Z", "2026-02-05T11:00:00Z"));

        let made = cast.coordinator.done("createShiftSeries", input, SERIES).await;

        let shifts = made["shifts"].as_array().unwrap();
        let hours: Vec<_> = shifts.iter().map(|it| text(&it["startsAt"])[11..13].to_owned()).collect();
        assert_eq!(hours, ["08", "08", "09", "09", "09", "09", "09", "08"], "UTC moves");
        assert!(shifts.iter().all(|it| text(&it["startsAtLocal"]).ends_with("T09:00:00")), "the wall does not");
        assert!(shifts.iter().all(|it| it["capacity"] == json!(8) && it["breakMinutes"] == json!(30)));
        let query = "query($id: ID!) { shifts(filter: {seriesId: $id}) { totalCount } }";
        let listed = cast.volunteer.asks(query, json!({ "id": made["seriesId"] })).await;
        assert_eq!(listed["shifts"]["totalCount"], json!(8));
    }

    /// What the clock change does to a shift is stated, never hidden.
    async fn what_clocks_skip_or_repeat_is_said(app: App) {
        let cast = Cast::on(&app).await;
        let activity = cast.coordinator.plans(&cast.project, "Night rounds").await;
        let gap = series(&activity, "FREQ=DAILY;COUNT=3", ("2026-03-21T02:30:00Z", "2026-03-21T04:30:00Z"));
        let made = cast.coordinator.done("createShiftSeries", gap, SERIES).await;
        assert_eq!(made["skipped"], json!(["2026-03-22T02:30:00"]));
        assert_eq!(made["shifts"].as_array().unwrap().len(), 3, "not counted");

        let mut fold = series(&activity, "FREQ=DAILY;COUNT=2", ("2026-09-19T00:30:00Z", "2026-09-19T02:30:00Z"));
        fold["idempotencyKey"] = json!("fold");
        let made = cast.coordinator.done("createShiftSeries", fold.clone(), SERIES).await;
        assert_eq!(made["repeated"], json!(["2026-09-20T01:30:00"]));
        assert_eq!(made["shifts"][1]["startsAt"], "2026-09-20T00:30:00Z", "the first of the two");
        let again = cast.coordinator.done("createShiftSeries", fold, SERIES).await;
        assert_eq!(again, made, "the same key has one effect and one answer");
    }

    async fn a_series_is_bounded_and_all_or_nothing(app: App) {
        let cast = Cast::on(&app).await;
        let activity = cast.coordinator.plans(&cast.project, "Beach").await;
        let first = ("2026-11-28T09:00:00Z", "2026-11-28T12:00:00Z");
        let refused = async |rule: &str| cast.coordinator.refused("createShiftSeries", series(&activity, rule, first)).await;

        assert_eq!(refused("FREQ=DAILY").await, ["SERIES_TOO_LONG"]);
        assert_eq!(refused("FREQ=DAILY;COUNT=367").await, ["SERIES_TOO_LONG"]);
        assert_eq!(refused("every day").await, ["RULE_UNREADABLE"]);
        assert_eq!(refused("FREQ=SECONDLY;COUNT=3").await, ["RULE_UNREADABLE"]);
        assert_eq!(refused("FREQ=WEEKLY;BYDAY=SU;COUNT=3").await, ["FIRST_OUTSIDE_RULE"]);
        // The project ends with the year: the fifth week lies beyond, so none is opened.
        assert_eq!(refused("FREQ=WEEKLY;COUNT=6").await, ["OUTSIDE_PROJECT"]);
        let query = "{ shifts { totalCount } }";
        assert_eq!(cast.owner.asks(query, json!({})).await["shifts"]["totalCount"], json!(0));
        let refused = cast.volunteer.refused("createShiftSeries", series(&activity, "FREQ=DAILY;COUNT=2", first)).await;
        assert_eq!(refused, ["FORBIDDEN"]);
        let most = json!({
            "activityId": activity, "rule": "FREQ=DAILY;UNTIL=20261231",
            "startsAt": "2026-01-01T09:00:00Z", "endsAt": "2026-01-01T10:00:00Z",
        });
        let year = cast.coordinator.done("createShiftSeries", most, "shifts { id }").await;
        assert_eq!(year["shifts"].as_array().unwrap().len(), 365);
    }
}
