//! What is too much, and what is not.
//!
//! How the work grows is tested with `measure`.

use serde_json::Value;
use serde_json::json;

use super::code;
use super::query;
use super::run;
use super::run_with;
use crate::config::Config;
use crate::graphql::gate::Introspection;
use crate::graphql::gate::Kind;

#[tokio::test]
async fn doubled_fragments_are_refused_and_not_followed() {
    let mut bomb = "query { me { ...F0 } }".to_owned();
    for level in 0..40 {
        bomb += &format!(
            " fragment F{level} on Person {{ ...F{next} ...F{next} }}",
            next = level + 1
        );
    }
    bomb += " fragment F40 on Person { name }";

    // Followed spread by spread this would never end; how the work grows is tested with `budget`.
    let (kind, body) = query(&bomb).await;

    assert_eq!((kind, code(&body)), (Kind::Refused, "QUERY_TOO_COMPLEX"));
}

#[tokio::test]
async fn floods_are_refused() {
    let aliases = (0..51)
        .map(|it| format!("a{it}: plus "))
        .collect::<String>();
    let names = (0..100)
        .map(|it| format!("a{it}: __typename "))
        .collect::<String>();
    let directives = "name @include(if: true) ".repeat(21);
    let deep = format!("{}name{}", "friends { ".repeat(15), " }".repeat(15));
    let wide = "friends(first: 100) { friends(first: 100) { friends(first: 100) { name } } }";
    for (flood, document) in [
        ("aliases", format!("{{ {aliases} }}")),
        ("type names", format!("{{ {names} }}")),
        ("directives", format!("{{ me {{ {directives} }} }}")),
        ("depth", format!("{{ me {{ {deep} }} }}")),
        ("pages", format!("{{ me {{ {wide} }} }}")),
    ] {
        let (kind, body) = query(&document).await;

        assert_eq!(
            (kind, code(&body)),
            (Kind::Refused, "QUERY_TOO_COMPLEX"),
            "{flood}: {body}"
        );
        assert_eq!(body.get("data"), None, "{flood}");
    }
}

#[tokio::test]
async fn page_sizes_in_variables_count() {
    let document = "query Q($n: Int) { me { friends(first: $n) { friends(first: $n) { friends(first: $n) { name } } } } }";
    let (small, _) = run(json!({"query": document, "variables": {"n": 2}})).await;
    let (large, body) = run(json!({"query": document, "variables": {"n": 1000}})).await;

    assert_eq!(small, Kind::Executed);
    assert_eq!((large, code(&body)), (Kind::Refused, "QUERY_TOO_COMPLEX"));
}

#[tokio::test]
async fn circular_fragments_and_too_many_tokens_are_refused() {
    let circular = "{ me { ...A } } fragment A on Person { ...B } fragment B on Person { ...A }";
    let (_, body) = query(circular).await;
    assert_eq!(code(&body), "GRAPHQL_VALIDATION_FAILED");

    let (_, body) = query(&format!("{{ {} }}", "plus ".repeat(6_000))).await;
    assert_eq!(code(&body), "QUERY_TOO_COMPLEX");
    assert!(body.to_string().contains("more than 5000 tokens"), "{body}");

    let (_, body) = query(&"{ me ".repeat(200)).await;
    assert_eq!(code(&body), "QUERY_TOO_COMPLEX");
    assert!(
        body.to_string().contains("more than 100 brackets"),
        "{body}"
    );
}

/// What `getIntrospectionQuery` of graphql-js 16.15 asks with every option, and so every client.
const DESCRIPTION: &str = include_str!("../../../../tests/samples/description.graphql");

#[tokio::test]
async fn a_description_of_the_schema_has_its_own_bounds() {
    let (kind, body) = query(DESCRIPTION).await;
    assert_eq!(kind, Kind::Executed, "{body}");
    assert_eq!(body.get("errors"), None);

    let nested = format!(
        "__schema {{ types {{ {}name{} }} }}",
        "fields { type { ".repeat(3),
        " } }".repeat(3)
    );
    let wide = (0..7)
        .map(|outer| {
            let inner = (0..6)
                .map(|it| format!("b{it}: fields {{ type {{ enumValues {{ name }} }} }} "))
                .collect::<String>();
            format!("a{outer}: fields {{ type {{ {inner} }} }} ")
        })
        .collect::<String>();
    let wide = format!("__schema {{ types {{ {wide} }} }}");
    for asked in [&nested, &wide] {
        for beside in ["", "me { name }"] {
            let (kind, body) = query(&format!("{{ {asked} {beside} }}")).await;

            assert_eq!(
                (kind, code(&body)),
                (Kind::Refused, "QUERY_TOO_COMPLEX"),
                "{asked}: {body}"
            );
        }
    }
}

#[tokio::test]
async fn the_schema_is_described_once() {
    let name = "__schema { queryType { name } }";
    let (_, small) = query(&format!("{{ {name} }}")).await;
    let (_, whole) = query(DESCRIPTION).await;
    let cost = |body: &Value| body["extensions"]["cost"]["requested"].as_u64().unwrap();
    assert!(cost(&small) < 5, "{small}");
    assert!((1_000..3_000).contains(&cost(&whole)), "{}", cost(&whole));

    let (kind, body) = query(&format!("{{ {name} {name} }}")).await;
    assert_eq!(kind, Kind::Executed, "{body}");
    for beside in ["", "me { name }"] {
        let (kind, body) = query(&format!("{{ {name} again: {name} {beside} }}")).await;
        assert_eq!((kind, code(&body)), (Kind::Refused, "QUERY_TOO_COMPLEX"));
    }
}

#[tokio::test]
async fn what_is_too_much_is_told_with_its_cost() {
    let wide = "friends(first: 100) { friends(first: 100) { friends(first: 100) { name } } }";
    let (_, body) = query(&format!("{{ me {{ {wide} }} }}")).await;
    let cost = &body["extensions"]["cost"];
    assert!(cost["requested"].as_u64().unwrap() > 1_000_000, "{body}");
    assert_eq!(cost["limit"], 10_000);
    assert_eq!(cost["points"]["limit"], 50_000);

    // A document that no operation of could run has no cost.
    let directives = "name @include(if: true) ".repeat(21);
    let (_, body) = query(&format!("{{ me {{ {directives} }} }}")).await;
    assert_eq!(body["extensions"]["cost"].get("requested"), None);
    assert_eq!(body["extensions"]["cost"]["limit"], 10_000);
}

#[tokio::test]
async fn the_description_can_be_closed_to_the_signed_out() {
    let limits = Config::default().limits;
    let call = json!({"query": "{ __schema { queryType { name } } }"});
    let (kind, body) = run_with(call, limits.clone(), Introspection::SignedIn).await;
    assert_eq!((kind, code(&body)), (Kind::Refused, "FORBIDDEN"));

    let call = json!({"query": "{ __typename }"});
    let (kind, _) = run_with(call, limits, Introspection::SignedIn).await;
    assert_eq!(kind, Kind::Executed);
}

#[tokio::test(start_paused = true)]
async fn an_operation_that_never_ends_is_stopped() {
    let (kind, body) = query("{ never }").await;

    assert_eq!((kind, code(&body)), (Kind::TimedOut, "TIMEOUT"));
}

#[tokio::test]
async fn other_operations_of_a_document_do_not_count() {
    let large = "friends(first: 100) { friends(first: 100) { friends(first: 100) { name } } }";
    let document = format!("query A {{ plus }} query B {{ me {{ {large} }} }}");
    let (kind, body) = run(json!({"query": document, "operationName": "A"})).await;
    assert_eq!((kind, &body["data"]["plus"]), (Kind::Executed, &json!(4)));

    let (kind, body) = run(json!({"query": document, "operationName": "B"})).await;
    assert_eq!((kind, code(&body)), (Kind::Refused, "QUERY_TOO_COMPLEX"));

    for name in [json!("C"), Value::Null] {
        let (_, body) = run(json!({"query": document, "operationName": name})).await;
        assert_eq!(code(&body), "OPERATION_RESOLUTION_FAILURE");
    }
}

#[tokio::test]
async fn fragments_within_fragments_end_somewhere() {
    for (levels, refused_as) in [
        (40, "QUERY_TOO_COMPLEX"),
        // The validator does not follow that far.
        (200, "GRAPHQL_VALIDATION_FAILED"),
    ] {
        let mut chain = "{ me { ...F0 } }".to_owned();
        for level in 0..levels {
            chain += &format!(" fragment F{level} on Person {{ ...F{} }}", level + 1);
        }
        chain += &format!(" fragment F{levels} on Person {{ name }}");

        let (kind, body) = query(&chain).await;

        assert_eq!((kind, code(&body)), (Kind::Refused, refused_as), "{body}");
    }
}
