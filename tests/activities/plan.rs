//! Planning: who may, within which bounds, in which zone, and who sees it.
//!
//! Places are tried in `seats`, series in `series`.

use serde_json::Value;
use serde_json::json;

use super::SHIFT;
use super::text;
use crate::support::app::App;
use crate::support::cast::Cast;
use crate::support::cast::Person;
use crate::support::on_both_databases;

const ACTIVITY: &str = "activity { id version title status autoClose autoCloseMinutes attendanceMode \
    checkInBeforeMinutes checkInAfterMinutes territory { code } timeZone cancelReason }";

/// Path and code of each refusal.
async fn refusals(who: &Person, mutation: &str, input: Value) -> Vec<String> {
    let payload = who
        .does(mutation, input, "userErrors { code path message }")
        .await;
    let errors = payload["userErrors"].as_array().unwrap();
    let path = |it: &Value| {
        let path: Vec<_> = it["path"].as_array().unwrap().iter().map(text).collect();
        path.join(".")
    };
    errors
        .iter()
        .map(|it| format!("{} {}", path(it), text(&it["code"])))
        .collect()
}

on_both_databases! {
    async fn an_activity_takes_what_its_project_says(app: App) {
        let cast = Cast::on(&app).await;
        let input = json!({ "projectId": cast.project, "title": "  Beach ", "idempotencyKey": "a" });
        let made = cast.coordinator.done("createActivity", input.clone(), ACTIVITY).await["activity"].take();

        assert_eq!(made["title"], "Beach");
        assert_eq!(made["status"], "PLANNED");
        assert_eq!(made["autoClose"], "CREDIT_SHIFT_END");
        assert_eq!(made["attendanceMode"], "CHECK_IN_AND_OUT");
        assert_eq!((&made["checkInBeforeMinutes"], &made["checkInAfterMinutes"]), (&json!(30), &json!(60)));
        assert_eq!(made["territory"]["code"], json!(cast.organization.territory), "the project's");
        let again = cast.coordinator.done("createActivity", input, ACTIVITY).await["activity"].take();
        assert_eq!(again["id"], made["id"], "the same key has one effect");
        let other = json!({ "projectId": cast.project, "title": "Other", "idempotencyKey": "a" });
        assert_eq!(cast.coordinator.refused("createActivity", other).await, ["IDEMPOTENCY_CONFLICT"]);
    }

    async fn a_change_needs_the_version_seen_and_sensible_values(app: App) {
        let cast = Cast::on(&app).await;
        let activity = cast.coordinator.plans(&cast.project, "Beach").await;
        let change = async |with: Value| {
            let mut input = json!({ "id": activity });
            input.as_object_mut().unwrap().extend(with.as_object().unwrap().clone());
            refusals(&cast.coordinator, "updateActivity", input).await
        };

        assert_eq!(change(json!({ "autoClose": "CREDIT_MINUTES", "autoCloseMinutes": 90, "expectedVersion": 1 })).await, [""; 0]);
        assert_eq!(change(json!({ "title": "x", "expectedVersion": 1 })).await, ["expectedVersion VERSION_CONFLICT"]);
        assert_eq!(change(json!({ "autoClose": "CREDIT_MINUTES" })).await, ["autoCloseMinutes REQUIRED"]);
        assert_eq!(change(json!({ "autoClose": "NO_CREDIT", "autoCloseMinutes": 5 })).await, ["autoCloseMinutes CONTRADICTION"]);
        assert_eq!(
            change(json!({ "title": " ", "timeZone": "Mars/Olympus", "checkInBeforeMinutes": 1441, "territoryCode": "99" })).await,
            ["title REQUIRED", "timeZone UNKNOWN_TIME_ZONE", "checkInBeforeMinutes OUT_OF_RANGE", "territoryCode UNKNOWN_TERRITORY"]
        );
        let query = "query($id: ID!) { activity(id: $id) { title version autoCloseMinutes } }";
        let now = cast.volunteer.asks(query, json!({ "id": activity })).await["activity"].take();
        assert_eq!(now, json!({ "title": "Beach", "version": 2, "autoCloseMinutes": 90 }));
    }

    async fn only_coordinators_plan(app: App) {
        let cast = Cast::on(&app).await;
        let activity = cast.coordinator.plans(&cast.project, "Beach").await;
        let shift = json!({ "activityId": activity, "startsAt": "2026-11-28T09:00:00Z", "endsAt": "2026-11-28T12:00:00Z" });
        let new = json!({ "projectId": cast.project, "title": "x" });

        for (who, code) in [(&cast.volunteer, "FORBIDDEN"), (&cast.viewer, "FORBIDDEN"), (&cast.observer, "FORBIDDEN"), (&cast.outsider, "NOT_FOUND")] {
            assert_eq!(who.refused("createActivity", new.clone()).await, [code]);
            assert_eq!(who.refused("updateActivity", json!({ "id": activity, "title": "y" })).await, [code]);
            assert_eq!(who.refused("cancelActivity", json!({ "id": activity, "reason": "y" })).await, [code]);
            assert_eq!(who.refused("createShift", shift.clone()).await, [code]);
        }
        for who in [&cast.owner, &cast.coordinator] {
            assert_eq!(who.refused("createShift", shift.clone()).await, [""; 0]);
        }
    }

    /// The zone of the site, never that of whoever plans.
    async fn a_shift_keeps_the_zone_of_its_place(app: App) {
        let cast = Cast::on(&app).await;
        let zone = async |activity: &str| {
            let input = json!({ "activityId": activity, "startsAt": "2026-11-28T09:00:59Z", "endsAt": "2026-11-28T12:00:00Z" });
            let made = cast.coordinator.done("createShift", input, "shift { timeZone startsAt startsAtLocal workMinutes }").await;
            made["shift"].clone()
        };
        let activity = cast.coordinator.plans(&cast.project, "Beach").await;
        let project = async |zone: &str| {
            let input = json!({ "id": cast.project, "timeZone": zone });
            cast.owner.done("updateProject", input, "project { id }").await;
        };

        let first = zone(&activity).await;
        assert_eq!(first["timeZone"], "Africa/Casablanca", "the organization's");
        assert_eq!(first["startsAt"], "2026-11-28T09:00:00Z", "whole minutes");
        assert_eq!(first["workMinutes"], json!(180));
        project("Atlantic/Canary").await;
        assert_eq!(zone(&activity).await["timeZone"], "Atlantic/Canary", "the project's");
        let input = json!({ "id": activity, "timeZone": "europe/paris" });
        cast.coordinator.done("updateActivity", input, "activity { id }").await;
        let last = zone(&activity).await;
        assert_eq!((&last["timeZone"], &last["startsAtLocal"]), (&json!("Europe/Paris"), &json!("2026-11-28T10:00:00")));
    }

    async fn shifts_that_cannot_be_are_refused(app: App) {
        let cast = Cast::on(&app).await;
        let activity = cast.coordinator.plans(&cast.project, "Beach").await;
        let open = async |with: Value| {
            let mut input = json!({ "activityId": activity, "startsAt": "2026-11-28T09:00:00Z", "endsAt": "2026-11-28T12:00:00Z" });
            input.as_object_mut().unwrap().extend(with.as_object().unwrap().clone());
            refusals(&cast.coordinator, "createShift", input).await
        };

        assert_eq!(open(json!({ "endsAt": "2026-11-28T09:00:00Z" })).await, ["endsAt OUT_OF_RANGE"]);
        assert_eq!(open(json!({ "endsAt": "2026-11-29T09:01:00Z" })).await, ["endsAt OUT_OF_RANGE"]);
        assert_eq!(open(json!({ "breakMinutes": 180 })).await, ["breakMinutes OUT_OF_RANGE"]);
        assert_eq!(open(json!({ "breakMinutes": -1, "capacity": 0 })).await, ["breakMinutes OUT_OF_RANGE", "capacity OUT_OF_RANGE"]);
        assert_eq!(open(json!({ "startsAt": "2027-01-01T09:00:00Z", "endsAt": "2027-01-01T10:00:00Z" })).await, ["startsAt OUTSIDE_PROJECT"]);
        cast.owner.done("updateProject", json!({ "id": cast.project, "archived": true }), "project { id }").await;
        assert_eq!(open(json!({})).await, ["activityId ARCHIVED"]);
        let new = json!({ "projectId": cast.project, "title": "x" });
        assert_eq!(cast.coordinator.refused("createActivity", new).await, ["ARCHIVED"]);
    }

    async fn lists_hold_what_the_caller_may_see(app: App) {
        let cast = Cast::on(&app).await;
        let beach = cast.coordinator.plans(&cast.project, "Beach").await;
        let other = cast.coordinator.plans(&cast.project, "Reading").await;
        let full = cast.coordinator.opens(&beach, "2026-11-28", Some(1)).await;
        let open = cast.coordinator.opens(&beach, "2026-11-21", None).await;
        cast.volunteer.signs_up(&full, &cast.record).await;
        let activities = async |who: &Person, filter: Value| {
            let query = "query($filter: ActivityFilter) { activities(filter: $filter) { nodes { id } totalCount } }";
            let found = who.asks(query, json!({ "filter": filter })).await["activities"].take();
            let ids: Vec<_> = found["nodes"].as_array().unwrap().iter().map(|it| text(&it["id"])).collect();
            assert_eq!(found["totalCount"], json!(ids.len()));
            ids
        };
        let shifts = async |who: &Person, filter: Value| {
            let query = "query($filter: ShiftFilter) { shifts(filter: $filter) { nodes { id } totalCount } }";
            let found = who.asks(query, json!({ "filter": filter })).await["shifts"].take();
            let ids: Vec<_> = found["nodes"].as_array().unwrap().iter().map(|it| text(&it["id"])).collect();
            assert_eq!(found["totalCount"], json!(ids.len()));
            ids
        };

        assert_eq!(activities(&cast.volunteer, json!({})).await, [other.clone(), beach.clone()]);
        assert_eq!(activities(&cast.observer, json!({})).await.len(), 2);
        assert_eq!(activities(&cast.outsider, json!({})).await, [""; 0]);
        assert_eq!(activities(&cast.viewer, json!({ "from": "2026-11-28T11:00:00Z", "to": "2026-11-30T00:00:00Z" })).await, [beach.as_str()]);
        assert_eq!(activities(&cast.viewer, json!({ "from": "2026-11-28T12:00:00Z" })).await, [""; 0]);
        assert_eq!(activities(&cast.viewer, json!({ "status": "CANCELLED" })).await, [""; 0]);
        assert_eq!(activities(&cast.viewer, json!({ "projectId": cast.project, "organizationId": cast.organization.id })).await.len(), 2);

        assert_eq!(shifts(&cast.volunteer, json!({})).await, [open.clone(), full.clone()], "earliest first");
        assert_eq!(shifts(&cast.observer, json!({})).await.len(), 2);
        assert_eq!(shifts(&cast.outsider, json!({})).await, [""; 0]);
        assert_eq!(shifts(&cast.volunteer, json!({ "mine": true })).await, [full.as_str()]);
        assert_eq!(shifts(&cast.coordinator, json!({ "mine": true })).await, [""; 0]);
        assert_eq!(shifts(&cast.volunteer, json!({ "hasPlaces": true })).await, [open.as_str()]);
        assert_eq!(shifts(&cast.volunteer, json!({ "hasPlaces": false, "activityId": beach })).await, [full.as_str()]);
        assert_eq!(shifts(&cast.volunteer, json!({ "to": "2026-11-22T00:00:00Z", "projectId": cast.project })).await, [open]);
        assert_eq!(shifts(&cast.volunteer, json!({ "activityId": other, "organizationId": cast.organization.id })).await, [""; 0]);
        // Counts are for everybody who sees the shift, names are not.
        let seen = cast.observer.sees(&full).await;
        assert_eq!((&seen["confirmedCount"], &seen["remaining"]), (&json!(1), &json!(0)));
        assert_eq!((&seen["signups"]["nodes"], &seen["mySignup"]), (&json!([]), &Value::Null));
        assert_eq!(cast.viewer.sees(&full).await["signups"]["totalCount"], json!(1));
    }

    async fn a_page_of_shifts_costs_the_same_for_any_number(app: App) {
        let cast = Cast::on(&app).await;
        let activity = cast.coordinator.plans(&cast.project, "Beach").await;
        for day in 3..23 {
            let shift = cast.coordinator.opens(&activity, &format!("2026-11-{day:02}"), Some(1)).await;
            cast.volunteer.signs_up(&shift, &cast.record).await;
        }
        let query = "query($first: Int!) { shifts(first: $first) { nodes { id remaining \
            activity { title project { title } } mySignup { status position volunteer { name } } } } }";
        let mut costs = Vec::new();

        for first in [2, 20] {
            let asked = cast.volunteer.asks(query, json!({ "first": first }));
            let (data, cost) = crate::support::statements::counted(&app, asked).await;
            assert_eq!(data["shifts"]["nodes"].as_array().unwrap().len(), first);
            costs.push(cost);
        }

        assert_eq!(costs[0], costs[1], "more rows, more statements");
    }

    async fn a_shift_page_goes_on_where_it_ended(app: App) {
        let cast = Cast::on(&app).await;
        let activity = cast.coordinator.plans(&cast.project, "Beach").await;
        for day in 3..8 {
            cast.coordinator.opens(&activity, &format!("2026-11-{day:02}"), None).await;
        }
        let query = "query($after: String) { shifts(first: 2, after: $after) { nodes { startsAt } pageInfo { endCursor hasNextPage } } }";
        let (mut after, mut days) = (Value::Null, Vec::new());
        loop {
            let page = cast.volunteer.asks(query, json!({ "after": after })).await["shifts"].take();
            days.extend(page["nodes"].as_array().unwrap().iter().map(|it| text(&it["startsAt"])[8..10].to_owned()));
            after = page["pageInfo"]["endCursor"].clone();
            if page["pageInfo"]["hasNextPage"] == json!(false) {
                break;
            }
        }

        assert_eq!(days, ["03", "04", "05", "06", "07"]);
    }

    async fn a_shift_of_a_cancelled_activity_cannot_be_opened(app: App) {
        let cast = Cast::on(&app).await;
        let activity = cast.coordinator.plans(&cast.project, "Beach").await;
        let cancel = json!({ "id": activity, "reason": "Storm", "expectedVersion": 1 });
        let done = cast.coordinator.done("cancelActivity", cancel.clone(), ACTIVITY).await;
        assert_eq!((&done["activity"]["status"], &done["activity"]["cancelReason"]), (&json!("CANCELLED"), &json!("Storm")));

        let shift = json!({ "activityId": activity, "startsAt": "2026-11-28T09:00:00Z", "endsAt": "2026-11-28T12:00:00Z" });
        assert_eq!(cast.coordinator.refused("createShift", shift).await, ["CANCELLED"]);
        let change = json!({ "id": activity, "title": "Again" });
        assert_eq!(cast.coordinator.refused("updateActivity", change).await, ["CANCELLED"]);
        let again = json!({ "id": activity, "reason": "Storm" });
        assert_eq!(cast.coordinator.refused("cancelActivity", again).await, ["CANCELLED"]);
        assert_eq!(cast.coordinator.refused("cancelActivity", cancel).await, ["VERSION_CONFLICT"]);
    }

    async fn a_shift_changes_only_from_the_version_seen(app: App) {
        let cast = Cast::on(&app).await;
        let activity = cast.coordinator.plans(&cast.project, "Beach").await;
        let shift = cast.coordinator.opens(&activity, "2026-11-28", Some(3)).await;
        let change = json!({ "id": shift, "capacity": null, "breakMinutes": 15, "expectedVersion": 1 });
        let done = cast.coordinator.done("updateShift", change.clone(), SHIFT).await;
        assert_eq!((&done["shift"]["capacity"], &done["shift"]["remaining"]), (&Value::Null, &Value::Null));

        let stale = cast.coordinator.does("updateShift", change, &format!("{SHIFT} userErrors {{ code }}")).await;
        assert_eq!(stale["userErrors"][0]["code"], "VERSION_CONFLICT");
        assert_eq!(stale["shift"]["version"], json!(2), "as it is now");
    }
}
