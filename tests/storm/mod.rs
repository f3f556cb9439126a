//! Many requests that nobody would write: every one is answered, none is a fault.
//!
//! A run of the suite sends some thousands. `STORM_REQUESTS` and `STORM_BYTES` say how many operations and how many
//! broken requests are sent instead, `STORM_SEED` from which number they follow; then the memory of the process is held
//! as well, so such a run goes alone: `STORM_REQUESTS=1000000 STORM_BYTES=100000 cargo test storm -- --nocapture`.

mod bytes;
mod documents;
mod values;

use std::collections::BTreeMap;
use std::time::Instant;

use futures_util::StreamExt;
use futures_util::stream;
use rand::Rng;
use rand::SeedableRng;
use rand::rngs::StdRng;
use serde_json::Value;

use crate::storm::bytes::exchange;
use crate::storm::bytes::request;
use crate::storm::documents::Maker;
use crate::support::app::App;
use crate::support::databases::Engine;
use crate::support::on_both_databases;
use crate::support::planted::Planted;

/// Requests that are on their way at once.
const AT_ONCE: usize = 8;
/// Most memory that a storm may add, whatever its length: caches fill, nothing else may.
const GROWTH_MOST: u64 = 768 * 1024 * 1024;
/// What an answer may hold of how it is made: nothing.
const INSIDES: [&str; 6] = ["panicked", "sqlx", "DbErr", "rusqlite", "SELECT ", "src/"];

on_both_databases! {
    /// Operations made from the schema and bent in every way, by members of every kind, are answered in the form of
    /// the protocol.
    async fn no_operation_is_a_fault(app: App) {
        let planted = Planted::on(&app).await;
        let app = app
            .beside_with(|config| config.limits.timeout_seconds = 120)
            .await;
        let cast = &planted.cast;
        let tokens: Vec<Option<String>> = [&cast.owner, &cast.coordinator, &cast.volunteer, &cast.outsider]
            .iter()
            .map(|it| Some(it.token().to_owned()))
            .chain([None])
            .collect();
        let ids: Vec<String> = planted.ids.iter().map(|(_, id)| id.clone()).collect();
        let (seed, count) = (seed(), asked("STORM_REQUESTS").unwrap_or(1_500));
        let before = resident();
        let began = Instant::now();

        let mut tally = BTreeMap::<String, u64>::new();
        let mut answers = stream::iter(0..count)
            .map(|number| {
                let mut random = StdRng::seed_from_u64(seed.wrapping_add(number));
                let token = tokens[random.random_range(0..tokens.len())].clone();
                let body = Maker::new(&mut random, &ids).body();
                let app = &app;
                async move {
                    let mut request = app.http().post(format!("{}/graphql", app.url)).body(body.clone());
                    request = request.header("content-type", "application/json");
                    if let Some(token) = token {
                        request = request.bearer_auth(token);
                    }
                    let response = request.send().await.expect("an answer");
                    let status = response.status().as_u16();
                    (number, body, status, response.bytes().await.expect("a whole answer"))
                }
            })
            .buffer_unordered(AT_ONCE);
        while let Some((number, body, status, answer)) = answers.next().await {
            let sent = String::from_utf8_lossy(&body);
            let told = well_formed(status, &answer).unwrap_or_else(|wrong| {
                panic!("request {number} of seed {seed}: {wrong}\nsent {sent}\ngot {status} {}", String::from_utf8_lossy(&answer))
            });
            *tally.entry(told).or_default() += 1;
        }

        eprintln!("seed {seed}: {count} operations in {:?}: {tally:?}", began.elapsed());
        assert!(tally.keys().any(|it| it == "data"), "nothing ran: {tally:?}");
        held("STORM_REQUESTS", before);
    }
}

/// Bytes that are no request, or hardly one, are refused or cut off; the server goes on.
#[tokio::test]
async fn no_broken_request_is_a_fault() {
    App::run_on(Engine::Sqlite, async |app: App| {
        let (seed, count) = (seed(), asked("STORM_BYTES").unwrap_or(1_000));
        let address = app.url.trim_start_matches("http://").to_owned();
        let before = resident();
        let began = Instant::now();

        let mut tally = BTreeMap::<u16, u64>::new();
        let mut answers = stream::iter(0..count)
            .map(|number| {
                let sent = request(&mut StdRng::seed_from_u64(seed.wrapping_add(number)));
                let address = &address;
                async move { (number, exchange(address, &sent).await, sent) }
            })
            .buffer_unordered(AT_ONCE);
        while let Some((number, status, sent)) = answers.next().await {
            // Cut off without a word is an answer as well.
            let status = status.unwrap_or_default();
            assert!(
                status < 500 || [501, 505].contains(&status),
                "request {number} of seed {seed} got {status}: {}",
                String::from_utf8_lossy(&sent)
            );
            *tally.entry(status).or_default() += 1;
        }

        eprintln!(
            "seed {seed}: {count} broken requests in {:?}: {tally:?}",
            began.elapsed()
        );
        let alive = app.http().get(format!("{}/healthz", app.url)).send().await;
        assert_eq!(alive.expect("an answer").status(), 200);
        held("STORM_BYTES", before);
    })
    .await;
}

/// What an answer says, in one word; or what is wrong with its form.
fn well_formed(status: u16, answer: &[u8]) -> Result<String, String> {
    if status >= 500 {
        return Err("a fault".to_owned());
    }
    let text = std::str::from_utf8(answer).map_err(|it| it.to_string())?;
    if let Some(shown) = INSIDES.iter().find(|it| text.contains(**it)) {
        return Err(format!("shows {shown}"));
    }
    let answer: Value = serde_json::from_str(text).map_err(|it| it.to_string())?;
    let answer = answer.as_object().ok_or("no object")?;
    let members = ["data", "errors", "extensions"];
    if let Some(other) = answer.keys().find(|it| !members.contains(&it.as_str())) {
        return Err(format!("has a member {other}"));
    }
    let Some(errors) = answer.get("errors") else {
        let data = answer.get("data").is_some_and(Value::is_object);
        return if data {
            Ok("data".to_owned())
        } else {
            Err("neither data nor errors".to_owned())
        };
    };
    let errors = errors
        .as_array()
        .filter(|it| !it.is_empty())
        .ok_or("no list of errors")?;
    let mut codes = Vec::new();
    for error in errors {
        let message = error["message"].as_str().unwrap_or_default();
        let code = error["extensions"]["code"].as_str().unwrap_or_default();
        if message.is_empty() || code.is_empty() || code == "INTERNAL_SERVER_ERROR" {
            return Err(format!("an error {error}"));
        }
        codes.push(code);
    }
    Ok(codes[0].to_owned())
}

fn asked(name: &str) -> Option<u64> {
    std::env::var(name).ok()?.parse().ok()
}

/// A storm is another each time it is asked for, and the same in the suite.
fn seed() -> u64 {
    asked("STORM_SEED").unwrap_or(1)
}

/// Bytes of memory that the process holds.
fn resident() -> u64 {
    let told = std::fs::read_to_string("/proc/self/statm").unwrap_or_default();
    let pages = told
        .split_whitespace()
        .nth(1)
        .and_then(|it| it.parse::<u64>().ok());
    pages.unwrap_or_default() * 4_096
}

/// Where the storm was asked for and runs alone, the memory of the process is its own.
fn held(name: &str, before: u64) {
    let after = resident();
    eprintln!(
        "memory: {} MB before, {} MB after",
        before >> 20,
        after >> 20
    );
    if asked(name).is_some() {
        assert!(
            after.saturating_sub(before) < GROWTH_MOST,
            "{before} bytes grew to {after}"
        );
    }
}
