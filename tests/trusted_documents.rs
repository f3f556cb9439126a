//! Documents that clients listed when they were built: asked by name, and, where only those run, nothing else.
//!
//! How lists are read is tested beside the gate, documents asked by their digest alone there too.

use std::path::PathBuf;

use serde_json::Value;
use serde_json::json;
use tempfile::TempDir;
use tiwizi::config::Config;
use tiwizi::config::DocumentsMode;
use tiwizi::demo;

use crate::support::app::Answer;
use crate::support::app::App;
use crate::support::cast::Cast;
use crate::support::databases::Engine;

const VERSION: &str = "query Version { serverInfo { version } }";
const ME: &str = "query Me { viewer { user { email } } }";
const OLD: &str = "query Old { serverInfo { colour } }";
const FREE: &str = "{ serverInfo { version } }";

/// Lists as the tools of Apollo and of Relay write them.
fn lists(folder: &TempDir) -> String {
    let operation =
        |id: &str, body: &str| json!({ "id": id, "name": "A", "type": "query", "body": body });
    let apollo = json!({
        "format": "apollo-persisted-query-manifest",
        "version": 1,
        "operations": [operation("version", VERSION), operation("old", OLD)],
    });
    let relay = json!({ "me": ME });
    let lists = [("apollo.json", apollo), ("relay.json", relay)];
    let files =
        lists.map(|(name, list)| file(folder, name, &list.to_string()).display().to_string());
    files.join(" ")
}

fn file(folder: &TempDir, name: &str, text: &str) -> PathBuf {
    let file = folder.path().join(name);
    std::fs::write(&file, text).expect("a file");
    file
}

fn with(mode: DocumentsMode, manifests: String) -> impl FnOnce(&mut Config) {
    move |config| {
        config.documents.mode = mode;
        config.documents.manifests = manifests;
    }
}

/// An answer to a body, whatever is in it.
async fn send(app: &App, token: Option<&str>, body: Value) -> Answer {
    let request = app
        .http()
        .post(format!("{}/graphql", app.url))
        .header("accept", "application/graphql-response+json")
        .json(&body);
    let request = match token {
        Some(token) => request.bearer_auth(token),
        None => request,
    };
    let response = request.send().await.expect("an answer");
    Answer {
        status: response.status().as_u16(),
        headers: response.headers().clone(),
        body: response.json().await.expect("JSON"),
    }
}

fn digest(text: &str) -> String {
    let digest = tiwizi::platform::crypto::sha256(text.as_bytes());
    digest.iter().map(|it| format!("{it:02x}")).collect()
}

fn persisted(text: &str) -> Value {
    json!({ "persistedQuery": { "version": 1, "sha256Hash": digest(text) } })
}

#[tokio::test]
async fn a_listed_document_is_asked_by_its_name() {
    App::run_on(Engine::Sqlite, async |app: App| {
        let folder = TempDir::new().expect("a folder");
        let lists = lists(&folder);
        let listing = app.beside_with(with(DocumentsMode::Any, lists)).await;

        for name in ["version", &format!("sha256:{}", digest(VERSION))] {
            let answer = send(&listing, None, json!({ "documentId": name })).await;
            let version = &answer.data()["serverInfo"]["version"];
            assert!(version.is_string(), "{name}");
        }
        let asked = send(&listing, None, json!({ "documentId": "me", "query": null })).await;
        assert_eq!(asked.data()["viewer"], Value::Null);
        let url = format!("{}/graphql?documentId=version", listing.url);
        let got = listing.http().get(url).send().await.expect("an answer");
        assert_eq!(got.status(), 200);
        // Others run here, too, and are known by their digest once they were sent.
        assert_eq!(
            send(&listing, None, json!({ "query": FREE })).await.status,
            200
        );
        assert_eq!(
            send(&listing, None, json!({ "extensions": persisted(FREE) }))
                .await
                .status,
            200
        );

        for (body, code) in [
            (
                json!({ "documentId": "nothing" }),
                "PERSISTED_QUERY_NOT_FOUND",
            ),
            (
                json!({ "documentId": "sha256:xyz" }),
                "PERSISTED_QUERY_NOT_FOUND",
            ),
            (
                json!({ "documentId": "sha256:é" }),
                "PERSISTED_QUERY_NOT_FOUND",
            ),
            (json!({ "documentId": "old" }), "GRAPHQL_VALIDATION_FAILED"),
            (json!({ "documentId": 1 }), "BAD_REQUEST"),
            (
                json!({ "documentId": "version", "query": VERSION }),
                "BAD_REQUEST",
            ),
            (
                json!({ "documentId": "version", "extensions": persisted(VERSION) }),
                "BAD_REQUEST",
            ),
        ] {
            let answer = send(&listing, None, body.clone()).await;
            assert_eq!((answer.status, answer.error_code()), (400, code), "{body}");
            assert!(answer.body.get("data").is_none(), "{:#}", answer.body);
        }
        listing.close().await;
    })
    .await;
}

#[tokio::test]
async fn where_only_listed_documents_run_others_are_refused() {
    App::run_on(Engine::Sqlite, async |app: App| {
        let cast = Cast::on(&app).await;
        let (owner, admin) = (cast.owner.token().to_owned(), cast.admin.token().to_owned());
        let folder = TempDir::new().expect("a folder");
        let lists = lists(&folder);
        let strict = app.beside_with(with(DocumentsMode::Only, lists)).await;

        // What is listed runs, however it is given.
        for body in [
            json!({ "documentId": "version" }),
            json!({ "query": VERSION }),
            json!({ "extensions": persisted(VERSION) }),
            json!({ "query": VERSION, "extensions": persisted(VERSION) }),
        ] {
            let answer = send(&strict, Some(&owner), body.clone()).await;
            assert_eq!(answer.status, 200, "{body}: {:#}", answer.body);
        }
        // What is not runs for administrators of the platform, and does not run for others afterwards.
        for token in [None, Some(owner.as_str())] {
            let answer = send(&strict, token, json!({ "query": FREE })).await;
            assert_eq!((answer.status, answer.error_code()), (400, "FORBIDDEN"));
            let answer = send(
                &strict,
                token,
                json!({ "query": FREE, "extensions": persisted(FREE) }),
            )
            .await;
            assert_eq!(answer.error_code(), "FORBIDDEN");
        }
        assert_eq!(
            send(&strict, Some(&admin), json!({ "query": FREE }))
                .await
                .status,
            200
        );
        let answer = send(
            &strict,
            Some(&owner),
            json!({ "extensions": persisted(FREE) }),
        )
        .await;
        assert_eq!(answer.error_code(), "PERSISTED_QUERY_NOT_FOUND");
        // One can sign in at the pages of the server all the same.
        let sign_in = include_str!("../graphiql/src/documents/sign-in.graphql");
        let input = json!({ "email": "nobody@example.org", "password": demo::PASSWORD });
        let answer = send(
            &strict,
            None,
            json!({ "query": sign_in, "variables": { "input": input } }),
        )
        .await;
        assert_eq!(
            answer.data()["signIn"]["userErrors"][0]["code"],
            "INVALID_CREDENTIALS"
        );
        let providers = include_str!("../graphiql/src/documents/sign-in-providers.graphql");
        let answer = send(&strict, None, json!({ "query": providers })).await;
        assert_eq!(answer.data()["signInProviders"], json!([]));
        let input = json!({ "provider": "nowhere" });
        let begin = include_str!("../graphiql/src/documents/begin-sign-in.graphql");
        let begin = json!({ "query": begin, "variables": { "input": input } });
        let answer = send(&strict, None, begin).await;
        let refused = &answer.data()["beginSignIn"]["userErrors"][0]["code"];
        assert_eq!(refused, "NOT_FOUND");
        let input = json!({ "key": "none", "state": "none", "code": "none" });
        let complete = include_str!("../graphiql/src/documents/complete-sign-in.graphql");
        let complete = json!({ "query": complete, "variables": { "input": input } });
        let answer = send(&strict, None, complete).await;
        let refused = &answer.data()["completeSignIn"]["userErrors"][0]["code"];
        assert_eq!(refused, "SIGN_IN_INVALID");
        strict.close().await;
    })
    .await;
}

#[tokio::test]
async fn a_list_that_cannot_be_used_stops_the_start_with_its_name() {
    App::run_on(Engine::Sqlite, async |app: App| {
        let folder = TempDir::new().expect("a folder");
        let missing = folder.path().join("missing.json").display().to_string();
        let other = file(&folder, "other.json", "[]").display().to_string();
        let one = file(&folder, "one.json", &json!({ "a": VERSION }).to_string())
            .display()
            .to_string();
        let two = file(&folder, "two.json", &json!({ "a": ME }).to_string())
            .display()
            .to_string();
        for (manifests, told) in [
            (
                missing.clone(),
                vec![missing.as_str(), "documents.manifests"],
            ),
            (other.clone(), vec![other.as_str(), "Relay"]),
            (format!("{one} {two}"), vec![two.as_str(), "`a`"]),
        ] {
            let mut config = app.parts.core.config.clone();
            with(DocumentsMode::Any, manifests)(&mut config);
            let refused = tiwizi::graphql::gate::listed(&config.documents)
                .unwrap_err()
                .to_string();
            for part in told {
                assert!(refused.contains(part), "{refused}");
            }
            assert!(!refused.contains('\n'), "{refused}");
        }
        // Said twice alike it is said once.
        let mut config = app.parts.core.config.clone();
        with(DocumentsMode::Any, format!("{one} {one}"))(&mut config);
        assert_eq!(
            tiwizi::graphql::gate::listed(&config.documents)
                .expect("a list")
                .len(),
            1
        );
    })
    .await;
}
