//! Measures reads of a real server against raw SQL that returns the same as JSON, in one run.
//!
//! `cargo bench --bench load -- --entries 200000`. It starts a temporary PostgreSQL, fills it with
//! demonstration data, starts the server and, beside it, the limit: one handler that runs one
//! statement, without GraphQL, identity or rules. Both are checked before they are timed, and timed
//! by turns. Absolute figures drift from machine to machine; the ratios of one run count.

#![expect(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stdout,
    reason = "a program of our own, at a terminal, that ends where something is not as it must be"
)]

#[path = "../../tests/support/databases.rs"]
#[expect(dead_code, reason = "shared with the tests, which use more of it")]
mod databases;
mod limit;
#[path = "../server.rs"]
#[expect(
    dead_code,
    reason = "shared with other measurements, which use more of it"
)]
mod server;

use std::process::Command;
use std::sync::Arc;
use std::time::Duration;
use std::time::Instant;

use clap::Parser;
use databases::Database;
use databases::Engine;
use serde_json::Value;
use serde_json::json;

/// Reads of a real server against raw SQL, in one run
#[derive(Debug, Parser)]
struct Arguments {
    /// Hour entries to generate
    #[arg(long, default_value_t = 200_000)]
    entries: u64,
    /// Clients that ask at once
    #[arg(long, default_value_t = 16)]
    clients: usize,
    /// Length of one turn
    #[arg(long, default_value_t = 3)]
    seconds: u64,
    /// Turns of each side
    #[arg(long, default_value_t = 3)]
    rounds: usize,
    /// Serve the limit instead: address and database
    #[arg(long, num_args = 2, hide = true)]
    limit: Option<Vec<String>>,
    /// Passed by `cargo bench`
    #[arg(long, hide = true)]
    bench: bool,
}

/// One request, repeated.
#[derive(Clone)]
struct Load {
    client: reqwest::Client,
    requests: Arc<Vec<(String, Option<Value>)>>,
    token: Option<String>,
}

/// What one turn measured.
struct Turn {
    per_second: f64,
    p50: Duration,
    p99: Duration,
}

const ENTRY: &str = "query Entry($id: ID!) { hourEntry(id: $id) \
    { id status version workedOn minutes evidenceLevel } }";
const LIST: &str = "query List($slug: String!) { organization(slug: $slug) { hourEntries(first: 50) \
    { nodes { id minutes workedOn volunteer { displayName } project { title } } \
      pageInfo { hasNextPage endCursor } } } }";

fn main() {
    let arguments = Arguments::parse();
    if let Some(limit) = &arguments.limit {
        limit::serve(&limit[0], &limit[1]);
        return;
    }
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    runtime.block_on(measure(&arguments));
}

async fn measure(arguments: &Arguments) {
    let Some(database) = Database::empty(Engine::Postgres).await else {
        println!("PostgreSQL is not installed: nothing to measure against");
        return;
    };
    let began = Instant::now();
    server::run(
        &database,
        &["demo", "--entries", &arguments.entries.to_string()],
    );
    println!(
        "generated {} entries in {:.1} s",
        arguments.entries,
        began.elapsed().as_secs_f64()
    );

    let address = server::free_address();
    let began = Instant::now();
    let _server = server::serve(&database, &address);
    let client = reqwest::Client::new();
    server::until_ready(&client, &format!("http://{address}/readyz")).await;
    println!("ready in {:.2} s", began.elapsed().as_secs_f64());
    let limit_address = server::free_address();
    let _limit = server::Running(
        Command::new(std::env::current_exe().expect("this program"))
            .args(["--limit", &limit_address, &database.url])
            .spawn()
            .expect("the limit"),
    );
    server::until_ready(&client, &format!("http://{limit_address}/ready")).await;

    let graphql = format!("http://{address}/graphql");
    let token = server::sign_in(&client, &graphql, "owner@example.org").await;
    let (ids, keys) = entries(&client, &graphql, &token, &limit_address).await;

    println!(
        "\n{} clients, turns of {} s, medians of {}",
        arguments.clients, arguments.seconds, arguments.rounds
    );
    println!("| operation | limit /s | ours /s | ratio | limit p50, p99 ms | ours p50, p99 ms |");
    println!("| --- | --- | --- | --- | --- | --- |");
    let ask = |query: &str, variables: Value| {
        (
            graphql.clone(),
            Some(json!({"query": query, "variables": variables})),
        )
    };
    let rows = [
        (
            "R1 one entry by id",
            ids.iter()
                .map(|id| ask(ENTRY, json!({"id": id})))
                .collect::<Vec<_>>(),
            keys.iter()
                .map(|key| (format!("http://{limit_address}/entry/{key}"), None))
                .collect::<Vec<_>>(),
        ),
        (
            "R2 newest 50 with volunteer and project",
            vec![ask(LIST, json!({"slug": "al-amal"}))],
            vec![(format!("http://{limit_address}/list/al-amal"), None)],
        ),
    ];
    for (name, ours, theirs) in rows {
        let ours = Load {
            client: client.clone(),
            requests: Arc::new(ours),
            token: Some(token.clone()),
        };
        let theirs = Load {
            client: client.clone(),
            requests: Arc::new(theirs),
            token: None,
        };
        let (mut limit_turns, mut our_turns) = (Vec::new(), Vec::new());
        for _ in 0..arguments.rounds {
            limit_turns.push(turn(&theirs, arguments).await);
            our_turns.push(turn(&ours, arguments).await);
        }
        let (limit, ours) = (median(limit_turns), median(our_turns));
        println!(
            "| {name} | {:.0} | {:.0} | {:.2} | {:.1}, {:.1} | {:.1}, {:.1} |",
            limit.per_second,
            ours.per_second,
            ours.per_second / limit.per_second,
            ms(limit.p50),
            ms(limit.p99),
            ms(ours.p50),
            ms(ours.p99),
        );
    }
    database.drop_now().await;
}

async fn turn(load: &Load, arguments: &Arguments) -> Turn {
    let ends = Instant::now() + Duration::from_secs(arguments.seconds);
    let began = Instant::now();
    let workers: Vec<_> = (0..arguments.clients)
        .map(|worker| {
            let load = load.clone();
            tokio::spawn(async move {
                let mut taken = Vec::new();
                let mut next = worker;
                while Instant::now() < ends {
                    let (url, body) = &load.requests[next % load.requests.len()];
                    next += 1;
                    let asked = Instant::now();
                    let body = load.fetch(url, body.as_ref()).await;
                    assert!(!body.is_empty());
                    taken.push(asked.elapsed());
                }
                taken
            })
        })
        .collect();
    let mut taken = Vec::new();
    for worker in workers {
        taken.extend(worker.await.expect("a client"));
    }
    let seconds = began.elapsed().as_secs_f64();
    taken.sort_unstable();
    #[expect(
        clippy::as_conversions,
        clippy::cast_precision_loss,
        reason = "a rate for people"
    )]
    let per_second = taken.len() as f64 / seconds;
    Turn {
        per_second,
        p50: taken[taken.len() / 2],
        p99: taken[taken.len() * 99 / 100],
    }
}

impl Load {
    async fn fetch(&self, url: &str, body: Option<&Value>) -> Vec<u8> {
        let mut request = match body {
            Some(body) => self.client.post(url).json(body),
            None => self.client.get(url),
        };
        if let Some(token) = &self.token {
            request = request.bearer_auth(token);
        }
        let response = request.send().await.expect("an answer");
        assert!(response.status().is_success(), "{}", response.status());
        response.bytes().await.expect("a body").to_vec()
    }
}

fn median(mut turns: Vec<Turn>) -> Turn {
    turns.sort_by(|left, right| left.per_second.total_cmp(&right.per_second));
    let middle = turns.len() / 2;
    turns.swap_remove(middle)
}

fn ms(duration: Duration) -> f64 {
    duration.as_secs_f64() * 1_000.0
}

/// Ids of the newest entries as clients know them, and the same entries' keys; checks that both
/// sides list the same.
async fn entries(
    client: &reqwest::Client,
    url: &str,
    token: &str,
    limit: &str,
) -> (Vec<String>, Vec<String>) {
    let load = Load {
        client: client.clone(),
        requests: Arc::default(),
        token: Some(token.to_owned()),
    };
    let body = json!({"query": LIST, "variables": {"slug": "al-amal"}});
    let ours: Value = serde_json::from_slice(&load.fetch(url, Some(&body)).await).expect("JSON");
    let ours = ours["data"]["organization"]["hourEntries"]["nodes"]
        .as_array()
        .unwrap_or_else(|| panic!("no entries: {ours}"))
        .clone();
    let theirs = load
        .fetch(&format!("http://{limit}/list/al-amal"), None)
        .await;
    let theirs: Vec<Value> = serde_json::from_slice(&theirs).expect("JSON");
    let compared = |it: &Value| {
        (
            it["minutes"].clone(),
            it["workedOn"].clone(),
            it["project"]["title"].clone(),
        )
    };
    assert_eq!(
        ours.iter().map(compared).collect::<Vec<_>>(),
        theirs.iter().map(compared).collect::<Vec<_>>(),
        "both sides list the same"
    );
    let text = |it: &Value| it["id"].as_str().expect("an id").to_owned();
    (
        ours.iter().map(text).collect(),
        theirs.iter().map(text).collect(),
    )
}
