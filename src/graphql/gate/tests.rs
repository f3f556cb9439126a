//! The gate before a small schema: what it refuses, what it lets pass, and how it answers.

use async_graphql::EmptySubscription;
use async_graphql::InputObject;
use async_graphql::MaybeUndefined;
use async_graphql::Object;
use async_graphql::OneofObject;
use async_graphql::SDLExportOptions;
use async_graphql::Schema;
use async_graphql::ValidationMode;
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
use crate::platform::crypto::sha256;

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

    async fn found(&self, by: By) -> String {
        match by {
            By::Name(name) => name,
            By::Number(number) => number.to_string(),
        }
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

#[derive(OneofObject)]
enum By {
    Name(String),
    Number(i32),
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
        .validation_mode(ValidationMode::Fast)
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
        "{ found(by: {}) }",
        "{ found(by: {name: null}) }",
        "{ found(by: {name: \"a\", number: 1}) }",
        "query Q($name: String) { found(by: {name: $name}) }",
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

/// What graphql-js, and with it every client, asks about a schema.
const DESCRIPTION: &str = "query IntrospectionQuery { __schema { description queryType { name kind } \
    mutationType { name kind } subscriptionType { name kind } types { ...FullType } directives { \
    name description isRepeatable locations args(includeDeprecated: true) { ...InputValue } } } } \
    fragment FullType on __Type { kind name description specifiedByURL isOneOf \
    fields(includeDeprecated: true) { name description args(includeDeprecated: true) { \
    ...InputValue } type { ...TypeRef } isDeprecated deprecationReason } \
    inputFields(includeDeprecated: true) { ...InputValue } interfaces { ...TypeRef } \
    enumValues(includeDeprecated: true) { name description isDeprecated deprecationReason } \
    possibleTypes { ...TypeRef } } fragment InputValue on __InputValue { name description type { \
    ...TypeRef } defaultValue isDeprecated deprecationReason } fragment TypeRef on __Type { kind \
    name ofType { kind name ofType { kind name ofType { kind name ofType { kind name ofType { kind \
    name ofType { kind name ofType { kind name ofType { kind name ofType { kind name } } } } } } } \
    } } }";

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

#[tokio::test]
async fn valid_documents_that_the_library_would_refuse_are_answered() {
    for (document, variables, data) in [
        (
            "query Q($b: Boolean!) { __typename @include(if: $b) }",
            json!({"b": true}),
            json!({"__typename": "Query"}),
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

#[tokio::test]
async fn a_document_sent_once_can_be_asked_by_its_digest() {
    let gate = gate(Config::default().limits, Introspection::Open);
    let ask = async |call: Value| {
        let call = Call::from_json(call.to_string().as_bytes()).unwrap();
        let caller = Caller {
            signed_in: SignedIn::No,
            request_id: "test",
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
