//! What people agreed to, what they took back, and what that opens and closes.
//!
//! What becomes of certificates otherwise is tried in `certificates`.

use chrono::TimeDelta;
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

on_both_databases! {
    /// Nothing of it ever goes, so it comes in bounds: of a day, and of a list.
    async fn so_many_words_are_written_down_in_a_day_and_the_last_ones_shown(app: App) {
        let cast = Cast::on(&app).await;
        let (given, withdrawn) = (word(&cast, "PHOTOGRAPHS", "GIVEN"), word(&cast, "PHOTOGRAPHS", "WITHDRAWN"));
        let (mut coordinator, mut volunteer) = (cast.coordinator.again().await, cast.volunteer.again().await);
        for _ in 0..2 {
            for _ in 0..50 {
                says(&coordinator, given.clone()).await;
            }
            assert_eq!(volunteer.refused("recordConsent", given.clone()).await, ["TOO_MANY_CONSENTS"]);
            app.advance(TimeDelta::minutes(1));
            // Whatever others had written down, what holds is taken back, once.
            says(&volunteer, withdrawn.clone()).await;
            assert_eq!(volunteer.refused("recordConsent", withdrawn.clone()).await, ["TOO_MANY_CONSENTS"]);
            app.advance(TimeDelta::days(1));
            (coordinator, volunteer) = (coordinator.again().await, volunteer.again().await);
        }

        let words = history(&volunteer, &cast).await;

        let words = words.as_array().expect("a list");
        assert_eq!(words.len(), 100);
        assert_eq!(words[0]["decision"], "WITHDRAWN");
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
