//! GraphQL over HTTP: statuses, media types, headers, and what no answer may hold.
//!
//! The audits of `graphql-http` run beside these, from outside; limits are tested with the gate.
//! Nothing here depends on the database, so that one is enough.

use chrono::TimeDelta;
use reqwest::Method;
use reqwest::RequestBuilder;
use reqwest::Url;
use serde_json::Value;
use serde_json::json;

use crate::support::app::App;
use crate::support::cast::Cast;
use crate::support::databases::Engine;
use crate::support::statements::counted;

const GRAPHQL: &str = "application/graphql-response+json";
const JSON: &str = "application/json";

fn post(app: &App, accept: &str, body: impl Into<reqwest::Body>) -> RequestBuilder {
    app.http()
        .post(format!("{}/graphql", app.url))
        .header("accept", accept)
        .header("content-type", JSON)
        .body(body)
}

struct Seen {
    status: u16,
    content_type: String,
    headers: reqwest::header::HeaderMap,
    body: Value,
}

async fn see(request: RequestBuilder) -> Seen {
    let response = request.send().await.unwrap();
    let headers = response.headers().clone();
    let content_type = headers
        .get("content-type")
        .map_or_else(String::new, |it| it.to_str().unwrap().to_owned());
    Seen {
        status: response.status().as_u16(),
        content_type,
        headers,
        body: response.json().await.unwrap_or_default(),
    }
}

#[tokio::test]
async fn the_status_says_what_became_of_it_in_the_form_asked_for() {
    App::run_on(Engine::Sqlite, async |app: App| {
        for (body, graphql, json, code) in [
            (json!({"query": "{ __typename }"}).to_string(), 200, 200, ""),
            (
                json!({"query": "{"}).to_string(),
                400,
                200,
                "GRAPHQL_PARSE_FAILED",
            ),
            (
                json!({"query": "{ nothing }"}).to_string(),
                400,
                200,
                "GRAPHQL_VALIDATION_FAILED",
            ),
            (
                json!({"query": "query Q($c: String!) { territory(code: $c) { code } }"})
                    .to_string(),
                400,
                200,
                "BAD_USER_INPUT",
            ),
            ("{".to_owned(), 400, 400, "BAD_REQUEST"),
            (json!({"query": 1}).to_string(), 400, 400, "BAD_REQUEST"),
            (
                json!([{"query": "{ __typename }"}]).to_string(),
                400,
                400,
                "BAD_REQUEST",
            ),
        ] {
            for (accept, status, form) in [
                (GRAPHQL, graphql, GRAPHQL),
                (JSON, json, JSON),
                ("*/*", json, JSON),
                (
                    "application/json;q=0.5, application/graphql-response+json",
                    graphql,
                    GRAPHQL,
                ),
            ] {
                let seen = see(post(&app, accept, body.clone())).await;

                assert_eq!(seen.status, status, "{accept}: {body}");
                assert_eq!(seen.content_type, format!("{form}; charset=utf-8"));
                let said = seen.body["errors"][0]["extensions"]["code"].as_str();
                assert_eq!(said.unwrap_or_default(), code, "{body}: {}", seen.body);
                assert_eq!(seen.body.get("data").is_some(), code.is_empty(), "{body}");
            }
        }
    })
    .await;
}

/// Several lines of a header that lists things are one list.
#[tokio::test]
async fn what_is_taken_may_stand_in_several_lines() {
    App::run_on(Engine::Sqlite, async |app: App| {
        for (first, second) in [("text/html", JSON), (JSON, "text/html")] {
            let body = json!({ "query": "{ __typename }" }).to_string();

            let seen = see(post(&app, first, body).header("accept", second)).await;

            assert_eq!(seen.status, 200, "{first}, then {second}");
        }
    })
    .await;
}

/// A value that cannot be read stops the whole request: nothing of it runs, wherever the value is.
#[tokio::test]
async fn nothing_runs_beside_a_value_that_cannot_be_read() {
    App::run_on(Engine::Sqlite, async |app: App| {
        let cast = Cast::on(&app).await;
        let made = |born: &str| json!({ "organizationId": cast.organization.id, "name": "Ghost", "birthDate": born });
        let query = "mutation($a: CreateVolunteerInput!, $b: CreateVolunteerInput!) {
            a: createVolunteer(input: $a) { volunteer { id } } b: createVolunteer(input: $b) { volunteer { id } } }";
        let variables = json!({ "a": made("1990-12-31"), "b": made("31/12/1990") });

        let answer = cast.owner.tries(query, variables).await;

        assert!(answer.body.get("data").is_none(), "{:#}", answer.body);
        assert_eq!(answer.error_code(), "BAD_USER_INPUT");
        let message = answer.body["errors"][0]["message"].as_str().unwrap();
        assert!(message.contains("$b.birthDate") && message.contains("2026-03-14"), "{message}");
        let query = r#"{ indhReport(input: { territoryCode: "MA", from: "2026-02-30", to: "2026-12-31" }) { asOf } }"#;
        let literal = cast.owner.tries(query, json!({})).await;
        assert_eq!(literal.error_code(), "GRAPHQL_VALIDATION_FAILED");
        let query = "query($s: String!) { volunteers(filter: { search: $s }) { totalCount } }";
        let found = cast.owner.tries(query, json!({ "s": "Ghost" })).await;
        assert_eq!(found.body["data"]["volunteers"]["totalCount"], 0, "{:#}", found.body);
    })
    .await;
}

#[tokio::test]
async fn other_bodies_and_forms_are_refused_in_the_shape_of_graphql() {
    App::run_on(Engine::Sqlite, async |app: App| {
        let query = json!({"query": "{ __typename }"}).to_string();
        let url = format!("{}/graphql", app.url);
        let with = |kind: &str| {
            app.http()
                .post(&url)
                .header("content-type", kind)
                .body(query.clone())
        };
        let large =
            json!({"query": "{ __typename }", "padding": " ".repeat(1024 * 1024)}).to_string();

        for (request, status) in [
            (app.http().post(&url).body(query.clone()), 415),
            (with("text/plain"), 415),
            (with("application/x-www-form-urlencoded"), 415),
            (with("multipart/form-data; boundary=x"), 415),
            (with("application/json; charset=latin1"), 415),
            (with(JSON).header("content-encoding", "gzip"), 415),
            (post(&app, "text/html", query.clone()), 406),
            (post(&app, GRAPHQL, large), 413),
            (app.http().request(Method::PUT, &url), 405),
        ] {
            let seen = see(request).await;

            assert_eq!(seen.status, status);
            assert!(
                seen.body["errors"][0]["message"].is_string(),
                "{}",
                seen.body
            );
            assert!(seen.body["errors"][0]["extensions"]["code"].is_string());
            assert_eq!(seen.headers.contains_key("allow"), status == 405);
        }
    })
    .await;
}

#[tokio::test]
async fn only_queries_come_by_get() {
    App::run_on(Engine::Sqlite, async |app: App| {
        let get = |query: &str| {
            let address = format!("{}/graphql", app.url);
            let parameters = [("query", query), ("variables", "{}")];
            let url = Url::parse_with_params(&address, parameters).unwrap();
            app.http().get(url).header("accept", GRAPHQL)
        };

        let seen = see(get("{ __typename }")).await;
        assert_eq!(
            (seen.status, &seen.body["data"]["__typename"]),
            (200, &json!("Query"))
        );

        let seen = see(get("mutation { signOut { userErrors { code } } }")).await;
        assert_eq!(seen.status, 405);
        assert_eq!(seen.headers["allow"], "POST");
        assert_eq!(seen.body.get("data"), None);
    })
    .await;
}

#[tokio::test]
async fn a_token_that_is_not_valid_is_not_taken_for_nobody() {
    App::run_on(Engine::Sqlite, async |app: App| {
        for authorization in ["Bearer nonsense", "Bearer ", "Basic YTpi"] {
            let query = json!({"query": "{ __typename }"}).to_string();
            let seen = see(post(&app, GRAPHQL, query).header("authorization", authorization)).await;

            assert_eq!(seen.status, 401, "{authorization}");
            assert_eq!(
                seen.body["errors"][0]["extensions"]["code"],
                "UNAUTHENTICATED"
            );
            assert!(
                seen.headers["www-authenticate"]
                    .to_str()
                    .unwrap()
                    .starts_with("Bearer")
            );
        }
    })
    .await;
}

#[tokio::test]
async fn answers_carry_the_name_of_the_request_and_keep_browsers_careful() {
    App::run_on(Engine::Sqlite, async |app: App| {
        let query = json!({"query": "{ __typename }"}).to_string();

        let seen =
            see(post(&app, JSON, query.clone()).header("x-request-id", "from-a-proxy_1")).await;
        assert_eq!(seen.headers["x-request-id"], "from-a-proxy_1");
        assert_eq!(seen.headers["cache-control"], "no-store");
        assert_eq!(seen.headers["x-content-type-options"], "nosniff");
        assert!(
            seen.headers["vary"]
                .to_str()
                .unwrap()
                .contains("Authorization")
        );
        assert!(seen.headers.contains_key("content-security-policy"));

        for strange in ["short", "with blanks in it", "<script>alert(1)</script>"] {
            let seen = see(post(&app, JSON, query.clone()).header("x-request-id", strange)).await;

            assert_ne!(seen.headers["x-request-id"], strange);
        }
    })
    .await;
}

#[tokio::test]
async fn figures_count_what_was_asked() {
    App::run_on(Engine::Sqlite, async |app: App| {
        see(post(
            &app,
            JSON,
            json!({"query": "{ nothing }"}).to_string(),
        ))
        .await;

        let figures = app
            .http()
            .get(format!("{}/metrics", app.url))
            .send()
            .await
            .unwrap();

        let text = figures.text().await.unwrap();
        assert!(
            text.contains("graphql_operations_total{kind=\"unknown\",outcome=\"refused\"}"),
            "{text}"
        );
        assert!(
            text.contains("graphql_errors_total{code=\"GRAPHQL_VALIDATION_FAILED\"}"),
            "{text}"
        );
    })
    .await;
}

#[tokio::test]
async fn the_schema_is_text_that_need_not_be_fetched_twice() {
    App::run_on(Engine::Sqlite, async |app: App| {
        let url = format!("{}/schema.graphql", app.url);

        let first = app.http().get(&url).send().await.unwrap();
        let tag = first.headers()["etag"].clone();
        assert_eq!(first.text().await.unwrap(), tiwizi::graphql::sdl());

        let again = app
            .http()
            .get(&url)
            .header("if-none-match", tag)
            .send()
            .await
            .unwrap();
        assert_eq!(again.status(), 304);
        assert!(
            !again.headers().contains_key("cache-control"),
            "what was kept stays kept: {again:?}"
        );
        assert_eq!(again.text().await.unwrap(), "");
    })
    .await;
}

#[tokio::test]
async fn the_first_page_speaks_three_languages() {
    App::run_on(Engine::Sqlite, async |app: App| {
        for (locale, direction) in [("ar", "rtl"), ("fr", "ltr"), ("en", "ltr")] {
            let page = app
                .http()
                .get(&app.url)
                .header("accept-language", locale)
                .send()
                .await
                .unwrap();

            assert_eq!(page.headers()["content-language"], locale);
            let text = page.text().await.unwrap();
            assert!(
                text.contains(&format!("<html lang=\"{locale}\" dir=\"{direction}\">")),
                "{text}"
            );
            assert!(text.contains("href=\"/graphiql\""));
        }
    })
    .await;
}

/// Fragments that double at each level are refused without being followed: followed, forty levels
/// would keep the server busy for years, and this test too. That the work grows with the document is
/// counted beside the gate.
#[tokio::test]
async fn a_bomb_of_fragments_is_refused_before_anything_runs() {
    App::run_on(Engine::Sqlite, async |app: App| {
        let mut bomb = "{ territories(first: 1) { nodes { ...F0 } } }".to_owned();
        for level in 0..40 {
            let next = level + 1;
            bomb += &format!(
                " fragment F{level} on Territory {{ a: parent {{ ...F{next} }} b: parent {{ ...F{next} }} }}"
            );
        }
        bomb += " fragment F40 on Territory { code }";
        let flat = bomb.replace("a: parent { ", "").replace("b: parent { ", "").replace(" } }", " }");

        for text in [bomb, flat] {
            let (answer, statements) = counted(&app, app.graphql(None, &text, json!({}))).await;

            assert!(answer.body.get("data").is_none(), "{:#}", answer.body);
            assert_ne!(answer.error_code(), "INTERNAL_SERVER_ERROR");
            assert_eq!(statements, 0);
        }
    })
    .await;
}

#[tokio::test]
async fn whoever_asks_for_much_waits_and_others_do_not() {
    App::run_on(Engine::Sqlite, async |app: App| {
        let cast = Cast::on(&app).await;
        let app = app
            .beside_with(|config| {
                config.limits.points = 120;
                config.limits.points_signed_out = 120;
                config.limits.cost = 100;
            })
            .await;
        let query = |first: u32| {
            let document = format!("{{ territories(first: {first}) {{ nodes {{ code }} }} }}");
            json!({ "query": document }).to_string()
        };
        let header = |seen: &Seen, name: &str| {
            let value = seen.headers.get(name).map(|it| it.to_str().unwrap());
            value.unwrap_or_default().to_owned()
        };

        // What an operation costs is said with how the client stands.
        let first = see(post(&app, GRAPHQL, query(80))).await;
        let cost = first.body["extensions"]["cost"].clone();
        let spent = cost["requested"].as_u64().unwrap();
        assert!(spent > 80, "{cost}");
        assert_eq!(cost["points"]["limit"], 120);
        assert_eq!(cost["points"]["remaining"], 120 - spent);
        assert_eq!(header(&first, "ratelimit-policy"), "\"points\";q=120;w=60");
        let left = format!("\"points\";r={};t={}", 120 - spent, spent.div_ceil(2));
        assert_eq!(header(&first, "ratelimit"), left);
        assert_eq!(header(&first, "retry-after"), "");

        // The same again is more than is left: nothing runs, and the client is told when to come back.
        let second = see(post(&app, JSON, query(80))).await;
        assert_eq!(second.status, 429);
        let error = &second.body["errors"][0]["extensions"];
        assert_eq!(error["code"], "RATE_LIMITED");
        assert_eq!(second.body.get("data"), None);
        let wait = header(&second, "retry-after");
        assert_eq!(error["retryAfterSeconds"].to_string(), wait);

        // Somebody who is signed in has points of their own.
        let asked = post(&app, GRAPHQL, query(10)).bearer_auth(cast.owner.token());
        assert_eq!(see(asked).await.status, 200);

        // Points come back with time.
        app.advance(TimeDelta::seconds(wait.parse().unwrap()));
        assert_eq!(see(post(&app, GRAPHQL, query(80))).await.status, 200);
    })
    .await;
}
