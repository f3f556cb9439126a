//! What people agreed to, what they took back, and what that opens and closes.
//!
//! What becomes of certificates otherwise is tried in `certificates`.

use chrono::TimeDelta;
use futures_util::future::join_all;
use serde_json::Value;
use serde_json::json;

use crate::certificates::approved;
use crate::certificates::issued;
use crate::certificates::told;
use crate::privacy::access::asked;
use crate::privacy::access::section;
use crate::support::app::App;
use crate::support::cast::Cast;
use crate::support::cast::MARK;
use crate::support::cast::Person;
use crate::support::on_both_databases;

const HISTORY: &str = "query($id: ID!) { volunteer(id: $id) { consents {
    purpose decision textVersion language means documentSha256 isOwnRecord decidedAt } } }";

fn word(cast: &Cast, purpose: &str, decision: &str) -> Value {
    json!({
        "volunteerId": cast.record, "purpose": purpose, "decision": decision,
        "textVersion": "2026-09", "language": "ar", "means": "PAPER",
    })
}

async fn says(who: &Person, input: Value) -> Value {
    let mut done = who
        .done("recordConsent", input, "consent { purpose decision }")
        .await;
    done["consent"].take()
}

async fn history(who: &Person, cast: &Cast) -> Value {
    let mut data = who.asks(HISTORY, json!({ "id": cast.record })).await;
    data["volunteer"]["consents"].take()
}

/// Says something until the day is full.
async fn fill(who: &Person, input: &Value) {
    let mut refused = Vec::new();
    let mut said = 0;
    while refused.is_empty() {
        refused = who.refused("recordConsent", input.clone()).await;
        said += 1;
        assert!(said <= 51, "there is no end of it");
    }
    assert_eq!(refused, ["TOO_MANY_CONSENTS"]);
}

on_both_databases! {
    /// Nothing of it ever goes, so it comes in bounds: of a day, and of a list.
    async fn so_many_words_are_written_down_in_a_day_and_the_last_ones_shown(app: App) {
        let cast = Cast::on(&app).await;
        let given = word(&cast, "PHOTOGRAPHS", "GIVEN");
        let mut coordinator = cast.coordinator.again().await;
        for _ in 0..2 {
            fill(&coordinator, &given).await;
            app.advance(TimeDelta::days(1));
            coordinator = coordinator.again().await;
        }
        says(&coordinator, given).await;

        let words = history(&coordinator, &cast).await;

        assert_eq!(words.as_array().expect("a list").len(), 100);
    }

    /// Also of words that come at once.
    async fn no_more_words_are_written_down_at_once(app: App) {
        let cast = Cast::on(&app).await;
        let mut given = word(&cast, "PHOTOGRAPHS", "GIVEN");
        given.as_object_mut().expect("fields").remove("volunteerId");

        let said = join_all((0..60).map(|_| cast.volunteer.refused("recordConsent", given.clone()))).await;

        let (written, refused): (Vec<_>, Vec<_>) = said.into_iter().partition(Vec::is_empty);
        assert_eq!(written.len(), 50, "{refused:?}");
        assert!(refused.iter().all(|it| *it == ["TOO_MANY_CONSENTS"]), "{refused:?}");
    }

    /// Whatever others had written down. It is no way around the bound: what is not in force is not taken back.
    async fn consent_in_force_is_withdrawn_on_a_full_day(app: App) {
        let cast = Cast::on(&app).await;
        let withdrawn = word(&cast, "PHOTOGRAPHS", "WITHDRAWN");
        fill(&cast.coordinator, &word(&cast, "PHOTOGRAPHS", "GIVEN")).await;
        app.advance(TimeDelta::minutes(1));
        let volunteer = &cast.volunteer;
        let mut before = withdrawn.clone();
        before["decidedAt"] = json!("2020-01-01T00:00:00Z");
        let other = word(&cast, "CERTIFICATE_NAME", "WITHDRAWN");
        for refused in [&before, &other] {
            assert_eq!(volunteer.refused("recordConsent", refused.clone()).await, ["TOO_MANY_CONSENTS"]);
        }

        says(volunteer, withdrawn.clone()).await;

        assert_eq!(history(volunteer, &cast).await[0]["decision"], "WITHDRAWN");
        assert_eq!(volunteer.refused("recordConsent", withdrawn).await, ["TOO_MANY_CONSENTS"]);
    }

    /// The same of one's own account, and of a record that another one was merged into.
    async fn consent_in_force_is_withdrawn_wherever_it_was_given(app: App) {
        let cast = Cast::on(&app).await;
        let mut given = word(&cast, "PHOTOGRAPHS", "GIVEN");
        let other = cast.owner.enrols(&cast.organization, "Fatima again").await;
        given["volunteerId"] = json!(other);
        says(&cast.coordinator, given.clone()).await;
        let merge = json!({ "keepId": cast.record, "mergeId": other, "reason": "one person" });
        cast.owner.done("mergeVolunteers", merge, "merge { id }").await;
        fill(&cast.coordinator, &word(&cast, "CERTIFICATE_NAME", "WITHDRAWN")).await;
        let mut account = given;
        account.as_object_mut().expect("fields").remove("volunteerId");
        fill(&cast.volunteer, &account).await;
        app.advance(TimeDelta::minutes(1));
        account["decision"] = json!("WITHDRAWN");

        says(&cast.volunteer, word(&cast, "PHOTOGRAPHS", "WITHDRAWN")).await;
        says(&cast.volunteer, account).await;
    }

    async fn every_word_is_kept_and_the_last_one_comes_first(app: App) {
        let cast = Cast::on(&app).await;
        let mut given = word(&cast, "PHOTOGRAPHS", "GIVEN");
        given["documentSha256"] = json!("0F".repeat(32));
        given["idempotencyKey"] = json!("photographs");
        says(&cast.coordinator, given.clone()).await;
        says(&cast.coordinator, given).await;
        app.advance(TimeDelta::minutes(1));
        let mut taken_back = word(&cast, "PHOTOGRAPHS", "WITHDRAWN");
        taken_back["means"] = json!("ACCOUNT");
        says(&cast.volunteer, taken_back).await;

        let words = history(&cast.volunteer, &cast).await;

        assert_eq!(words, json!([
            { "purpose": "PHOTOGRAPHS", "decision": "WITHDRAWN", "textVersion": "2026-09", "language": "ar",
              "means": "ACCOUNT", "documentSha256": null, "isOwnRecord": true, "decidedAt": "2026-11-02T09:01:00Z" },
            { "purpose": "PHOTOGRAPHS", "decision": "GIVEN", "textVersion": "2026-09", "language": "ar",
              "means": "PAPER", "documentSha256": "0f".repeat(32), "isOwnRecord": false, "decidedAt": "2026-11-02T09:00:00Z" },
        ]));
        // Administrators of the platform see that there is a record, and nothing personal.
        assert_eq!(history(&cast.admin, &cast).await, json!([]));
    }

    async fn a_name_that_was_taken_back_is_shown_by_no_certificate(app: App) {
        let cast = Cast::on(&app).await;
        approved(&cast, &cast.record, "2026-10-05", 90).await;
        let certificate = issued(&cast, json!({ "shown": ["NAME"] })).await;
        let name = json!(format!("{MARK} Fatima"));
        assert_eq!(told(&app, &certificate).await["holderName"], name);

        says(&cast.volunteer, word(&cast, "CERTIFICATE_NAME", "WITHDRAWN")).await;

        let checked = told(&app, &certificate).await;
        assert_eq!((&checked["status"], &checked["holderName"]), (&json!("VALID"), &Value::Null));

        app.advance(TimeDelta::minutes(1));
        says(&cast.coordinator, word(&cast, "CERTIFICATE_NAME", "GIVEN")).await;
        assert_eq!(told(&app, &certificate).await["holderName"], name);
    }

    async fn only_the_person_and_those_who_keep_the_record_speak_for_it(app: App) {
        let cast = Cast::on(&app).await;
        let input = word(&cast, "LETTERS", "GIVEN");

        assert_eq!(cast.viewer.refused("recordConsent", input.clone()).await, ["FORBIDDEN"]);
        assert_eq!(cast.admin.refused("recordConsent", input.clone()).await, ["FORBIDDEN"]);
        for stranger in [&cast.outsider, &cast.observer] {
            assert_eq!(stranger.refused("recordConsent", input.clone()).await, ["NOT_FOUND"]);
        }
        let mut later = input.clone();
        later["decidedAt"] = json!("2026-11-03T09:00:00Z");
        later["documentSha256"] = json!("0f");
        let codes = cast.volunteer.refused("recordConsent", later).await;
        assert_eq!(codes, ["INVALID_FORMAT", "OUT_OF_RANGE"]);
        assert_eq!(history(&cast.owner, &cast).await, json!([]));
    }

    /// Whoever keeps the record writes how they were told, and the person reads who wrote it down.
    async fn under_an_account_speaks_its_holder_alone(app: App) {
        let cast = Cast::on(&app).await;
        let mut input = word(&cast, "PHOTOGRAPHS", "GIVEN");
        input["means"] = json!("ACCOUNT");
        let selection = "consent { purpose } userErrors { code path message rule }";
        for who in [&cast.owner, &cast.coordinator] {
            let refused = who.does("recordConsent", input.clone(), selection).await;
            let error = &refused["userErrors"][0];
            assert_eq!(
                (&error["code"], &error["path"], &error["rule"]),
                (&json!("ACCOUNT_OF_ANOTHER"), &json!(["means"]), &json!("consent.means"))
            );
            assert!(error["message"].as_str().unwrap().contains("PAPER"), "{error}");
        }
        assert_eq!(history(&cast.owner, &cast).await, json!([]));
        says(&cast.volunteer, input).await;
        app.advance(TimeDelta::minutes(1));
        says(&cast.owner, word(&cast, "PHOTOGRAPHS", "WITHDRAWN")).await;

        let (_, own) = asked(&app, &cast.volunteer, json!({})).await;
        let (_, given) = asked(&app, &cast.owner, json!({ "volunteerId": cast.record })).await;

        for files in [own, given] {
            let words = section(&files, "consents");
            let shown = |it: &Value| json!([it["decision"], it["means"], it["by"]]);
            let mut shown: Vec<Value> = words.as_array().expect("words").iter().map(shown).collect();
            shown.sort_by_key(ToString::to_string);
            assert_eq!(shown, [json!(["GIVEN", "ACCOUNT", "SELF"]), json!(["WITHDRAWN", "PAPER", "SOMEBODY"])]);
        }
    }

    async fn a_user_speaks_for_the_account(app: App) {
        let cast = Cast::on(&app).await;
        let mut input = word(&cast, "RESEARCH", "GIVEN");
        input["volunteerId"] = Value::Null;

        says(&cast.outsider, input).await;

        let query = "{ viewer { consents { purpose decision isOwnRecord } } }";
        let own = cast.outsider.asks(query, json!({})).await;
        assert_eq!(own["viewer"]["consents"], json!([{ "purpose": "RESEARCH", "decision": "GIVEN", "isOwnRecord": true }]));
        let others = cast.owner.asks(query, json!({})).await;
        assert_eq!(others["viewer"]["consents"], json!([]));
    }
}
