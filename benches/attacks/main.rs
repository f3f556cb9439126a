//! Measures how long the server works on documents that are made to tire it, beside an honest one, in one run.
//!
//! `cargo bench --bench attacks`. It starts the server on demonstration data and sends every attack by turns with
//! the honest query, one after the other; what is printed is what a client waits, body and loopback included, so
//! that the server's own time is below it. Each attack must be refused: an answer without data. None is sent
//! twice in the same words, since what is known to be refused costs next to nothing. Times are printed
//! and never asserted; the bound that they are read against is 50 ms. The documents are in `documents`.

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
mod documents;
#[path = "../server.rs"]
#[expect(
    dead_code,
    reason = "shared with other measurements, which use more of it"
)]
mod server;

use std::time::Duration;
use std::time::Instant;

use clap::Parser;
use databases::Database;
use databases::Engine;
use documents::Attack;
use serde_json::Value;
use serde_json::json;
use server::Client;

/// Attack documents beside an honest query, in one run
#[derive(Debug, Parser)]
struct Arguments {
    /// Times that each is sent
    #[arg(long, default_value_t = 30)]
    rounds: usize,
    /// Hour entries of the demonstration data
    #[arg(long, default_value_t = 2_000)]
    entries: u64,
    /// Passed by `cargo bench`
    #[arg(long, hide = true)]
    bench: bool,
}

const HONEST: &str = "{ organization(slug: \"al-amal\") { name hourEntries(first: 20) \
    { nodes { id minutes workedOn project { title } } pageInfo { hasNextPage endCursor } } } }";

/// What one document took over all rounds, and what it was told in the last.
#[derive(Debug, Default)]
struct Taken {
    times: Vec<Duration>,
    told: String,
}

fn main() {
    let arguments = Arguments::parse();
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    runtime.block_on(measure(&arguments));
}

async fn measure(arguments: &Arguments) {
    let database = Database::empty(Engine::Sqlite).await.expect("SQLite");
    server::run(
        &database,
        &["demo", "--entries", &arguments.entries.to_string()],
    );
    let (client, _server) = Client::of(&database).await;
    let honest = json!({ "query": HONEST }).to_string();
    let attacks = documents::all();

    let (mut beside, mut new) = (Taken::default(), Taken::default());
    let mut taken: Vec<Taken> = attacks.iter().map(|_| Taken::default()).collect();
    let answered = |status: u16, body: &Value| {
        assert!(status == 200 && body["errors"].is_null(), "{body}");
    };
    for round in 0..arguments.rounds {
        beside.note(&client, honest.clone(), true, answered).await;
        let unseen = documents::unseen(&honest, round);
        new.note(&client, unseen, true, answered).await;
        for (attack, taken) in attacks.iter().zip(&mut taken) {
            let refused = |status: u16, body: &Value| {
                assert!(
                    status < 500 && body["data"].is_null(),
                    "{}: {status} {body}",
                    attack.name
                );
            };
            let unseen = documents::unseen(&attack.body, round);
            taken.note(&client, unseen, attack.signed_in, refused).await;
        }
    }

    println!(
        "each sent {} times, by turns; milliseconds as a client waits",
        arguments.rounds
    );
    println!("| document | kB | median | worst | honest = 1 | answer |");
    println!("| --- | --- | --- | --- | --- | --- |");
    row("an honest query", honest.len(), &beside, &beside);
    row("the same, never seen", honest.len(), &new, &beside);
    for (Attack { name, body, .. }, taken) in attacks.iter().zip(&taken) {
        row(name, body.len(), taken, &beside);
    }
    database.drop_now().await;
}

impl Taken {
    async fn note(
        &mut self,
        client: &Client,
        body: String,
        signed_in: bool,
        as_it_must_be: impl Fn(u16, &Value),
    ) {
        let began = Instant::now();
        let (status, answer) = client.send(body.into_bytes(), signed_in).await;
        self.times.push(began.elapsed());
        let answer: Value = serde_json::from_slice(&answer).expect("JSON");
        as_it_must_be(status, &answer);
        let code = &answer["errors"][0]["extensions"]["code"];
        self.told = format!("{status} {}", code.as_str().unwrap_or_default());
    }

    fn sorted(&self) -> Vec<f64> {
        let mut all: Vec<f64> = self
            .times
            .iter()
            .map(|it| it.as_secs_f64() * 1_000.0)
            .collect();
        all.sort_by(f64::total_cmp);
        all
    }
}

fn row(name: &str, bytes: usize, taken: &Taken, beside: &Taken) {
    let (times, beside) = (taken.sorted(), beside.sorted());
    let median = times[times.len() / 2];
    println!(
        "| {name} | {} | {median:.1} | {:.1} | {:.2} | {} |",
        bytes.div_ceil(1_000),
        times.last().expect("a round"),
        median / beside[beside.len() / 2],
        taken.told,
    );
}
