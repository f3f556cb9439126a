//! Accounts and what keeps them safe, as their owners and those who attack them see it.
//!
//! Signing in and out in the plain case is in `sign_in`; letters of a lost password are in `letters`.

mod addresses;
mod lock_out;
mod openid;
mod passwords;
mod sealing;
mod second_factor;
mod sessions;
mod tokens;

use reqwest::header::USER_AGENT;
use serde_json::Value;
use serde_json::json;

use crate::support::app::App;
use crate::support::cast::PASSWORD;
use crate::support::cast::Person;

const SIGN_IN: &str = "mutation($input: SignInInput!) { signIn(input: $input) { session { accessToken refreshToken } \
     viewer { user { id } } retryAfterSeconds userErrors { code message path rule } } }";

/// An instance that believes what tests say of where requests come from.
async fn anywhere(app: &App) -> App {
    app.beside_with(|config| config.http.trusted_proxies = "127.0.0.0/8".to_owned())
        .await
}

/// The whole answer to an operation of somebody at an address of the network, with a client of some name.
async fn asks_from(
    app: &App,
    (address, agent): (&str, &str),
    token: Option<&str>,
    query: &str,
    variables: Value,
) -> Value {
    let request = app
        .http()
        .post(format!("{}/graphql", app.url))
        .header("x-forwarded-for", address)
        .header(USER_AGENT, agent)
        .json(&json!({ "query": query, "variables": variables }));
    let request = match token {
        Some(token) => request.bearer_auth(token),
        None => request,
    };
    request.send().await.unwrap().json().await.unwrap()
}

/// What a sign-in from somewhere answers.
async fn signs_in_from(app: &App, address: &str, email: &str, password: &str) -> Value {
    let input = json!({ "input": { "email": email, "password": password } });
    let mut answer = asks_from(app, (address, "test/1"), None, SIGN_IN, input).await;
    answer["data"]["signIn"].take()
}

/// What a sign-in answers.
async fn signs_in(app: &App, input: Value) -> Value {
    let answer = app.graphql(None, SIGN_IN, json!({ "input": input })).await;
    answer.data()["signIn"].take()
}

fn credentials(person: &Person) -> Value {
    json!({ "email": person.email, "password": PASSWORD })
}

/// Whether a token is worth something.
async fn is_let_in(app: &App, token: &str) -> bool {
    let answer = app
        .graphql(Some(token), "{ viewer { user { id } } }", json!({}))
        .await;
    answer.error_code() != "UNAUTHENTICATED"
}

fn codes(payload: &Value) -> Vec<&str> {
    let errors = payload["userErrors"].as_array().unwrap();
    errors
        .iter()
        .map(|it| it["code"].as_str().unwrap())
        .collect()
}

fn text(value: &Value) -> String {
    value.as_str().unwrap().to_owned()
}
