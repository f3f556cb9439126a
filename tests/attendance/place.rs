//! Checking in where the place of the activity is known.
//!
//! Distances are tried beside their code.

use serde_json::Value;
use serde_json::json;
use uuid::Uuid;

use super::at;
use super::chores;
use super::morning;
use super::text;
use crate::support::app::App;
use crate::support::cast::Cast;
use crate::support::on_both_databases;

/// The square of Marrakech, with a reach of 200 metres.
fn fenced() -> Value {
    json!({ "geofence": { "latitude": "31.625826", "longitude": "-7.989161", "radiusMetres": 200 } })
}

/// A position so many millionths of a degree to the north of it: a tenth of a metre each.
fn north(micro: i32) -> Value {
    json!({ "latitude": format!("31.{}", 625_826 + micro), "longitude": "-7.989161" })
}

on_both_databases! {
    /// Whoever is elsewhere is not turned away: a coordinator looks at it. Where they were is kept nowhere.
    async fn a_check_in_from_elsewhere_waits_for_a_look(app: App) {
        let cast = Cast::on(&app).await;
        let selection = "attendance { status review withinGeofence }";
        let mut found = Vec::new();
        at(&app, "10:00");
        let (coordinator, volunteer) = (cast.coordinator.again().await, cast.volunteer.again().await);
        let cast = Cast { coordinator: coordinator.clone(), ..cast };
        for (fence, position) in [
            (fenced(), north(1_700)), (fenced(), north(1_900)), (fenced(), json!(null)),
            (json!({}), north(100_000)), (fenced(), json!({ "latitude": "999", "longitude": "0" })),
        ] {
            let (shift, _) = morning(&cast, fence).await;
            let token = coordinator.code(&shift).await;
            let input = json!({ "token": token, "position": position });
            let came = volunteer.done("checkIn", input, selection).await;
            let it = &came["attendance"];
            found.push(json!([it["status"], it["review"], it["withinGeofence"]]));
        }

        assert_eq!(found, [
            json!(["PRESENT", null, true]), json!(["NEEDS_REVIEW", "OUTSIDE_GEOFENCE", false]),
            json!(["PRESENT", null, null]), json!(["PRESENT", null, null]), json!(["PRESENT", null, null]),
        ]);
    }

    /// The presence is kept with its times, and its evidence, once somebody has looked.
    async fn what_was_clocked_elsewhere_counts_once_confirmed(app: App) {
        let cast = Cast::on(&app).await;
        let (shift, _) = morning(&cast, fenced()).await;
        at(&app, "10:00");
        let (coordinator, volunteer) = (cast.coordinator.again().await, cast.volunteer.again().await);
        let input = json!({ "token": coordinator.code(&shift).await, "position": north(9_000) });
        volunteer.passes("checkIn", input).await;
        at(&app, "13:00");
        let (coordinator, volunteer) = (cast.coordinator.again().await, volunteer.again().await);

        let left = volunteer.passes("checkOut", json!({ "token": coordinator.code(&shift).await })).await;

        assert_eq!((&left["status"], &left["review"]), (&json!("NEEDS_REVIEW"), &json!("OUTSIDE_GEOFENCE")));
        assert_eq!(volunteer.minutes().await, 0, "nothing counts yet");
        at(&app, "15:00");
        chores(&app).await;
        let coordinator = coordinator.again().await;
        let query = "query($id: ID!) { node(id: $id) { ... on Organization {
            attendanceExceptions(day: \"2026-11-02\") { nodes { reasons } } } } }";
        let data = coordinator.asks(query, json!({ "id": cast.organization.id })).await;
        assert_eq!(data["node"]["attendanceExceptions"]["nodes"], json!([{ "reasons": ["OUTSIDE_GEOFENCE", "WALK_IN"] }]));
        let confirmed = coordinator.marks(&shift, json!({ "volunteerId": cast.record, "status": "PRESENT" })).await;
        assert_eq!((&confirmed["status"], &confirmed["hourEntry"]["minutes"]), (&json!("COMPLETED"), &json!(150)));
        assert_eq!(confirmed["hourEntry"]["evidenceLevel"], "CHECKED_IN_AND_OUT");
    }

    /// A device that had no network says where it was, too.
    async fn a_device_that_was_away_says_where_it_was(app: App) {
        let cast = Cast::on(&app).await;
        let (shift, _) = morning(&cast, fenced()).await;
        at(&app, "10:00");
        let (coordinator, volunteer) = (cast.coordinator.again().await, cast.volunteer.again().await);
        let token = coordinator.code(&shift).await;
        let item = |position: Value| json!({
            "clientId": Uuid::from_u128(7).to_string(), "clientTime": "2026-11-02T10:00:00Z",
            "operation": { "checkIn": { "token": token, "position": position } },
        });
        let batch = "mutation($input: SyncHourEntriesInput!) { syncHourEntries(input: $input) {
            results { status attendance { status review withinGeofence } } } }";
        let sent = |item: Value| json!({ "input": {
            "deviceId": Uuid::from_u128(99).to_string(), "sentAt": "2026-11-02T10:00:00Z", "items": [item] } });

        let first = volunteer.asks(batch, sent(item(north(5_000)))).await;
        let again = volunteer.asks(batch, sent(item(north(0)))).await;

        let outside = json!({ "status": "NEEDS_REVIEW", "review": "OUTSIDE_GEOFENCE", "withinGeofence": false });
        assert_eq!(first["syncHourEntries"]["results"], json!([{ "status": "APPLIED", "attendance": outside }]));
        assert_eq!(again["syncHourEntries"]["results"], json!([{ "status": "REPLAYED", "attendance": outside }]));
    }

    async fn a_place_is_kept_to_the_millionth_of_a_degree_and_taken_back(app: App) {
        let cast = Cast::on(&app).await;
        let (_, activity) = morning(&cast, fenced()).await;
        let selection = "activity { geofence { latitude longitude radiusMetres } }";
        let input = json!({ "id": activity, "title": "Beach" });
        let kept = cast.coordinator.done("updateActivity", input, selection).await;
        assert_eq!(kept["activity"], fenced());

        let off = json!({ "id": activity, "geofence": { "latitude": "90.1", "longitude": "-180.1", "radiusMetres": 19 } });
        assert_eq!(cast.coordinator.refused("updateActivity", off).await, ["OUT_OF_RANGE"; 3]);
        let input = json!({ "id": activity, "geofence": null });
        let gone = cast.coordinator.done("updateActivity", input, selection).await;
        assert_eq!(gone["activity"]["geofence"], json!(null), "{}", text(&json!(activity)));
    }
}
