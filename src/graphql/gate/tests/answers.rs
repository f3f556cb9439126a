//! How answers look: faults hidden, shapes refused, documents asked by digest.
//!
//! Statuses are tested over HTTP.

use serde_json::Value;
use serde_json::json;

use super::code;
use super::gate;
use super::query;
use crate::config::Config;
use crate::graphql::gate::Call;
use crate::graphql::gate::Caller;
use crate::graphql::gate::Carries;
use crate::graphql::gate::Client;
use crate::graphql::gate::Introspection;
use crate::graphql::gate::Kind;
use crate::graphql::gate::SignedIn;
use crate::platform::crypto::sha256;
use crate::platform::i18n::Locale;

#[tokio::test]
async fn faults_and_panics_show_only_the_name_of_the_request() {
    for document in ["{ leaks }", "{ panics }"] {
        let (_, body) = query(document).await;

        assert_eq!(code(&body), "INTERNAL_SERVER_ERROR", "{document}");
        assert_eq!(body["errors"][0]["extensions"]["requestId"], "test");
        assert!(!body.to_string().contains("vault"), "{body}");
        assert!(!body.to_string().contains("purpose"), "{body}");
    }
}

#[tokio::test]
async fn a_field_that_is_misspelt_is_the_one_thing_that_is_wrong() {
    for (document, wrong) in [
        ("{ __schema { misspelt } }", "misspelt"),
        (
            "{ __schema { types { misspelt fields { name } } } }",
            "misspelt",
        ),
        (
            "{ __schema { ...F } } fragment F on __Schema { types { wrong } }",
            "wrong",
        ),
        ("{ __schema }", "subselection"),
    ] {
        let (_, body) = query(document).await;

        assert_eq!(body["errors"].as_array().map(Vec::len), Some(1), "{body:#}");
        let said = body["errors"][0]["message"].to_string();
        assert!(said.contains(wrong), "{document}: {said}");
    }
}

#[tokio::test]
async fn a_required_field_that_fails_makes_data_null() {
    let (kind, body) = query("{ leaks }").await;

    assert_eq!(
        (kind, body.get("data")),
        (Kind::Executed, Some(&Value::Null))
    );
}

#[test]
fn unknown_members_are_ignored_and_wrong_types_refused() {
    assert!(Call::from_json(br#"{"query": "{a}", "extra": 1, "variables": null}"#).is_ok());
    for body in [
        "[]",
        "{}",
        "x",
        r#"{"query": 1}"#,
        r#"{"query": "{a}", "variables": []}"#,
        r#"{"query": "{a}", "operationName": 1}"#,
        r#"{"query": "{a}", "extensions": "x"}"#,
    ] {
        assert!(Call::from_json(body.as_bytes()).is_err(), "{body}");
    }
}

#[tokio::test]
async fn a_document_sent_once_can_be_asked_by_its_digest() {
    let gate = gate(Config::default().limits, Introspection::Open);
    let ask = async |call: Value| {
        let call = Call::from_json(call.to_string().as_bytes()).unwrap();
        let caller = Caller {
            rights: None,
            signed_in: SignedIn::No,
            client: Client::at(None),
            request_id: "test",
            locale: Locale::En,
        };
        let answer = gate.answer(call, Carries::Everything, caller, ()).await;
        serde_json::from_slice::<Value>(&answer.to_json()).unwrap()
    };
    let digest = |text: &str| {
        let digits = sha256(text.as_bytes());
        let digits = digits.iter().map(|it| format!("{it:02X}"));
        json!({"persistedQuery": {"version": 1, "sha256Hash": digits.collect::<String>()}})
    };
    let document = "query Q($n: Int) { plus(number: $n) }";

    let known = json!({"extensions": digest(document), "variables": {"n": 1}});
    assert_eq!(code(&ask(known.clone()).await), "PERSISTED_QUERY_NOT_FOUND");

    let whole = json!({"query": document, "extensions": digest(document)});
    assert_eq!(ask(whole).await["data"]["plus"], 4);
    assert_eq!(ask(known).await["data"]["plus"], 2);

    // What is not valid is not kept for others.
    ask(json!({"query": "{ nothing }"})).await;
    let invalid = ask(json!({"extensions": digest("{ nothing }")})).await;
    assert_eq!(code(&invalid), "PERSISTED_QUERY_NOT_FOUND");

    for extensions in [
        digest("{ other }"),
        json!({"persistedQuery": {"version": 2, "sha256Hash": "00"}}),
        json!({"persistedQuery": "x"}),
    ] {
        let call = json!({"query": document, "extensions": extensions});
        assert!(Call::from_json(call.to_string().as_bytes()).is_err());
    }
}
