//! What is valid: documents, literals, variables.
//!
//! How much of it is too much is in `limits`.

use serde_json::json;

use super::code;
use super::query;
use super::run;
use crate::graphql::gate::Kind;

#[tokio::test]
async fn conflicting_fields_and_repeated_input_fields_are_refused() {
    for document in [
        "{ a: plus(number: 1) a: plus(number: 2) }",
        "{ me { f: friends { name } f: friends { name: __typename } } }",
        "mutation { patch(input: {name: \"a\", name: \"b\"}) }",
        "{ nothing }",
        "{ found(by: {}) }",
        "{ found(by: {name: null}) }",
        "{ found(by: {name: \"a\", number: 1}) }",
        "query Q($name: String) { found(by: {name: $name}) }",
        "query Q($name: String!) { found(by: {number: $name}) }",
        "query Q($n: Int) { sum(numbers: [1, $n]) }",
        "query A($n: Int!) { ...S } query B($n: Int) { ...S } fragment S on Query { sum(numbers: [$n]) }",
        "mutation M($n: Int) { patch(input: {name: $n}) }",
    ] {
        let (kind, body) = query(document).await;

        assert_eq!(
            (kind, code(&body)),
            (Kind::Refused, "GRAPHQL_VALIDATION_FAILED"),
            "{document}"
        );
        assert_eq!(body.get("data"), None, "{document}");
    }
}

#[tokio::test]
async fn an_omitted_variable_is_not_null() {
    let document = "mutation M($name: String) { patch(input: {name: $name}) }";
    for (variables, expected) in [
        (json!({}), "unchanged"),
        (json!({"name": null}), "cleared"),
        (json!({"name": "x"}), "set"),
    ] {
        let (_, body) = run(json!({"query": document, "variables": variables})).await;

        assert_eq!(body["data"]["patch"], expected);
    }
}

#[tokio::test]
async fn an_omitted_variable_leaves_an_argument_absent() {
    let (_, body) = query("query Q($n: Int) { plus(number: $n) }").await;

    assert_eq!(body["data"]["plus"], 4);
}

#[tokio::test]
async fn a_value_that_does_not_fit_is_the_callers_error() {
    let call =
        json!({"query": "query Q($n: Int) { plus(number: $n) }", "variables": {"n": "many"}});
    let (kind, body) = run(call).await;

    assert_eq!((kind, code(&body)), (Kind::Refused, "BAD_USER_INPUT"));
    assert_eq!(body.get("data"), None);
}

#[tokio::test]
async fn valid_documents_that_the_library_would_refuse_are_answered() {
    for (document, variables, data) in [
        (
            "query Q($b: Boolean!) { __typename @include(if: $b) }",
            json!({"b": true}),
            json!({"__typename": "Query"}),
        ),
        (
            "query Q($n: Int = 2, $m: Int!) { sum(numbers: [$n, $m]) }",
            json!({"m": 3}),
            json!({"sum": 5}),
        ),
        (
            r#"{ found(by: {name: "\u{1F3FD}\u{41}"}) }"#,
            json!({}),
            json!({"found": "🏽A"}),
        ),
    ] {
        let (_, body) = run(json!({"query": document, "variables": variables})).await;

        assert_eq!(body["data"], data, "{body}");
    }
}

#[tokio::test]
async fn defaults_of_variables_decide_what_is_skipped() {
    for (document, data) in [
        (
            "query Q($b: Boolean! = true) { plus @include(if: $b) }",
            json!({"plus": 4}),
        ),
        (
            "query Q($b: Boolean = true) { plus @skip(if: $b) __typename }",
            json!({"__typename": "Query"}),
        ),
        (
            "query Q($n: Int = 8) { plus(number: $n) }",
            json!({"plus": 9}),
        ),
    ] {
        let (_, body) = query(document).await;

        assert_eq!(body["data"], data, "{document}: {body}");
    }
}

#[tokio::test]
async fn values_that_do_not_fit_their_variables_stop_the_request() {
    let number = "query Q($n: Int!) { plus(number: $n) }";
    let by = "query Q($by: By!) { found(by: $by) }";
    for (document, variables) in [
        (number, json!({})),
        (number, json!({"n": null})),
        (number, json!({"n": "many"})),
        (number, json!({"n": 3_000_000_000_u64})),
        (by, json!({"by": {}})),
        (by, json!({"by": {"name": null}})),
        (by, json!({"by": {"name": "a", "number": 1}})),
        (by, json!({"by": {"surname": "a"}})),
    ] {
        let (kind, body) = run(json!({"query": document, "variables": variables})).await;

        assert_eq!(
            (kind, code(&body)),
            (Kind::Refused, "BAD_USER_INPUT"),
            "{variables}"
        );
        assert_eq!(body.get("data"), None);
    }
    let (_, body) = run(json!({"query": by, "variables": {"by": {"number": 7}}})).await;
    assert_eq!(body["data"]["found"], "7");
}
