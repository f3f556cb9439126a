//! Timers: stopping always succeeds, one runs for each person, nothing is lost.
//!
//! Rules that need no database are tested beside their code; what makes an entry acceptable is
//! tried in `hours`.

use chrono::TimeDelta;
use entity::ids::TimerId;
use entity::timer;
use futures_util::future::join_all;
use sea_orm::EntityTrait;
use sea_orm::IntoActiveModel;
use serde_json::Value;
use serde_json::json;
use tiwizi::platform::db::violates;
use tiwizi::platform::i18n::Locale;

use crate::support::app::App;
use crate::support::cast::Cast;
use crate::support::cast::Person;
use crate::support::cast::codes;
use crate::support::on_both_databases;

const TIMER: &str =
    "timer { id status startedAt stoppedAt timeZone elapsedMinutes proposedMinutes description review \
    refusalCode discardReason version volunteer { id } project { id }
    hourEntry { id status kind minutes evidenceLevel description startedAt endedAt workedOn
        days { day minutes } } }";

fn text(value: &Value) -> String {
    value.as_str().expect("a text").to_owned()
}

impl Person {
    /// Starts their own timer and gives its id.
    async fn starts_timer(&self, project: &str) -> String {
        let input = json!({ "projectId": project, "description": "planting" });
        let made = self.done("startTimer", input, "timer { id }").await;
        text(&made["timer"]["id"])
    }

    /// Stops a timer, which must succeed, and gives the payload.
    async fn stops_timer(&self, input: Value) -> Value {
        let selection = format!("{TIMER} replayed reviewReasons {{ code message path }}");
        self.done("stopTimer", input, &selection).await
    }

    /// Their own timers in some states, newest first, and how many.
    async fn own_timers(&self, status: Option<&str>) -> (Vec<String>, i64) {
        let query = "query($status: [TimerStatus!]) { viewer { timers(status: $status) {
            nodes { id } totalCount } } }";
        let data = self.asks(query, json!({ "status": status })).await;
        let timers = &data["viewer"]["timers"];
        let nodes = timers["nodes"].as_array().unwrap();
        let ids = nodes.iter().map(|it| text(&it["id"])).collect();
        (ids, timers["totalCount"].as_i64().unwrap())
    }

    /// Their own timer that runs, with the minutes so far.
    async fn running(&self) -> Value {
        let query = "{ viewer { runningTimer { id elapsedMinutes } } }";
        self.asks(query, json!({})).await["viewer"]["runningTimer"].take()
    }

    /// The number of entries that they see.
    async fn entries(&self) -> i64 {
        let data = self.asks("{ hourEntries { totalCount } }", json!({})).await;
        data["hourEntries"]["totalCount"].as_i64().unwrap()
    }
}

on_both_databases! {
    async fn a_stopped_timer_is_a_draft_of_the_time_it_ran(app: App) {
        let cast = Cast::on(&app).await;
        let timer = cast.volunteer.starts_timer(&cast.project).await;
        app.advance(TimeDelta::minutes(10));
        assert_eq!(cast.volunteer.running().await, json!({ "id": timer, "elapsedMinutes": 10 }));
        app.advance(TimeDelta::seconds(59));

        let stopped = cast.volunteer.stops_timer(json!({})).await;

        assert_eq!(stopped["replayed"], json!(false));
        assert_eq!(stopped["reviewReasons"], json!([]));
        let (found, entry) = (&stopped["timer"], &stopped["timer"]["hourEntry"]);
        assert_eq!(found["id"], json!(timer));
        assert_eq!(found["status"], "STOPPED");
        assert_eq!(found["version"], 2);
        assert_eq!(entry["status"], "DRAFT");
        assert_eq!(entry["kind"], "INTERVAL");
        assert_eq!(entry["minutes"], 10, "whole minutes, nothing rounded up");
        assert_eq!(entry["evidenceLevel"], "SELF_DECLARED", "a phone proves no presence");
        assert_eq!(entry["description"], "planting");
        assert_eq!((&entry["startedAt"], &entry["endedAt"]), (&found["startedAt"], &found["stoppedAt"]));
        assert_eq!(cast.volunteer.running().await, Value::Null);
    }

    async fn a_phone_that_was_offline_says_when_it_started_and_stopped(app: App) {
        let cast = Cast::on(&app).await;
        let input = json!({
            "projectId": cast.project, "volunteerId": cast.record, "startedAt": "2026-11-01T21:00:00Z",
        });
        cast.volunteer.done("startTimer", input, "timer { id }").await;

        let stopped = cast.volunteer.stops_timer(json!({ "stoppedAt": "2026-11-02T01:00:00Z" })).await;

        let entry = &stopped["timer"]["hourEntry"];
        assert_eq!(entry["minutes"], 240);
        // Over midnight, as any entry: the minutes of each civil day.
        assert_eq!(entry["workedOn"], "2026-11-01");
        let days = entry["days"].as_array().unwrap();
        assert_eq!(days.len(), 2, "{days:?}");
        assert_eq!(days.iter().map(|it| it["minutes"].as_i64().unwrap()).sum::<i64>(), 240);
    }

    async fn a_start_in_the_future_is_refused_and_a_stop_there_is_now(app: App) {
        let cast = Cast::on(&app).await;
        let input = json!({ "projectId": cast.project, "startedAt": "2026-11-03T09:00:00Z" });
        assert_eq!(cast.volunteer.refused("startTimer", input).await, ["IN_FUTURE"]);
        cast.volunteer.starts_timer(&cast.project).await;
        app.advance(TimeDelta::minutes(5));

        let stopped = cast.volunteer.stops_timer(json!({ "stoppedAt": "2026-12-24T09:00:00Z" })).await;

        assert_eq!(stopped["timer"]["hourEntry"]["minutes"], 5);
    }

    async fn a_second_start_is_refused_with_the_timer_that_runs(app: App) {
        let cast = Cast::on(&app).await;
        let first = cast.volunteer.starts_timer(&cast.project).await;

        let input = json!({ "projectId": cast.project });
        let refused = cast.volunteer
            .does("startTimer", input, "timer { id } runningTimer { id } userErrors { code message }").await;

        assert_eq!(codes(&refused), ["TIMER_RUNNING"]);
        assert_eq!(refused["timer"], Value::Null);
        assert_eq!(refused["runningTimer"]["id"], json!(first));
        let message = text(&refused["userErrors"][0]["message"]);
        assert!(message.contains("2026-11-02"), "{message}");
        // Nobody else starts one for them either.
        let input = json!({ "projectId": cast.project, "volunteerId": cast.record });
        assert_eq!(cast.coordinator.refused("startTimer", input).await, ["TIMER_RUNNING"]);
        assert_eq!(cast.volunteer.own_timers(None).await, (vec![first], 1));
    }

    async fn of_many_starts_at_once_one_timer_runs(app: App) {
        let cast = Cast::on(&app).await;
        let calls = (0..8).map(|_| {
            let (who, project) = (cast.volunteer.clone(), cast.project.clone());
            let input = json!({ "projectId": project });
            tokio::spawn(async move { who.does("startTimer", input, "timer { id } userErrors { code }").await })
        });
        let mut refused = Vec::new();
        for answer in join_all(calls).await {
            refused.extend(codes(&answer.expect("no panic")));
        }
        assert_eq!(refused, ["TIMER_RUNNING"; 7]);
        assert_eq!(cast.volunteer.own_timers(Some("RUNNING")).await.1, 1);
    }

    async fn a_second_running_timer_is_refused_by_the_database_itself(app: App) {
        let cast = Cast::on(&app).await;
        cast.volunteer.starts_timer(&cast.project).await;
        let ctx = app.parts.operator(Locale::En);
        let doubled = ctx.transaction(async |tx| {
            let mut row = timer::Entity::find().one(&**tx).await?.expect("a timer");
            row.id = TimerId(ctx.new_id());
            timer::Entity::insert(row.into_active_model()).exec_without_returning(&**tx).await.map(|_| ())
        }).await;
        assert!(violates(&doubled.unwrap_err(), &["timer_running", "timer.person_id"]));
    }

    /// One person with records in two organizations: the other learns that they are busy, not where.
    async fn a_timer_elsewhere_stands_against_a_start_and_shows_nothing(app: App) {
        let cast = Cast::on(&app).await;
        let input = |at: &str| json!({ "organizationId": at, "name": "Hassan", "nationalId": "EE123456" });
        let here = cast.owner.done("createVolunteer", input(&cast.organization.id), "volunteer { id }").await;
        let there = cast.outsider.founds("assirem", "Assirem").await;
        let project = cast.outsider.opens_project(&there, "Wells").await;
        let outside = cast.outsider.again().await;
        let other = outside.done("createVolunteer", input(&there.id), "volunteer { id }").await;
        let start = json!({ "projectId": cast.project, "volunteerId": here["volunteer"]["id"] });
        cast.owner.done("startTimer", start, "timer { id }").await;

        let start = json!({ "projectId": project, "volunteerId": other["volunteer"]["id"] });
        let refused = outside
            .does("startTimer", start, "timer { id } runningTimer { id } userErrors { code message }").await;

        assert_eq!(codes(&refused), ["TIMER_RUNNING"]);
        assert_eq!(refused["runningTimer"], Value::Null);
        let message = text(&refused["userErrors"][0]["message"]);
        assert!(message.contains("elsewhere") && !message.contains("2026"), "{message}");
    }

    async fn a_repeated_start_with_the_same_key_is_the_same_timer(app: App) {
        let cast = Cast::on(&app).await;
        let input = json!({ "projectId": cast.project, "idempotencyKey": "phone-1" });
        let first = cast.volunteer.done("startTimer", input.clone(), "timer { id }").await;
        app.advance(TimeDelta::minutes(3));
        let again = cast.volunteer.done("startTimer", input.clone(), "timer { id }").await;
        assert_eq!(again, first);
        cast.volunteer.stops_timer(json!({})).await;
        // Even when it does not run any more.
        let late = cast.volunteer.done("startTimer", input, "timer { id }").await;
        assert_eq!(late, first);
        let other = json!({ "projectId": cast.project, "description": "other", "idempotencyKey": "phone-1" });
        assert_eq!(cast.volunteer.refused("startTimer", other).await, ["IDEMPOTENCY_CONFLICT"]);
    }

    async fn a_repeated_stop_is_the_same_stop(app: App) {
        let cast = Cast::on(&app).await;
        let timer = cast.volunteer.starts_timer(&cast.project).await;
        app.advance(TimeDelta::minutes(9));
        let first = cast.volunteer.stops_timer(json!({ "id": timer })).await;
        app.advance(TimeDelta::minutes(2));

        for input in [json!({ "id": timer }), json!({})] {
            let again = cast.volunteer.stops_timer(input).await;
            assert_eq!(again["replayed"], json!(true));
            assert_eq!(again["timer"], first["timer"]);
        }
        assert_eq!(cast.volunteer.entries().await, 1);
        // Two phones at once: one entry.
        cast.volunteer.starts_timer(&cast.project).await;
        app.advance(TimeDelta::minutes(2));
        let calls = (0..6).map(|_| {
            let who = cast.volunteer.clone();
            tokio::spawn(async move { who.stops_timer(json!({})).await })
        });
        let answers: Vec<Value> = join_all(calls).await.into_iter().map(|it| it.expect("no panic")).collect();
        assert_eq!(answers.iter().filter(|it| it["replayed"] == json!(false)).count(), 1);
        assert!(answers.iter().all(|it| it["timer"] == answers[0]["timer"]), "{answers:#?}");
        assert_eq!(cast.volunteer.entries().await, 2);
    }

    async fn who_never_had_a_timer_has_none_to_stop(app: App) {
        let cast = Cast::on(&app).await;
        assert_eq!(cast.volunteer.refused("stopTimer", json!({})).await, ["NO_TIMER"]);
        assert_eq!(cast.coordinator.refused("stopTimer", json!({})).await, ["NO_TIMER"]);
    }

    /// Stopping always succeeds: a timer of 340 hours cannot be stopped where a longest time
    /// refuses the stop.
    async fn a_timer_of_340_hours_stops_and_needs_review(app: App) {
        let cast = Cast::on(&app).await;
        let timer = cast.volunteer.starts_timer(&cast.project).await;
        app.advance(TimeDelta::hours(340));
        let volunteer = cast.volunteer.again().await;

        let stopped = volunteer.stops_timer(json!({})).await;

        let found = &stopped["timer"];
        assert_eq!(found["id"], json!(timer));
        assert_eq!(found["status"], "NEEDS_REVIEW");
        assert_eq!(found["review"], "OVER_LONG");
        assert_eq!(found["refusalCode"], Value::Null);
        assert_eq!(found["elapsedMinutes"], 340 * 60, "nothing is lost");
        assert_eq!(found["proposedMinutes"], 720, "what is taken without a second look");
        assert_eq!(found["hourEntry"], Value::Null);
        assert_eq!(stopped["reviewReasons"][0]["code"], "TIMER_OVER_LONG");
        assert_eq!(volunteer.entries().await, 0, "and nothing is counted");
        assert_eq!(volunteer.own_timers(Some("NEEDS_REVIEW")).await, (vec![timer], 1));
        // The next one may start.
        volunteer.starts_timer(&cast.project).await;
    }

    async fn the_organization_says_how_long_a_timer_runs_without_review(app: App) {
        let cast = Cast::on(&app).await;
        let settings = |longest: i64| json!({ "id": cast.organization.id, "timerLongestMinutes": longest });
        for wrong in [0, 1_441] {
            let refused = cast.owner.refused("updateOrganizationSettings", settings(wrong)).await;
            assert_eq!(refused, ["OUT_OF_RANGE"]);
        }
        let query = "query($slug: String!) { organization(slug: $slug) { timerLongestMinutes } }";
        let found = cast.owner.asks(query, json!({ "slug": cast.organization.slug })).await;
        assert_eq!(found["organization"]["timerLongestMinutes"], 720, "twelve hours by default");
        cast.owner.done("updateOrganizationSettings", settings(60), "organization { id }").await;

        for (minutes, status) in [(60, "STOPPED"), (61, "NEEDS_REVIEW")] {
            cast.volunteer.again().await.starts_timer(&cast.project).await;
            app.advance(TimeDelta::minutes(minutes));
            let volunteer = cast.volunteer.again().await;
            let stopped = volunteer.stops_timer(json!({})).await;
            assert_eq!(stopped["timer"]["status"], status, "{minutes}");
        }
    }

    async fn a_stop_into_a_closed_month_succeeds_and_needs_review(app: App) {
        let cast = Cast::on(&app).await;
        let input = json!({ "projectId": cast.project, "startedAt": "2026-10-31T08:00:00Z" });
        cast.volunteer.done("startTimer", input, "timer { id }").await;
        let month = json!({ "organizationId": cast.organization.id, "month": "2026-10" });
        cast.owner.done("closePeriod", month, "reportingPeriod { status }").await;

        let stopped = cast.volunteer.stops_timer(json!({ "stoppedAt": "2026-10-31T10:00:00Z" })).await;

        let found = &stopped["timer"];
        assert_eq!(found["status"], "NEEDS_REVIEW");
        assert_eq!(found["review"], "REFUSED");
        assert_eq!(found["refusalCode"], "PERIOD_CLOSED");
        assert_eq!(found["stoppedAt"], "2026-10-31T10:00:00Z");
        assert_eq!(stopped["reviewReasons"][0]["code"], "PERIOD_CLOSED");
        assert_eq!(cast.owner.entries().await, 0);
        // One gate: the same time is refused to whoever resolves it, and the timer stays.
        let input = json!({ "id": found["id"], "expectedVersion": 2 });
        assert_eq!(cast.coordinator.refused("resolveTimer", input).await, ["PERIOD_CLOSED"]);
        assert_eq!(cast.volunteer.own_timers(Some("NEEDS_REVIEW")).await.1, 1);
    }

    async fn a_stop_over_other_hours_succeeds_and_needs_review(app: App) {
        let cast = Cast::on(&app).await;
        let input = json!({
            "volunteerId": cast.record, "projectId": cast.project,
            "startedAt": "2026-11-02T07:00:00Z", "endedAt": "2026-11-02T08:00:00Z",
        });
        cast.volunteer.done("createHourEntry", input, "hourEntry { id }").await;
        let input = json!({ "projectId": cast.project, "startedAt": "2026-11-02T07:30:00Z" });
        cast.volunteer.done("startTimer", input, "timer { id }").await;

        let stopped = cast.volunteer.stops_timer(json!({})).await;

        assert_eq!(stopped["timer"]["refusalCode"], "ENTRY_OVERLAP");
        let timer = text(&stopped["timer"]["id"]);
        // What is left of it becomes the entry; the timer keeps what it measured.
        let input = json!({ "id": timer, "startedAt": "2026-11-02T08:00:00Z", "expectedVersion": 2 });
        let resolved = cast.volunteer.done("resolveTimer", input, TIMER).await;
        let found = &resolved["timer"];
        assert_eq!(found["status"], "STOPPED");
        assert_eq!(found["hourEntry"]["minutes"], 60);
        assert_eq!(found["startedAt"], "2026-11-02T07:30:00Z");
        assert_eq!(found["refusalCode"], "ENTRY_OVERLAP", "why it needed review is kept");
    }

    /// A second's work, a project that was archived meanwhile, an end before the start.
    async fn whatever_is_wrong_with_the_entry_the_stop_succeeds(app: App) {
        let cast = Cast::on(&app).await;
        cast.volunteer.starts_timer(&cast.project).await;
        let stopped = cast.volunteer.stops_timer(json!({})).await;
        assert_eq!(stopped["timer"]["refusalCode"], "NO_DURATION");
        assert_eq!(stopped["reviewReasons"][0]["path"], json!(["stoppedAt"]));

        cast.volunteer.starts_timer(&cast.project).await;
        let stopped = cast.volunteer.stops_timer(json!({ "stoppedAt": "2026-11-01T09:00:00Z" })).await;
        assert_eq!(stopped["timer"]["refusalCode"], "NO_DURATION");

        cast.volunteer.starts_timer(&cast.project).await;
        app.advance(TimeDelta::minutes(10));
        let input = json!({ "id": cast.project, "archived": true });
        cast.owner.done("updateProject", input, "project { id }").await;
        let stopped = cast.volunteer.stops_timer(json!({})).await;
        assert_eq!(stopped["timer"]["refusalCode"], "ARCHIVED");
        let input = json!({ "projectId": cast.project });
        assert_eq!(cast.volunteer.refused("startTimer", input).await, ["ARCHIVED"]);
    }

    async fn whoever_lost_the_right_to_log_stops_all_the_same(app: App) {
        let cast = Cast::on(&app).await;
        cast.volunteer.starts_timer(&cast.project).await;
        let members = "query($slug: String!) { organization(slug: $slug) { members { nodes { id user { id } } } } }";
        let data = cast.owner.asks(members, json!({ "slug": cast.organization.slug })).await;
        let nodes = data["organization"]["members"]["nodes"].as_array().unwrap();
        let own = nodes.iter().find(|it| it["user"]["id"] == json!(cast.volunteer.id)).expect("a member");
        let input = json!({ "membershipId": own["id"], "role": "VIEWER" });
        cast.owner.done("changeMembershipRole", input, "membership { id }").await;
        app.advance(TimeDelta::minutes(10));

        let stopped = cast.volunteer.stops_timer(json!({})).await;

        assert_eq!(stopped["timer"]["status"], "NEEDS_REVIEW");
        assert_eq!(stopped["timer"]["refusalCode"], "FORBIDDEN");
        let input = json!({ "id": stopped["timer"]["id"] });
        assert_eq!(cast.volunteer.refused("resolveTimer", input.clone()).await, ["FORBIDDEN"]);
        let resolved = cast.coordinator.done("resolveTimer", input, TIMER).await;
        assert_eq!(resolved["timer"]["hourEntry"]["minutes"], 10);
    }

    async fn a_review_ends_with_the_entry_that_somebody_says_it_was(app: App) {
        let cast = Cast::on(&app).await;
        let timer = cast.volunteer.starts_timer(&cast.project).await;
        let input = json!({ "id": timer, "minutes": 60 });
        assert_eq!(cast.coordinator.refused("resolveTimer", input).await, ["TIMER_STATE"], "it runs");
        app.advance(TimeDelta::hours(30));
        let (volunteer, coordinator) = (cast.volunteer.again().await, cast.coordinator.again().await);
        volunteer.stops_timer(json!({})).await;

        let stale = json!({ "id": timer, "minutes": 90, "expectedVersion": 1 });
        let refused = coordinator.does("resolveTimer", stale, "timer { version } userErrors { code }").await;
        assert_eq!(codes(&refused), ["VERSION_CONFLICT"]);
        assert_eq!(refused["timer"]["version"], 2);
        let too_long = json!({ "id": timer });
        assert_eq!(coordinator.refused("resolveTimer", too_long).await, ["ENTRY_TOO_LONG"]);
        let both = json!({ "id": timer, "minutes": 90, "stoppedAt": "2026-11-02T10:00:00Z" });
        assert_eq!(coordinator.refused("resolveTimer", both).await, ["CONTRADICTION"]);
        let input = json!({ "id": timer, "minutes": 90, "expectedVersion": 2 });
        let resolved = coordinator.done("resolveTimer", input.clone(), TIMER).await;

        let (found, entry) = (&resolved["timer"], &resolved["timer"]["hourEntry"]);
        assert_eq!((&found["status"], &found["review"]), (&json!("STOPPED"), &json!("OVER_LONG")));
        assert_eq!(found["elapsedMinutes"], 30 * 60);
        assert_eq!((&entry["kind"], &entry["minutes"]), (&json!("DURATION"), &json!(90)));
        assert_eq!(entry["workedOn"], "2026-11-02");
        assert_eq!(entry["evidenceLevel"], "COORDINATOR_ATTESTED");
        let again = json!({ "id": timer, "minutes": 90 });
        assert_eq!(coordinator.refused("resolveTimer", again).await, ["TIMER_STATE"]);
        assert_eq!(coordinator.entries().await, 1);
    }

    async fn a_timer_is_discarded_with_a_reason(app: App) {
        let cast = Cast::on(&app).await;
        let timer = cast.volunteer.starts_timer(&cast.project).await;
        let without = json!({ "id": timer, "reason": " " });
        assert_eq!(cast.volunteer.refused("discardTimer", without).await, ["REASON_REQUIRED"]);
        let input = json!({ "id": timer, "reason": "pressed by mistake", "expectedVersion": 1 });
        let done = cast.volunteer.done("discardTimer", input, TIMER).await;
        assert_eq!(done["timer"]["status"], "DISCARDED");
        assert_eq!(done["timer"]["discardReason"], "pressed by mistake");
        let again = json!({ "id": timer, "reason": "again" });
        let again = cast.volunteer.done("discardTimer", again, TIMER).await;
        assert_eq!(again["timer"], done["timer"], "a repetition changes nothing");
        let stopped = cast.volunteer.stops_timer(json!({ "id": timer })).await;
        assert_eq!(stopped["timer"], done["timer"]);

        let timer = cast.volunteer.starts_timer(&cast.project).await;
        app.advance(TimeDelta::minutes(10));
        cast.volunteer.stops_timer(json!({})).await;
        let input = json!({ "id": timer, "reason": "no" });
        assert_eq!(cast.volunteer.refused("discardTimer", input).await, ["TIMER_STATE"], "delete its draft");
    }

    async fn the_timer_stays_when_its_draft_is_deleted(app: App) {
        let cast = Cast::on(&app).await;
        let timer = cast.volunteer.starts_timer(&cast.project).await;
        app.advance(TimeDelta::minutes(10));
        let stopped = cast.volunteer.stops_timer(json!({})).await;
        let input = json!({ "id": stopped["timer"]["hourEntry"]["id"] });
        cast.volunteer.done("deleteHourEntry", input, "deletedHourEntryId").await;

        let found = cast.volunteer.asks(
            "query($id: ID!) { node(id: $id) { ... on Timer { status hourEntry { id } } } }",
            json!({ "id": timer }),
        ).await;

        assert_eq!(found["node"], json!({ "status": "STOPPED", "hourEntry": null }));
    }

    async fn a_timer_runs_on_while_the_server_does_not(app: App) {
        let cast = Cast::on(&app).await;
        let timer = cast.volunteer.starts_timer(&cast.project).await;
        // Another process on the same database, which has never heard of it.
        let other = app.beside().await;
        other.advance(TimeDelta::minutes(9));

        let volunteer = cast.volunteer.through(&other);
        assert_eq!(volunteer.running().await, json!({ "id": timer, "elapsedMinutes": 9 }));
        let stopped = volunteer.stops_timer(json!({})).await;

        assert_eq!(stopped["timer"]["hourEntry"]["minutes"], 9);
        drop(volunteer);
        other.close().await;
    }

    async fn timers_of_others_are_not_there(app: App) {
        let cast = Cast::on(&app).await;
        let timer = cast.volunteer.starts_timer(&cast.project).await;
        let found = "query($id: ID!) { node(id: $id) { id } }";
        let stop = json!({ "id": timer });
        let resolve = json!({ "id": timer, "minutes": 60 });
        let discard = json!({ "id": timer, "reason": "because" });
        for stranger in [&cast.outsider, &cast.observer] {
            let node = stranger.asks(found, json!({ "id": timer })).await;
            assert_eq!(node["node"], Value::Null);
            assert_eq!(stranger.refused("stopTimer", stop.clone()).await, ["NOT_FOUND"]);
            assert_eq!(stranger.refused("resolveTimer", resolve.clone()).await, ["NOT_FOUND"]);
            assert_eq!(stranger.refused("discardTimer", discard.clone()).await, ["NOT_FOUND"]);
        }
        // Another volunteer of the same organization sees as little.
        let record = cast.owner.enrols(&cast.organization, "Idir").await;
        let idir = Person::sign_up(&app, "idir").await;
        cast.owner.takes_in(&cast.organization, &idir, "VOLUNTEER", Some(&record)).await;
        assert_eq!(idir.refused("stopTimer", stop.clone()).await, ["NOT_FOUND"]);
        let input = json!({ "projectId": cast.project, "volunteerId": cast.record });
        assert_eq!(idir.refused("startTimer", input).await, ["NOT_FOUND"]);
        assert_eq!(idir.own_timers(None).await, (Vec::new(), 0));
        // Who reads hours sees it, and may not stop it.
        assert_eq!(cast.viewer.refused("stopTimer", stop.clone()).await, ["FORBIDDEN"]);
        let listed = "query($slug: String!) { organization(slug: $slug) {
            timers(status: [RUNNING]) { nodes { id } totalCount } } }";
        let slug = json!({ "slug": cast.organization.slug });
        let seen = cast.viewer.asks(listed, slug.clone()).await;
        assert_eq!(seen["organization"]["timers"], json!({ "nodes": [{ "id": timer }], "totalCount": 1 }));
        let seen = idir.asks(listed, slug).await;
        assert_eq!(seen["organization"]["timers"]["totalCount"], 0);
        // Their coordinator may.
        app.advance(TimeDelta::minutes(10));
        let stopped = cast.coordinator.stops_timer(stop).await;
        assert_eq!(stopped["timer"]["hourEntry"]["evidenceLevel"], "COORDINATOR_ATTESTED");
    }

    async fn devices_that_were_away_learn_of_timers(app: App) {
        let cast = Cast::on(&app).await;
        let query = "query($since: String) { syncChanges(since: $since) {
            changes { kind id node { ... on Timer { status } } } cursor } }";
        let before = cast.volunteer.asks(query, json!({})).await;
        let since = json!({ "since": before["syncChanges"]["cursor"] });
        let timer = cast.volunteer.starts_timer(&cast.project).await;

        let after = cast.volunteer.asks(query, since).await;
        let expected = json!([{ "kind": "TIMER", "id": timer, "node": { "status": "RUNNING" } }]);
        assert_eq!(after["syncChanges"]["changes"], expected);

        let since = json!({ "since": after["syncChanges"]["cursor"] });
        app.advance(TimeDelta::minutes(10));
        cast.volunteer.stops_timer(json!({})).await;
        let after = cast.volunteer.asks(query, since).await;
        let kinds: Vec<_> = after["syncChanges"]["changes"].as_array().unwrap().iter()
            .map(|it| text(&it["kind"])).collect();
        assert_eq!(kinds, ["HOUR_ENTRY", "TIMER"]);
    }
}
