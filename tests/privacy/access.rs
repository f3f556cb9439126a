//! All that is known of somebody, as one archive for them alone.
//!
//! What is erased is tried in `erasure`.

use std::collections::BTreeMap;
use std::io::Cursor;
use std::io::Read;

use entity::ids::UserId;
use entity::types::NotificationKind;
use serde_json::Value;
use serde_json::json;
use tiwizi::graphql::node::NodeId;
use tiwizi::notifications;
use tiwizi::notifications::Notice;
use tiwizi::platform::i18n::Locale;

use crate::certificates::approved;
use crate::support::app::App;
use crate::support::cast::Cast;
use crate::support::cast::MARK;
use crate::support::cast::Person;
use crate::support::on_both_databases;

const JOB: &str = "query($id: ID!) { node(id: $id) { ... on ExportJob {
    status isPersonalData format artifact { url mediaType fileName } failures { code } } } }";

async fn job(who: &Person, id: &Value) -> Value {
    let mut data = who.asks(JOB, json!({ "id": id })).await;
    data["node"].take()
}

pub(super) async fn asked(
    app: &App,
    who: &Person,
    input: Value,
) -> (Value, BTreeMap<String, String>) {
    let done = who
        .done("requestPersonalData", input, "exportJob { id }")
        .await;
    while app.parts.work_once().await.expect("jobs") {}
    let id = done["exportJob"]["id"].clone();
    let job = job(who, &id).await;
    assert_eq!(job["status"], "SUCCEEDED", "{job:#}");
    let url = job["artifact"]["url"].as_str().expect("a link");
    let path = url.split("/files/").nth(1).expect("a path");
    let response = app
        .http()
        .get(format!("{}/files/{path}", app.url))
        .send()
        .await
        .expect("a file");
    let bytes = response.bytes().await.expect("bytes");
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes.to_vec())).expect("an archive");
    let mut files = BTreeMap::new();
    for at in 0..archive.len() {
        let mut file = archive.by_index(at).expect("a file");
        let mut text = String::new();
        file.read_to_string(&mut text).expect("text");
        files.insert(file.name().expect("a name").to_string(), text);
    }
    (id, files)
}

pub(super) fn section(files: &BTreeMap<String, String>, name: &str) -> Value {
    serde_json::from_str(&files[&format!("{name}.json")])
        .unwrap_or_else(|it| panic!("{name}: {it}"))
}

on_both_databases! {
    async fn somebody_has_all_that_is_known_of_them(app: App) {
        let cast = Cast::on(&app).await;
        approved(&cast, &cast.record, "2026-10-05", 90).await;
        let input = json!({
            "volunteerId": cast.record, "purpose": "LETTERS", "decision": "GIVEN", "textVersion": "3",
            "language": "fr", "means": "PAPER",
        });
        cast.volunteer.done("recordConsent", input, "consent { purpose }").await;

        let input = json!({ "volunteerId": cast.record, "reason": "I move away" });
        cast.volunteer.done("requestErasure", input, "erasureRequest { id }").await;

        let (id, files) = asked(&app, &cast.volunteer, json!({ "locale": "en" })).await;

        let names: Vec<&str> = files.keys().map(String::as_str).collect();
        assert_eq!(names, [
            "README.txt", "account-consents.json", "account.json", "api-tokens.json", "attendance.json", "certificates.json",
            "consents.json", "contracts.json", "corrections.json", "devices.json", "done-to-records.json",
            "email-verifications.json", "erasure-requests.json", "hours.csv",
            "hours.json", "incidents.json", "letters.json", "linked-identities.json", "memberships.json", "notifications.json", "own-acts.json",
            "sessions.json", "sign-ups.json", "timers.json", "volunteer-records.json",
        ]);
        assert!(files["README.txt"].contains("2026-11-02T09:00:00Z"), "{}", files["README.txt"]);
        // Every section is explained.
        for name in &names {
            let name = name.trim_end_matches(".json");
            assert!(files["README.txt"].contains(name) || name == "README.txt", "{name}");
        }
        assert_eq!(section(&files, "account")[0]["email"], json!(cast.volunteer.email));
        assert_eq!(section(&files, "volunteer-records")[0]["name"], json!(format!("{MARK} Fatima")));
        assert_eq!(section(&files, "consents")[0]["purpose"], "LETTERS");
        let hours = section(&files, "hours");
        assert_eq!((&hours[0]["minutes"], &hours[0]["description"]), (&json!(90), &json!(format!("{MARK} planting"))));
        assert!(files["hours.csv"].contains(",90,APPROVED,DURATION,"), "{}", files["hours.csv"]);
        let acts = section(&files, "own-acts");
        assert!(acts.as_array().expect("acts").len() > 1);
        let from_here = |it: &Value| it["address"] == "127.0.0.1";
        assert!(acts.as_array().expect("acts").iter().any(from_here), "{acts:#}");
        assert_eq!(section(&files, "sessions")[0]["address"], "127.0.0.1");
        assert_eq!(section(&files, "erasure-requests")[0]["reason"], "I move away");
        let foreign = |it: &&Value| it["by"] != "SELF" && it.get("address").is_some();
        let done = section(&files, "done-to-records");
        assert_eq!(done.as_array().expect("acts").iter().find(foreign), None);
        for name in names.iter().filter(|it| it.ends_with(".json")) {
            section(&files, name.trim_end_matches(".json"));
        }
        // Nobody else is in it.
        for other in [&cast.owner, &cast.coordinator, &cast.viewer] {
            for (name, text) in &files {
                let called = other.email.trim_end_matches("@example.org");
                assert!(!text.to_lowercase().contains(called), "{name} names {called}");
                assert!(!text.contains(&other.id), "{name} has the id of {called}");
            }
        }
        // Whoever administers the platform sees that it was asked for, and cannot open it.
        let seen = job(&cast.admin, &id).await;
        assert_eq!((&seen["isPersonalData"], &seen["artifact"]), (&json!(true), &Value::Null));
    }

    async fn a_section_is_whole_however_long_it_is(app: App) {
        const MANY: usize = 10_001;
        let cast = Cast::on(&app).await;
        let operator = app.parts.operator(Locale::En);
        let user = UserId::read(&cast.volunteer.id.clone().into()).expect("an id");
        let notice = Notice {
            user, organization: None, kind: NotificationKind::SignedUp, values: BTreeMap::from([("title", "Beach".to_owned())]),
            activity: None, shift: None, signup: None,
        };
        let told = operator.transaction(async |tx| notifications::tell(&operator, tx, vec![notice; MANY]).await).await;
        told.expect("notices");

        let (_, files) = asked(&app, &cast.volunteer, json!({})).await;

        let kept = section(&files, "notifications");
        assert_eq!(kept.as_array().expect("notifications").len(), MANY);
    }

    async fn an_administrator_has_one_record_and_no_account(app: App) {
        let cast = Cast::on(&app).await;
        approved(&cast, &cast.record, "2026-10-05", 90).await;
        let input = json!({ "volunteerId": cast.record, "locale": "ar" });

        let (_, files) = asked(&app, &cast.owner, input.clone()).await;

        assert!(!files.contains_key("account.json") && !files.contains_key("own-acts.json"));
        assert_eq!(section(&files, "hours").as_array().expect("hours").len(), 1);
        assert_eq!(cast.coordinator.refused("requestPersonalData", input.clone()).await, ["FORBIDDEN"]);
        assert_eq!(cast.admin.refused("requestPersonalData", input.clone()).await, ["FORBIDDEN"]);
        for stranger in [&cast.outsider, &cast.observer] {
            assert_eq!(stranger.refused("requestPersonalData", input.clone()).await, ["NOT_FOUND"]);
        }
        // The person has the same of the record alone.
        let (_, own) = asked(&app, &cast.volunteer, input).await;
        assert_eq!(own["hours.csv"], files["hours.csv"]);
    }
}
