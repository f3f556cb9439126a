//! Accounts and sessions: who gets in, how long they stay, and which tokens are worth nothing.
//!
//! What keeps accounts safe from others is in `identity`; what the signed-in may do is in the other journeys.

use std::sync::atomic::AtomicU32;
use std::sync::atomic::Ordering;

use chrono::TimeDelta;
use futures_util::future::join_all;
use serde_json::Value;
use serde_json::json;

use crate::support::app::App;
use crate::support::on_both_databases;

const PASSWORD: &str = "correct horse battery";
const VIEWER: &str = "{ viewer { user { email displayName } } }";
const SESSION: &str =
    "session { accessToken refreshToken expiresAt } userErrors { code message path }";

/// An address that no other test uses: failed attempts are remembered by address.
fn somebody() -> String {
    static NUMBER: AtomicU32 = AtomicU32::new(0);
    let number = NUMBER.fetch_add(1, Ordering::Relaxed);
    format!("somebody{number}@example.org")
}

async fn call(app: &App, mutation: &str, kind: &str, input: Value) -> Value {
    let query =
        format!("mutation($input: {kind}!) {{ {mutation}(input: $input) {{ {SESSION} }} }}");
    let answer = app.graphql(None, &query, json!({ "input": input })).await;
    answer.data()[mutation].take()
}

async fn sign_up(app: &App, email: &str) -> Value {
    let input = json!({ "email": email, "displayName": "Somebody", "password": PASSWORD });
    call(app, "signUp", "SignUpInput", input).await
}

async fn sign_in(app: &App, email: &str, password: &str) -> Value {
    let input = json!({ "email": email, "password": password });
    call(app, "signIn", "SignInInput", input).await
}

async fn refresh(app: &App, token: &Value) -> Value {
    let input = json!({ "refreshToken": token });
    call(app, "refreshSession", "RefreshSessionInput", input).await
}

/// The address of whoever holds a token; null for nobody; the code of an error.
async fn viewer(app: &App, token: &Value) -> Value {
    let answer = app.graphql(token.as_str(), VIEWER, json!({})).await;
    match answer.error_code() {
        "" => answer.data()["viewer"]["user"]["email"].take(),
        code => json!(code),
    }
}

fn codes(payload: &Value) -> Value {
    payload["userErrors"].as_array().map_or(Value::Null, |it| {
        it.iter().map(|it| it["code"].clone()).collect()
    })
}

on_both_databases! {
    async fn a_new_account_is_signed_in_at_once_and_later_by_its_password(app: App) {
        let email = somebody();

        let new = sign_up(&app, &email).await;
        let later = sign_in(&app, &email.to_uppercase(), PASSWORD).await;

        assert_eq!(viewer(&app, &new["session"]["accessToken"]).await, json!(email));
        assert_eq!(viewer(&app, &later["session"]["accessToken"]).await, json!(email));
    }

    async fn an_address_has_one_account(app: App) {
        let email = somebody();
        sign_up(&app, &email).await;

        let again = sign_up(&app, &email).await;

        assert_eq!(codes(&again), json!(["TAKEN"]));
        assert_eq!(again["session"], Value::Null);
    }

    async fn everything_wrong_with_a_new_account_is_told_at_once(app: App) {
        let input = json!({ "email": "nobody", "displayName": " ", "password": "short" });

        let refused = call(&app, "signUp", "SignUpInput", input).await;

        let paths: Vec<_> = refused["userErrors"].as_array().unwrap().iter()
            .map(|it| it["path"][0].as_str().unwrap().to_owned()).collect();
        assert_eq!(paths, ["email", "displayName", "password"]);
    }

    /// No address looks like another one, and nobody is without a name.
    async fn an_address_has_one_spelling_and_a_name_shows_something(app: App) {
        for (email, name, path) in [
            ("ow\u{200b}ner@example.org", "Owner", "email"),
            ("own\u{435}r@example.org", "Owner", "email"),
            ("owner@ex\u{ad}ample.org", "Owner", "email"),
            ("\"owner\"@example.org", "Owner", "email"),
            ("owner@[127.0.0.1]", "Owner", "email"),
            ("owner@-example.org", "Owner", "email"),
            ("owner@example.org", "\u{200b}\u{2060}", "displayName"),
        ] {
            let input = json!({ "email": email, "displayName": name, "password": PASSWORD });

            let refused = call(&app, "signUp", "SignUpInput", input).await;

            assert_eq!(refused["userErrors"][0]["path"], json!([path]), "{email:?} {name:?}: {refused:#}");
        }
        let email = "o'hara+hours_{1}@sub.example-2.org";
        let made = sign_up(&app, email).await;
        assert_eq!(viewer(&app, &made["session"]["accessToken"]).await, json!(email));
    }

    /// Whoever guesses does not learn which addresses have accounts.
    async fn a_wrong_password_and_an_unknown_address_get_the_same_answer(app: App) {
        let email = somebody();
        sign_up(&app, &email).await;

        let wrong = sign_in(&app, &email, "something else entirely").await;
        let unknown = sign_in(&app, &somebody(), PASSWORD).await;

        assert_eq!(wrong, unknown);
        assert_eq!(codes(&wrong), json!(["INVALID_CREDENTIALS"]));
    }

    /// However many guesses arrive at the same moment, each of them counts.
    async fn guessing_is_slowed_down_also_when_it_comes_all_at_once(app: App) {
        let email = somebody();
        sign_up(&app, &email).await;
        let guesses = (0..16).map(|it| {
            let (app, email) = (app.clone(), email.clone());
            tokio::spawn(async move { sign_in(&app, &email, &format!("guess number {it}")).await })
        });
        join_all(guesses).await;

        let then = sign_in(&app, &email, PASSWORD).await;

        assert_eq!(codes(&then), json!(["TOO_MANY_ATTEMPTS"]));
    }

    async fn an_access_token_ends_and_the_refresh_token_gives_the_next(app: App) {
        let email = somebody();
        let first = sign_up(&app, &email).await["session"].take();

        app.advance(TimeDelta::minutes(15));
        let ended = viewer(&app, &first["accessToken"]).await;
        let next = refresh(&app, &first["refreshToken"]).await;

        assert_eq!(ended, json!("UNAUTHENTICATED"));
        assert_eq!(viewer(&app, &next["session"]["accessToken"]).await, json!(email));
    }

    async fn a_session_lives_as_long_as_it_is_used(app: App) {
        let mut session = sign_up(&app, &somebody()).await;
        for _ in 0..3 {
            app.advance(TimeDelta::days(20));
            session = refresh(&app, &session["session"]["refreshToken"]).await;
            assert_eq!(codes(&session), json!([]));
        }
        app.advance(TimeDelta::days(31));

        let late = refresh(&app, &session["session"]["refreshToken"]).await;

        assert_eq!(codes(&late), json!(["SESSION_ENDED"]));
    }

    async fn of_simultaneous_refreshes_at_most_one_succeeds(app: App) {
        let first = sign_up(&app, &somebody()).await["session"].take();
        let uses = (0..8).map(|_| {
            let (app, token) = (app.clone(), first["refreshToken"].clone());
            tokio::spawn(async move { refresh(&app, &token).await })
        });

        let done = join_all(uses).await;

        let given = done.iter().filter(|it| it.as_ref().unwrap()["session"].is_object()).count();
        assert_eq!(given, 1);
    }

    async fn signing_out_ends_the_session_and_no_other(app: App) {
        let email = somebody();
        let phone = sign_up(&app, &email).await["session"].take();
        let desk = sign_in(&app, &email, PASSWORD).await["session"].take();

        let query = "mutation { signOut(input: {}) { userErrors { code } } }";
        app.graphql(phone["accessToken"].as_str(), query, json!({})).await.data();

        assert_eq!(viewer(&app, &phone["accessToken"]).await, json!("UNAUTHENTICATED"));
        assert_eq!(viewer(&app, &desk["accessToken"]).await, json!(email));
    }
}
