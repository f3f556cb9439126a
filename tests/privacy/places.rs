//! Somebody is erased who had places, presence and a timer: whoever waited moves up, and phones that were away learn it.
//!
//! What an erasure leaves of texts is in `erasure`.

use chrono::TimeDelta;
use serde_json::Value;
use serde_json::json;
use tiwizi::platform::i18n::Locale;
use tiwizi::privacy::erase::carry_out_due;

use crate::support::app::App;
use crate::support::cast::Cast;
use crate::support::cast::Person;
use crate::support::on_both_databases;
use crate::support::socket::Heard;
use crate::support::socket::Socket;

const CHANGES: &str = "query($since: String) { syncChanges(since: $since, first: 100) { cursor hasMore changes { kind id removed
    node { ... on Shift { confirmedCount waitlistedCount } ... on Signup { place: status note } ... on Notification { told: kind }
    ... on Timer { stands: status description } ... on Attendance { reason } } } } }";

async fn learns(who: &Person, since: &Value) -> Value {
    let told = who.asks(CHANGES, json!({ "since": since })).await["syncChanges"].take();
    assert_eq!(told["hasMore"], false);
    told
}

/// What is told of a record; `None` where nothing is.
fn of<'a>(changes: &'a Value, id: &str) -> Option<&'a Value> {
    let all = changes["changes"].as_array().expect("changes");
    all.iter().find(|it| it["id"] == id)
}

async fn id(who: &Person, mutation: &str, input: Value, of: &str) -> String {
    let done = who.done(mutation, input, &format!("{of} {{ id }}")).await;
    done[of]["id"].as_str().expect("an id").to_owned()
}

/// The record is erased, as its owner asks for it and once the time to take it back is over.
async fn is_erased(app: &App, cast: &Cast, record: &str) {
    let request = id(
        &cast.owner,
        "requestErasure",
        json!({ "volunteerId": record }),
        "erasureRequest",
    )
    .await;
    let yes = json!({ "id": request, "verdict": "APPROVE" });
    cast.owner
        .done("decideErasure", yes, "erasureRequest { id }")
        .await;
    app.advance(TimeDelta::days(7));
    let operator = app.parts.operator(Locale::En);
    assert_eq!(carry_out_due(&operator).await.expect("erasures"), 1);
}

on_both_databases! {
    async fn whoever_waits_gets_the_place_of_somebody_who_is_erased(app: App) {
        let cast = Cast::on(&app).await;
        let other = Person::sign_up(&app, "other").await;
        let record = cast.owner.enrols(&cast.organization, "Other").await;
        cast.owner.takes_in(&cast.organization, &other, "VOLUNTEER", Some(&record)).await;
        let activity = cast.coordinator.plans(&cast.project, "Beach").await;
        let shift = cast.coordinator.opens(&activity, "2026-11-20", Some(1)).await;
        let input = json!({ "shiftId": shift, "volunteerId": cast.record, "note": "Late" });
        let erased = id(&cast.volunteer, "signUpForShift", input, "signup").await;
        let (waiting, ..) = other.signs_up(&shift, &record).await;
        let (away, seen) = (learns(&cast.coordinator, &Value::Null).await, learns(&other, &Value::Null).await);
        assert_eq!(of(&away, &shift).expect("the shift")["node"], json!({ "confirmedCount": 1, "waitlistedCount": 1 }));

        is_erased(&app, &cast, &cast.record).await;

        let (coordinator, other) = (cast.coordinator.again().await, other.again().await);
        let missed = learns(&coordinator, &away["cursor"]).await;
        assert_eq!(of(&missed, &shift).expect("the shift")["node"], json!({ "confirmedCount": 1, "waitlistedCount": 0 }));
        assert_eq!(of(&missed, &erased).expect("the place")["node"], json!({ "place": "CANCELLED", "note": null }));
        assert_eq!(of(&missed, &waiting).expect("who waited")["node"]["place"], "CONFIRMED");
        let theirs = learns(&other, &seen["cursor"]).await;
        assert_eq!(of(&theirs, &waiting).expect("their place")["node"]["place"], "CONFIRMED");
        assert!(theirs["changes"].as_array().expect("changes").iter().any(|it| it["node"]["told"] == "SIGNUP_PROMOTED"), "{theirs:#}");
        assert!(of(&theirs, &erased).is_none());
    }

    async fn phones_that_were_away_lose_the_words_about_somebody_who_is_erased(app: App) {
        let cast = Cast::on(&app).await;
        let activity = cast.coordinator.plans(&cast.project, "Beach").await;
        let begun = cast.coordinator.opens_at(&activity, ("2026-11-02T08:00:00Z", "2026-11-02T12:00:00Z"), None).await;
        let marks = json!({ "shiftId": begun, "marks": [{ "volunteerId": cast.record, "status": "PRESENT", "reason": "Seen" }] });
        let marked = cast.coordinator.done("markAttendance", marks, "results { attendance { id } }").await;
        let attendance = marked["results"][0]["attendance"]["id"].as_str().expect("an id").to_owned();
        let input = json!({ "projectId": cast.project, "description": "Nets" });
        let over = id(&cast.volunteer, "startTimer", input.clone(), "timer").await;
        app.advance(TimeDelta::minutes(10));
        cast.volunteer.done("stopTimer", json!({ "id": over }), "timer { id }").await;
        let running = id(&cast.volunteer, "startTimer", input, "timer").await;
        let away = learns(&cast.coordinator, &Value::Null).await;

        is_erased(&app, &cast, &cast.record).await;

        let missed = learns(&cast.coordinator.again().await, &away["cursor"]).await;
        assert_eq!(of(&missed, &attendance).expect("presence")["node"], json!({ "reason": null }));
        assert_eq!(of(&missed, &over).expect("what is over")["node"], json!({ "stands": "STOPPED", "description": null }));
        assert_eq!(of(&missed, &running).expect("what ran")["node"], json!({ "stands": "DISCARDED", "description": null }));
    }

    async fn the_trail_says_which_membership_and_places_end(app: App) {
        let cast = Cast::on(&app).await;
        let query = "{ viewer { memberships { id role organization { id } } } }";
        let there = cast.outsider.asks(query, json!({})).await["viewer"]["memberships"][0]["organization"]["id"].take();
        let there = crate::support::cast::Organization { id: there.as_str().expect("an id").to_owned(), ..cast.organization.clone() };
        cast.outsider.takes_in(&there, &cast.volunteer, "VIEWER", None).await;
        let activity = cast.coordinator.plans(&cast.project, "Beach").await;
        let shift = cast.coordinator.opens(&activity, "2026-11-20", Some(1)).await;
        cast.coordinator.signs_up(&shift, &cast.record).await;

        is_erased(&app, &cast, &cast.record).await;

        let query = "query($organization: ID!) { auditEvents(filter: { organizationId: $organization, actions: [\"membership.remove\", \"signup.cancel\"] }) { nodes { action } } }";
        let trail = cast.owner.again().await.asks(query, json!({ "organization": cast.organization.id })).await;
        let mut trail: Vec<&Value> = trail["auditEvents"]["nodes"].as_array().expect("lines").iter().map(|it| &it["action"]).collect();
        trail.sort_by_key(|it| it.to_string());
        assert_eq!(trail, ["membership.remove", "signup.cancel"]);
        let members = cast.volunteer.again().await.asks("{ viewer { memberships { role } } }", json!({})).await;
        assert_eq!(members["viewer"]["memberships"], json!([{ "role": "VIEWER" }]));
    }

    async fn whoever_stays_loses_what_they_were_told_of_their_places(app: App) {
        let cast = Cast::on(&app).await;
        let other = Person::sign_up(&app, "other").await;
        let record = cast.owner.enrols(&cast.organization, "Other").await;
        cast.owner.takes_in(&cast.organization, &other, "COORDINATOR", Some(&record)).await;
        let activity = cast.coordinator.plans(&cast.project, "Beach").await;
        let shift = cast.coordinator.opens(&activity, "2026-11-20", Some(1)).await;
        cast.coordinator.signs_up(&shift, &record).await;
        let away = learns(&other, &Value::Null).await;
        let told = away["changes"].as_array().expect("changes").iter().find(|it| it["node"]["told"] == "SIGNED_UP");
        let told = told.expect("a notification")["id"].as_str().expect("an id").to_owned();

        is_erased(&app, &cast, &record).await;

        let other = other.again().await;
        let missed = learns(&other, &away["cursor"]).await;
        assert_eq!(of(&missed, &told).expect("the notification")["removed"], true, "{missed:#}");
        let members = other.asks("{ viewer { memberships { role } } }", json!({})).await;
        assert_eq!(members["viewer"]["memberships"], json!([{ "role": "COORDINATOR" }]));
    }

    /// Long before anything would be looked at by itself.
    async fn what_is_open_ends_with_the_account(app: App) {
        let app = app.beside_with(|config| config.live.heartbeat_seconds = 600).await;
        let cast = Cast::on(&app).await;
        let input = json!({ "name": "A program", "scopes": ["HOURS_READ"] });
        let made = cast.volunteer.done("createApiToken", input, "token apiToken { id }").await;
        let request = id(&cast.owner, "requestErasure", json!({ "volunteerId": cast.record }), "erasureRequest").await;
        let yes = json!({ "id": request, "verdict": "APPROVE" });
        cast.owner.done("decideErasure", yes, "erasureRequest { id }").await;
        app.advance(TimeDelta::days(7));
        let mut program = Socket::speaking(&app).await;
        program.begin(made["token"].as_str().expect("a token")).await;
        assert_eq!(program.hear().await, Heard::Said(json!({ "type": "connection_ack" })));
        let mut phone = Socket::of(&app, &cast.volunteer.again().await).await;

        let operator = app.parts.operator(Locale::En);
        assert_eq!(carry_out_due(&operator).await.expect("erasures"), 1);

        assert_eq!(program.hear().await, Heard::Closed(4403));
        assert_eq!(phone.hear().await, Heard::Closed(4403));
        let query = "{ auditEvents(filter: { actions: [\"api_token.revoke\"] }) { nodes { subjectId } } }";
        let trail = cast.admin.again().await.asks(query, json!({})).await;
        assert_eq!(trail["auditEvents"]["nodes"].as_array().expect("lines").len(), 1);
        app.close().await;
    }
}
