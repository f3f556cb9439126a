//! Demonstration data: made once, on both databases, ready to sign in to.
//!
//! That its rows keep the rules is tested beside `demo`.

use entity::organization;
use sea_orm::EntityTrait;
use serde_json::json;
use tiwizi::demo;
use tiwizi::demo::DemoError;
use tiwizi::demo::Outcome;
use tiwizi::demo::Sizes;
use tiwizi::hours::ledger;
use tiwizi::hours::ledger::Verdict;
use tiwizi::platform::i18n::Locale;

use crate::support::app::App;
use crate::support::on_both_databases;

const SIZES: Sizes = Sizes {
    organizations: 12,
    volunteers: 120,
    entries: 2_500,
    seed: 3,
};

on_both_databases! {
    async fn every_promised_account_signs_in(app: App) {
        let ctx = app.parts.operator(Locale::En);
        assert_eq!(demo::fill(&ctx, SIZES, |_| ()).await.expect("filled"), Outcome::Filled);

        for (email, _) in demo::ACCOUNTS {
            let query = "mutation($input: SignInInput!) { signIn(input: $input) {
                viewer { user { email } } userErrors { code } } }";
            let input = json!({ "input": { "email": email, "password": demo::PASSWORD } });
            let data = app.graphql(None, query, input).await.data();
            assert_eq!(data["signIn"]["viewer"]["user"]["email"], email, "{data}");
        }
    }
}

on_both_databases! {
    /// The volunteer whose account is promised holds a certificate that anybody checks, the same each time.
    async fn one_certificate_is_valid(app: App) {
        let ctx = app.parts.operator(Locale::En);
        demo::fill(&ctx, SIZES, |_| ()).await.expect("filled");
        let query = "mutation($input: SignInInput!) { signIn(input: $input) { session { accessToken } } }";
        let input = json!({ "input": { "email": "volunteer@example.org", "password": demo::PASSWORD } });
        let data = app.graphql(None, query, input).await.data();
        let token = data["signIn"]["session"]["accessToken"].as_str();

        let query = "{ certificates { nodes { code status minutes volunteer { hasAccount } } } }";
        let own = app.graphql(token, query, json!({})).await.data();

        let [certificate] = own["certificates"]["nodes"].as_array().expect("a list").as_slice() else {
            panic!("one certificate: {own:#}");
        };
        assert_eq!((&certificate["status"], &certificate["volunteer"]["hasAccount"]), (&json!("VALID"), &json!(true)));
        let query = "query($code: String!) { verifyCertificate(code: $code) { status minutes holderName credential } }";
        let check = app.graphql(None, query, json!({ "code": certificate["code"] })).await.data();
        let check = &check["verifyCertificate"];
        assert_eq!((&check["status"], &check["minutes"]), (&json!("VALID"), &certificate["minutes"]));
        assert!(check["holderName"].is_string() && check["credential"].is_string());
    }

    /// The observer has a report made each month, and it is made as any other is.
    async fn one_report_makes_itself(app: App) {
        let ctx = app.parts.operator(Locale::En);
        demo::fill(&ctx, SIZES, |_| ()).await.expect("filled");
        app.advance(chrono::TimeDelta::days(4));
        assert_eq!(app.parts.run_schedules().await.expect("schedules"), 1);
        while app.parts.work_once().await.expect("jobs") {}

        let input = json!({ "input": { "email": "observer@example.org", "password": demo::PASSWORD } });
        let query = "mutation($input: SignInInput!) { signIn(input: $input) { session { accessToken } } }";
        let session = app.graphql(None, query, input).await.data();
        let token = session["signIn"]["session"]["accessToken"].as_str().expect("a session").to_owned();
        let query = "{ schedules { nodes { nextRunAt lastRun { status from to } } } }";
        let seen = app.graphql(Some(&token), query, json!({})).await.data();
        let expected = json!([{ "nextRunAt": "2026-12-05T07:00:00Z", "lastRun": { "status": "SUCCEEDED", "from": "2026-10-01", "to": "2026-10-31" } }]);
        assert_eq!(seen["schedules"]["nodes"], expected);
    }
}

on_both_databases! {
    async fn chains_are_whole_and_it_is_filled_once(app: App) {
        let ctx = app.parts.operator(Locale::En);
        demo::fill(&ctx, SIZES, |_| ()).await.expect("filled");

        let houses = organization::Entity::find().all(ctx.read()).await.expect("organizations");
        assert_eq!(houses.len(), SIZES.organizations);
        for house in houses {
            let verdict = ledger::verify(&ctx, house.id).await.expect("a verdict");
            assert!(matches!(verdict, Verdict::Whole { sequence, .. } if sequence > 0));
        }
        let again = demo::fill(&ctx, SIZES, |_| ()).await.expect("an answer");
        assert_eq!(again, Outcome::Held);
    }
}

on_both_databases! {
    /// What happened under contracts lies on their days, and the yearly reports count all of it.
    async fn incidents_lie_within_their_contracts(app: App) {
        let ctx = app.parts.operator(Locale::En);
        demo::fill(&ctx, SIZES, |_| ()).await.expect("filled");
        let input = json!({ "input": { "email": "owner@example.org", "password": demo::PASSWORD } });
        let query = "mutation($input: SignInInput!) { signIn(input: $input) { session { accessToken } } }";
        let session = app.graphql(None, query, input).await.data();
        let token = session["signIn"]["session"]["accessToken"].as_str().expect("a session").to_owned();
        let query = "{ organization(slug: \"al-amal\") { id contracts(first: 20) { nodes { from lastDay incidents { day declaredOn recordedBy { id } } } } } }";
        let seen = app.graphql(Some(&token), query, json!({})).await.data();
        let mut count = 0;
        for contract in seen["organization"]["contracts"]["nodes"].as_array().expect("contracts") {
            for it in contract["incidents"].as_array().expect("incidents") {
                let day = it["day"].as_str();
                assert!(contract["from"].as_str() <= day && day <= contract["lastDay"].as_str(), "{it:#}");
                assert_ne!(it["recordedBy"], serde_json::Value::Null);
                count += 1;
            }
        }
        assert_eq!(count, 4);
        let mut told = 0;
        for year in 2024..=2026 {
            let query = "query($input: ContractualVolunteeringReportInput!) { contractualVolunteeringReport(input: $input) { incidents { incidents } } }";
            let input = json!({ "input": { "organizationId": seen["organization"]["id"], "year": year } });
            let report = app.graphql(Some(&token), query, input).await.data();
            told += report["contractualVolunteeringReport"]["incidents"]["incidents"].as_i64().expect("a count");
        }
        assert_eq!(told, count);
    }
}

on_both_databases! {
    /// What was measured adds up, and somebody else approved it: as if it had been written by the acts.
    async fn figures_keep_their_rules(app: App) {
        let ctx = app.parts.operator(Locale::En);
        demo::fill(&ctx, SIZES, |_| ()).await.expect("filled");
        let input = json!({ "input": { "email": "owner@example.org", "password": demo::PASSWORD } });
        let query = "mutation($input: SignInInput!) { signIn(input: $input) { session { accessToken } } }";
        let session = app.graphql(None, query, input).await.data();
        let token = session["signIn"]["session"]["accessToken"].as_str().expect("a session").to_owned();
        let query = "{ measurements(first: 100) { totalCount nodes { status from to value { value } parts { value }
            indicator { id code dimensions } project { startsOn } recordedBy { id } decidedBy { id } } } }";
        let seen = app.graphql(Some(&token), query, json!({})).await.data();
        let nodes = seen["measurements"]["nodes"].as_array().expect("figures");
        assert_eq!(nodes.len(), 12);
        let number = |it: &serde_json::Value| it["value"].as_str().expect("a number").parse::<i64>().expect("whole");
        for it in nodes {
            let parts: i64 = it["parts"].as_array().expect("parts").iter().map(number).sum();
            assert_eq!(parts, number(&it["value"]), "{it:#}");
            assert!(it["from"].as_str() > it["project"]["startsOn"].as_str() && it["to"].as_str() < Some("2026-11-02"), "{it:#}");
            assert_eq!(it["status"] == "APPROVED", it["decidedBy"] != serde_json::Value::Null);
            assert_ne!(it["recordedBy"], it["decidedBy"]);
        }
        let id = nodes[0]["indicator"]["id"].clone();
        let query = "query($input: IndicatorProgressInput!) { indicatorProgress(input: $input) { status pendingCount measurementCount } }";
        let input = json!({ "input": { "indicatorId": id, "from": "2024-01-01", "to": "2026-11-02" } });
        let told = app.graphql(Some(&token), query, input).await.data();
        assert_eq!((&told["indicatorProgress"]["measurementCount"], &told["indicatorProgress"]["pendingCount"]), (&json!(5), &json!(1)));
    }
}

on_both_databases! {
    /// What was interrupted says that it is half done, and how to mend it.
    async fn half_filled_databases_say_so(app: App) {
        let ctx = app.parts.operator(Locale::En);
        let (written, mut some) = tokio::sync::mpsc::unbounded_channel();
        let filling = demo::fill(&ctx, SIZES, |_| { let _ = written.send(()); });
        tokio::select! {
            biased;
            Some(()) = some.recv() => {}
            done = filling => panic!("it was to be interrupted: {done:?}"),
        }

        let refused = demo::fill(&ctx, SIZES, |_| ()).await.expect_err("half filled");

        assert!(matches!(refused, DemoError::HalfFilled { .. }), "{refused}");
        let told = refused.to_string();
        assert!(told.contains("half") && told.contains("interrupted") && told.contains("remove the SQLite file"), "{told}");
    }

    /// Two instances that start at once do not mix their data.
    async fn of_two_at_once_one_fills(app: App) {
        let other = app.beside().await;
        let (one, two) = (app.parts.operator(Locale::En), other.parts.operator(Locale::En));

        let done = tokio::join!(demo::fill(&one, SIZES, |_| ()), demo::fill(&two, SIZES, |_| ()));

        let outcomes = [done.0, done.1];
        let filled = outcomes.iter().filter(|it| matches!(it, Ok(Outcome::Filled))).count();
        let told = outcomes.iter().filter(|it| {
            matches!(it, Ok(Outcome::Held) | Err(DemoError::HalfFilled { .. }))
        });
        assert_eq!((filled, told.count()), (1, 1), "{outcomes:?}");
        assert_eq!(demo::fill(&two, SIZES, |_| ()).await.expect("an answer"), Outcome::Held);
        let houses = organization::Entity::find().all(one.read()).await.expect("organizations");
        assert_eq!(houses.len(), SIZES.organizations);
        drop((one, two));
        other.close().await;
    }
}
