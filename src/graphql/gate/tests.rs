//! The gate before a small schema: what it refuses, what it lets pass, and how it answers.

use async_graphql::EmptySubscription;
use async_graphql::InputObject;
use async_graphql::MaybeUndefined;
use async_graphql::Object;
use async_graphql::SDLExportOptions;
use async_graphql::Schema;
use serde_json::Value;
use serde_json::json;

use super::Call;
use super::Caller;
use super::Carries;
use super::Gate;
use super::Introspection;
use super::Kind;
use super::SignedIn;
use crate::config::Config;
use crate::config::LimitsConfig;

struct Query;

#[Object]
impl Query {
    async fn me(&self) -> Person {
        Person
    }

    async fn plus(&self, number: Option<i32>) -> i32 {
        number.unwrap_or(3) + 1
    }

    async fn panics(&self) -> Option<i32> {
        let reasons: Vec<&str> = vec!["on purpose"];
        reasons.get(1).expect("on purpose");
        None
    }

    async fn leaks(&self) -> async_graphql::Result<i32> {
        Err(async_graphql::Error::new("select secret from vault"))
    }

    async fn never(&self) -> i32 {
        std::future::pending().await
    }
}

struct Person;

#[Object]
impl Person {
    async fn name(&self) -> &str {
        "Aïcha"
    }

    async fn friends(&self, first: Option<i32>) -> Vec<Person> {
        let _size = first;
        vec![Person]
    }
}

#[derive(InputObject)]
struct Patch {
    name: MaybeUndefined<String>,
}

struct Mutation;

#[Object]
impl Mutation {
    async fn patch(&self, input: Patch) -> &str {
        match input.name {
            MaybeUndefined::Undefined => "unchanged",
            MaybeUndefined::Null => "cleared",
            MaybeUndefined::Value(_) => "set",
        }
    }
}

fn gate(
    limits: LimitsConfig,
    introspection: Introspection,
) -> Gate<Query, Mutation, EmptySubscription> {
    let schema = Schema::build(Query, Mutation, EmptySubscription)
        .disable_suggestions()
        .finish();
    let sdl = schema.sdl_with_options(SDLExportOptions::new());
    Gate::new(schema, &sdl, limits, introspection).unwrap()
}

async fn run(call: Value) -> (Kind, Value) {
    run_with(call, Config::default().limits, Introspection::Open).await
}

async fn run_with(
    call: Value,
    limits: LimitsConfig,
    introspection: Introspection,
) -> (Kind, Value) {
    let call = Call::from_json(call.to_string().as_bytes()).unwrap();
    let caller = Caller {
        signed_in: SignedIn::No,
        request_id: "test",
    };
    let answer = gate(limits, introspection)
        .answer(call, Carries::Everything, caller, ())
        .await;
    (
        answer.kind,
        serde_json::from_slice(&answer.to_json()).unwrap(),
    )
}

async fn query(text: &str) -> (Kind, Value) {
    run(json!({ "query": text })).await
}

fn code(body: &Value) -> &str {
    body["errors"][0]["extensions"]["code"]
        .as_str()
        .unwrap_or("none")
}

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

    // Followed spread by spread this would never end.
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
    assert_eq!(code(&body), "GRAPHQL_PARSE_FAILED");

    let (_, body) = query(&"{ me ".repeat(200)).await;
    assert_eq!(code(&body), "GRAPHQL_PARSE_FAILED");
}

#[tokio::test]
async fn conflicting_fields_and_repeated_input_fields_are_refused() {
    for document in [
        "{ a: plus(number: 1) a: plus(number: 2) }",
        "{ me { f: friends { name } f: friends { name: __typename } } }",
        "mutation { patch(input: {name: \"a\", name: \"b\"}) }",
        "{ nothing }",
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
async fn a_nested_description_of_the_schema_has_its_own_bounds() {
    let of_type = format!("{}name{}", "ofType { ".repeat(9), " }".repeat(9));
    let usual = format!(
        "query IntrospectionQuery {{ __schema {{ queryType {{ name }} types {{ name \
         fields(includeDeprecated: true) {{ args {{ type {{ {of_type} }} }} }} }} }} }}"
    );
    let (kind, body) = query(&usual).await;
    assert_eq!(kind, Kind::Executed, "{body}");

    let nested = format!(
        "{{ __schema {{ types {{ {}name{} }} }} }}",
        "fields { type { ".repeat(4),
        " } }".repeat(4)
    );
    let (kind, body) = query(&nested).await;
    assert_eq!((kind, code(&body)), (Kind::Refused, "QUERY_TOO_COMPLEX"));
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

#[tokio::test(start_paused = true)]
async fn an_operation_that_never_ends_is_stopped() {
    let (kind, body) = query("{ never }").await;

    assert_eq!((kind, code(&body)), (Kind::TimedOut, "TIMEOUT"));
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
async fn a_required_field_that_fails_makes_data_null() {
    let (kind, body) = query("{ leaks }").await;

    assert_eq!(
        (kind, body.get("data")),
        (Kind::Executed, Some(&Value::Null))
    );
}

#[tokio::test]
async fn a_value_that_does_not_fit_is_the_callers_error() {
    let call =
        json!({"query": "query Q($n: Int) { plus(number: $n) }", "variables": {"n": "many"}});
    let (kind, body) = run(call).await;

    assert_eq!((kind, code(&body)), (Kind::Refused, "BAD_USER_INPUT"));
    assert_eq!(body.get("data"), None);
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
