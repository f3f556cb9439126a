//! What is kept for a while goes after it, and no sooner.
//!
//! Files and letters go by the chores of their areas, and are tried there.

use chrono::TimeDelta;
use serde_json::Value;
use serde_json::json;
use tiwizi::platform::i18n::Locale;
use tiwizi::privacy::retention::Gone;
use tiwizi::privacy::retention::enforce;

use crate::privacy::access::asked;
use crate::privacy::access::section;
use crate::support::app::App;
use crate::support::cast::Cast;
use crate::support::on_both_databases;

const TOLD: &str = "{ viewer { notifications(first: 1) { totalCount } } }";

on_both_databases! {
    async fn what_was_kept_long_enough_goes_by_category(app: App) {
        let cast = Cast::on(&app).await;
        let entry = cast.volunteer.logs(&cast.record, &cast.project, "2026-10-05", 90).await;
        cast.coordinator.approves(&[&entry]).await;
        let input = json!({ "ids": [cast.volunteer.logs(&cast.record, &cast.project, "2026-10-06", 30).await], "reason": "Which?" });
        cast.coordinator.does("returnHourEntries", input, "results { userErrors { code } }").await;
        let told = cast.volunteer.asks(TOLD, json!({})).await["viewer"]["notifications"]["totalCount"].clone();
        assert!(told.as_i64() > Some(0), "{told}");
        let operator = app.parts.operator(Locale::En);
        assert_eq!(enforce(&operator).await.expect("a round"), Gone::default());

        // Sessions end after thirty days without use, and are kept for 180 more.
        app.advance(TimeDelta::days(220));
        let first = enforce(&operator).await.expect("a round");
        app.advance(TimeDelta::days(160));
        let second = enforce(&operator).await.expect("a round");

        assert!(first.sessions > 0, "{first:?}");
        assert_eq!(first, Gone { sessions: first.sessions, ..Gone::default() });
        assert!(second.notifications > 0 && second.invitations > 0, "{second:?}");
        assert_eq!(second.records, 0, "records are erased where it is set alone");
        let again = cast.volunteer.again().await.asks(TOLD, json!({})).await;
        assert_eq!(again["viewer"]["notifications"]["totalCount"], 0);
        assert_eq!(enforce(&operator).await.expect("a round"), Gone::default());
    }

    async fn what_devices_call_themselves_goes_before_their_sessions(app: App) {
        let cast = Cast::on(&app).await;
        let beside = app.beside_with(|it| it.privacy.retention.session_origin_days = 10).await;
        for of in [&app, &beside] {
            of.advance(TimeDelta::days(41));
        }

        let gone = enforce(&beside.parts.operator(Locale::En)).await.expect("a round");

        assert!(gone.origins > 0, "{gone:?}");
        assert_eq!(gone, Gone { origins: gone.origins, ..Gone::default() });
        let (_, files) = asked(&app, &cast.volunteer.again().await, json!({})).await;
        let sessions = section(&files, "sessions");
        let told: Vec<(&Value, &Value)> = sessions.as_array().expect("sessions").iter().map(|it| (&it["createdAt"], &it["address"])).collect();
        assert_eq!(told, [
            (&json!("2026-12-13T09:00:00Z"), &json!("127.0.0.1")),
            (&json!("2026-11-02T09:00:00Z"), &Value::Null),
        ]);
        beside.close().await;
    }

    async fn records_that_nobody_used_are_erased_where_it_is_set(app: App) {
        let cast = Cast::on(&app).await;
        let unused = cast.owner.enrols(&cast.organization, "Never Came").await;
        let worked = cast.owner.enrols(&cast.organization, "Came Once").await;
        cast.coordinator.logs(&worked, &cast.project, "2026-10-05", 30).await;
        // Whoever has an account decides for themselves.
        for id in [&unused, &worked, &cast.record] {
            cast.owner.done("archiveVolunteer", json!({ "id": id }), "volunteer { id }").await;
        }
        let beside = app.beside_with(|it| it.privacy.retention.unused_record_days = 100).await;
        let operator = beside.parts.operator(Locale::En);
        assert_eq!(enforce(&operator).await.expect("a round").records, 0);

        app.advance(TimeDelta::days(101));
        beside.advance(TimeDelta::days(101));
        assert_eq!(enforce(&operator).await.expect("a round").records, 1);

        let owner = cast.owner.again().await;
        let query = "query($one: ID!, $other: ID!, $held: ID!) { one: volunteer(id: $one) { name } other: volunteer(id: $other) { name }
            held: volunteer(id: $held) { name hasAccount } }";
        let left = owner.asks(query, json!({ "one": unused, "other": worked, "held": cast.record })).await;
        assert_eq!(left["held"]["hasAccount"], true, "{left:#}");
        assert_eq!((&left["one"]["name"], &left["other"]["name"]), (&json!("—"), &json!("Came Once")));
        assert_ne!(left["one"], Value::Null);
        beside.close().await;
    }
}
