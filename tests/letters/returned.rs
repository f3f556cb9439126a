//! Hours that came back.
//!
//! One letter for each person and act, with what is still returned when it is sent.

use serde_json::Value;
use serde_json::json;

use crate::exports::worked_off;
use crate::letters::LANGUAGES;
use crate::letters::assert_says;
use crate::letters::became;
use crate::letters::closed;
use crate::letters::minutes;
use crate::letters::posted;
use crate::letters::read;
use crate::letters::to;
use crate::letters::volunteer;
use crate::support::app::App;
use crate::support::cast::Cast;
use crate::support::cast::MARK;
use crate::support::mail::Mood;
use crate::support::mail::Post;
use crate::support::on_both_databases;

const RETURNED: &str =
    "results { hourEntry { id workedOn minutes status decisionReason } userErrors { code } }";

async fn sent_back(cast: &Cast, entries: &[String], reason: &str) -> Value {
    let input = json!({ "ids": entries, "reason": reason });
    let answer = cast
        .coordinator
        .does("returnHourEntries", input, RETURNED)
        .await;
    for result in answer["results"].as_array().unwrap() {
        assert_eq!(result["userErrors"], json!([]), "{answer:#}");
    }
    answer
}

on_both_databases! {
    async fn hours_that_come_back_are_told_in_the_language_of_whoever_they_are_of(app: App) {
        let post = Post::open().await;
        let app_with = posted(&app, &post).await;
        let cast = Cast::on(&app_with).await;
        let mut entries = Vec::new();
        let mut people = Vec::new();
        for (language, _) in LANGUAGES {
            let (person, record) = volunteer(&app_with, &cast, &format!("reader-{language}"), language).await;
            // Their own, and one that somebody else wrote for them.
            entries.push(person.logs(&record, &cast.project, "2026-10-14", 90).await);
            entries.push(cast.owner.logs(&record, &cast.project, "2026-10-15", 45).await);
            people.push(person);
        }
        let reason = "Which <day> & \"where\"?";

        let answer = sent_back(&cast, &entries, reason).await;
        worked_off(&app_with).await;

        let letters = post.letters();
        for (person, of) in people.iter().zip(LANGUAGES) {
            let letters = to(&letters, &person.email);
            assert_eq!(letters.len(), 1, "one for both");
            let told = |at: usize| answer["results"][at]["hourEntry"]["minutes"].as_i64().unwrap();
            let texts = [
                minutes(of.0, told(0)), minutes(of.0, told(1)), minutes(of.0, told(0) + told(1)),
                "2026-10-14".to_owned(), "2026-10-15".to_owned(), reason.to_owned(), format!("{MARK} Trees"), format!("{MARK} Al Amal"),
            ];
            assert_says(letters[0], of, &texts.each_ref().map(String::as_str));
            // Volunteers do not see who decides.
            assert!(!read(letters[0]).body_text(0).unwrap().contains("coordinator"));
            let query = "{ viewer { notifications(first: 5) { nodes { kind message } } } }";
            let told = person.asks(query, json!({})).await["viewer"]["notifications"]["nodes"].take();
            let told: Vec<&Value> = told.as_array().unwrap().iter().filter(|it| it["kind"] == "HOURS_RETURNED").collect();
            assert_eq!(told.len(), 1);
            assert!(told[0]["message"].as_str().unwrap().contains(reason), "{told:?}");
        }
        // Who wrote them has one letter for all three, with a name to ask.
        let owner = to(&letters, &cast.owner.email);
        assert_eq!((owner.len(), letters.len()), (1, 4));
        assert_says(owner[0], ("en", "ltr"), &["Entries: 3", &format!("{MARK}-coordinator")]);
        assert_eq!(became(&people[0], "").await.len(), 1);
        app_with.close().await;
    }

    async fn what_was_handed_in_again_meanwhile_is_not_told(app: App) {
        let post = Post::open().await;
        let app_with = posted(&app, &post).await;
        let cast = Cast::on(&app_with).await;
        let one = cast.volunteer.logs(&cast.record, &cast.project, "2026-10-14", 90).await;
        let other = cast.volunteer.logs(&cast.record, &cast.project, "2026-10-15", 60).await;
        sent_back(&cast, std::slice::from_ref(&one), "Why?").await;
        sent_back(&cast, &[one.clone(), other.clone()][1..], "Why?").await;
        cast.volunteer.does("submitHourEntries", json!({ "ids": [one] }), RETURNED).await;

        worked_off(&app_with).await;

        let letters = post.letters();
        assert_eq!(letters.len(), 1);
        assert_says(&letters[0], ("en", "ltr"), &["2026-10-15"]);
        assert!(!read(&letters[0]).body_text(0).unwrap().contains("2026-10-14"));
        let became = became(&cast.volunteer, "kind: [HOURS_RETURNED]").await;
        let dropped: Vec<bool> = became.iter().map(|it| it["droppedAt"].is_string()).collect();
        assert_eq!((became.len(), dropped), (2, vec![false, true]), "newest first");
        app_with.close().await;
    }

    async fn whoever_does_not_want_them_or_left_or_is_closed_receives_none(app: App) {
        let post = Post::open().await;
        let app_with = posted(&app, &post).await;
        let cast = Cast::on(&app_with).await;
        let (unwilling, record) = volunteer(&app_with, &cast, "unwilling", "fr").await;
        let (later, record_later) = volunteer(&app_with, &cast, "later", "fr").await;
        let (gone, record_gone) = volunteer(&app_with, &cast, "gone", "fr").await;
        let mut entries = Vec::new();
        for (who, record) in [(&unwilling, &record), (&later, &record_later), (&gone, &record_gone)] {
            entries.push(who.logs(record, &cast.project, "2026-10-14", 30).await);
        }
        let off = json!({ "letters": [{ "kind": "HOURS_RETURNED", "enabled": false }] });
        let selection = "preferences { kind enabled canBeSwitchedOff }";
        let now = unwilling.done("updateNotificationPreferences", off.clone(), selection).await;
        let choice = |kind: &str| now["preferences"].as_array().unwrap().iter().find(|it| it["kind"] == kind).unwrap().clone();
        assert_eq!(choice("HOURS_RETURNED"), json!({ "kind": "HOURS_RETURNED", "enabled": false, "canBeSwitchedOff": true }));
        assert_eq!(choice("PASSWORD_RESET"), json!({ "kind": "PASSWORD_RESET", "enabled": true, "canBeSwitchedOff": false }));
        let needed = json!({ "letters": [{ "kind": "PASSWORD_CHANGED", "enabled": false }] });
        assert_eq!(unwilling.refused("updateNotificationPreferences", needed).await, ["LETTER_NEEDED"]);
        sent_back(&cast, &entries, "Why?").await;
        // Between the cause and the letter.
        later.done("updateNotificationPreferences", off, selection).await;
        closed(&app_with, &gone.email).await;

        worked_off(&app_with).await;

        assert_eq!(post.letters().len(), 0);
        assert_eq!(became(&unwilling, "").await, Vec::<Value>::new());
        assert!(became(&later, "").await[0]["droppedAt"].is_string());
        // Switched on again they come.
        let on = json!({ "letters": [{ "kind": "HOURS_RETURNED", "enabled": true }] });
        unwilling.done("updateNotificationPreferences", on, selection).await;
        let entry = unwilling.logs(&record, &cast.project, "2026-10-16", 30).await;
        sent_back(&cast, &[entry], "Why?").await;
        worked_off(&app_with).await;
        assert_eq!(to(&post.letters(), &unwilling.email).len(), 1);
        app_with.close().await;
    }

    /// Nothing fails, and nothing is promised.
    async fn where_no_mail_server_is_set_up_hours_come_back_all_the_same(app: App) {
        let cast = Cast::on(&app).await;
        let entry = cast.volunteer.logs(&cast.record, &cast.project, "2026-10-14", 90).await;

        sent_back(&cast, &[entry], "Why?").await;
        worked_off(&app).await;

        assert_eq!(became(&cast.volunteer, "").await, Vec::<Value>::new());
        let query = "{ viewer { notifications(first: 5) { nodes { kind } } } }";
        let told = cast.volunteer.asks(query, json!({})).await;
        assert_eq!(told["viewer"]["notifications"]["nodes"], json!([{ "kind": "HOURS_RETURNED" }]));
        let input = json!({ "organizationId": cast.organization.id, "email": "new@example.org", "role": "VIEWER" });
        let invited = cast.owner.done("inviteMember", input, "acceptanceToken emailed").await;
        assert_eq!((invited["emailed"].clone(), invited["acceptanceToken"].is_string()), (json!(false), true));
        let asked = cast.nobody.done("requestPasswordReset", json!({ "email": "nomail@example.org" }), "sendsLetters").await;
        assert_eq!(asked["sendsLetters"], false);
        assert_eq!(app.parts.ask_for_letters().await.unwrap(), 0);
    }

    /// Administrators find what did not arrive, and try it again.
    async fn what_is_not_taken_is_found_and_tried_again(app: App) {
        let post = Post::open().await;
        let app_with = posted(&app, &post).await;
        let cast = Cast::on(&app_with).await;
        let entry = cast.volunteer.logs(&cast.record, &cast.project, "2026-10-14", 90).await;
        post.will(Mood::Never);
        sent_back(&cast, &[entry], "Why?").await;
        worked_off(&app_with).await;

        let failed = became(&cast.admin, "status: [FAILED], owner: EVERYBODY").await;

        assert_eq!((failed.len(), &failed[0]["failures"][0]["code"]), (1, &json!("MAIL_REFUSED")), "{failed:#?}");
        let told = failed[0]["failures"][0]["message"].as_str().unwrap();
        assert!(!told.contains("example.org") && !told.contains("nobody of that name"), "{told}");
        let answer = cast.owner.tries("{ viewer { letters(filter: { owner: EVERYBODY }) { totalCount } } }", json!({})).await;
        assert_eq!(answer.error_code(), "FORBIDDEN");
        let retry = json!({ "id": failed[0]["id"], "expectedVersion": failed[0]["version"] });
        assert_eq!(cast.outsider.refused("retryLetter", retry.clone()).await, ["NOT_FOUND"]);
        let stale = json!({ "id": failed[0]["id"], "expectedVersion": 1 });
        assert_eq!(cast.admin.refused("retryLetter", stale).await, ["VERSION_CONFLICT"]);
        post.will(Mood::Takes);
        cast.admin.done("retryLetter", retry, "letter { status }").await;
        worked_off(&app_with).await;
        assert_eq!(to(&post.letters(), &cast.volunteer.email).len(), 1);
        assert_eq!(cast.admin.refused("retryLetter", json!({ "id": failed[0]["id"] })).await, ["JOB_STATE"]);
        app_with.close().await;
    }
}
