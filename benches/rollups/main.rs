//! Measures the national INDH report of a year, from roll-ups, against one direct SQL aggregation of the
//! entries, in one run.
//!
//! `cargo bench --bench rollups -- --entries 2000000`. It starts a temporary PostgreSQL, fills it with
//! demonstration data, folds it, starts the server, and asks by turns. Before anything is timed, both sides
//! are held against each other in every figure by programme, region and month, rounded with the
//! product's own function. Absolute times drift from machine to machine; the ratios of one run count. The
//! statement is in `direct.sql`, the comparison in `equal`; single reads are measured in `load`.

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
mod equal;
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
use serde_json::Value;
use serde_json::json;
use server::Client;
use sqlx::Connection;
use sqlx::PgConnection;
use tiwizi::app::App;
use tiwizi::config::Config;
use tiwizi::platform::clock::Clock;
use tiwizi::rollups;

/// The national report of a year from roll-ups against direct SQL, in one run
#[derive(Debug, Parser)]
struct Arguments {
    /// Hour entries to generate
    #[arg(long, default_value_t = 200_000)]
    entries: u64,
    /// Organizations that they are of; one for each 2,000 entries where absent
    #[arg(long)]
    organizations: Option<u64>,
    /// Volunteers that they are of; one for each 20 entries where absent
    #[arg(long)]
    volunteers: Option<u64>,
    /// Turns
    #[arg(long, default_value_t = 7)]
    rounds: usize,
    /// Requests of one turn
    #[arg(long, default_value_t = 20)]
    requests: usize,
    /// A PostgreSQL database to measure in, where one is filled already
    #[arg(long)]
    database_url: Option<String>,
    /// Passed by `cargo bench`
    #[arg(long, hide = true)]
    bench: bool,
}

/// A row of the direct statement: `parts` are millionths of minutes.
#[derive(Clone, Debug)]
struct Direct {
    month: String,
    territory: String,
    programme: Option<String>,
    parts: i64,
    minutes: i64,
    entries: i64,
    people: i64,
    projects: i64,
}

/// The same as it comes.
type Row = (String, String, Option<String>, i64, i64, i64, i64, i64);

const DIRECT: &str = include_str!("direct.sql");
/// What is crossed, with the rows whose order it follows.
const CROSSED: &str = "query Crossed($it: IndhReportInput!) { indhReport(input: $it) { \
    totals { minutes } byProgramme { term { code } minutes } byTerritory { territory { code } } byMonth { month minutes } \
    crossings { month territoryCode programmeCode minutes touchedMinutes entries distinctVolunteers projects } } }";
/// What stands in the report as people read it.
const PLAIN: &str = "query Plain($it: IndhReportInput!) { indhReport(input: $it) { \
    totals { minutes entries distinctVolunteers projects organizations } \
    byProgramme { term { code } minutes touchedMinutes entries distinctVolunteers projects } \
    byTerritory { territory { code } minutes entries distinctVolunteers projects } \
    byMonth { month minutes entries distinctVolunteers projects } \
    completeness { expected reporting declaredZero late } } }";

/// What is timed.
enum Side {
    Direct,
    Ours(&'static str),
}

fn main() {
    let arguments = Arguments::parse();
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    runtime.block_on(measure(&arguments));
}

async fn measure(arguments: &Arguments) {
    let Some(mut database) = Database::empty(Engine::Postgres).await else {
        println!("PostgreSQL is not installed: nothing to measure against");
        return;
    };
    match &arguments.database_url {
        Some(url) => database.url.clone_from(url),
        None => fill(&database, arguments),
    }
    fold(&database).await;

    let mut connection = PgConnection::connect(&database.url)
        .await
        .expect("a connection");
    prepare(&mut connection).await;
    let (from, to) = year(&mut connection).await;
    let direct = direct(&mut connection, &from, &to).await;

    let (client, server) = Client::of(&database).await;
    let asked = json!({"it": {"territoryCode": "MA", "from": from, "to": to}});
    for what in [
        "with sheets to be made",
        "with sheets that were not read yet",
    ] {
        // The second server is another process, which has nothing of the first one in memory.
        let (client, _server) = Client::of(&database).await;
        let began = Instant::now();
        client.ask(CROSSED, &asked).await;
        println!("first answer, {what}: {:.0} ms", ms(began.elapsed()));
    }
    let answer = client.ask(CROSSED, &asked).await;
    let rows = equal::check(&direct, &answer["data"]["indhReport"]);
    println!("{from} to {to}: {rows} rows by programme, region and month, equal in every figure");
    turns(arguments, &mut connection, &client, &asked).await;
    connection.close().await.expect("closed");
    drop(server);
    if arguments.database_url.is_none() {
        database.drop_now().await;
    }
}

/// Times all sides by turns and prints what they took.
async fn turns(
    arguments: &Arguments,
    connection: &mut PgConnection,
    client: &Client,
    asked: &Value,
) {
    let text = |it: &str| asked["it"][it].as_str().expect("a day").to_owned();
    let (from, to) = (text("from"), text("to"));
    let sides = [
        ("direct SQL", Side::Direct),
        ("programme × region × month", Side::Ours(CROSSED)),
        ("the report without it", Side::Ours(PLAIN)),
    ];
    let mut taken: Vec<Vec<Duration>> = sides.iter().map(|_| Vec::new()).collect();
    for _ in 0..arguments.rounds {
        for ((_, side), taken) in sides.iter().zip(&mut taken) {
            match side {
                Side::Direct => {
                    let began = Instant::now();
                    direct(connection, &from, &to).await;
                    taken.push(began.elapsed());
                }
                Side::Ours(query) => {
                    for _ in 0..arguments.requests {
                        let began = Instant::now();
                        client.ask(query, asked).await;
                        taken.push(began.elapsed());
                    }
                }
            }
        }
    }
    println!(
        "\n{} turns of 1 statement and of {} requests, one after the other",
        arguments.rounds, arguments.requests
    );
    println!("| side | p50 ms | p95 ms | times faster |");
    println!("| --- | --- | --- | --- |");
    let mut slowest = None;
    for ((name, _), mut taken) in sides.iter().zip(taken) {
        taken.sort_unstable();
        let p50 = taken[taken.len() / 2];
        let p95 = taken[taken.len() * 95 / 100];
        let direct = *slowest.get_or_insert(p50);
        println!(
            "| {name} | {:.1} | {:.1} | {:.1} |",
            ms(p50),
            ms(p95),
            direct.as_secs_f64() / p50.as_secs_f64(),
        );
    }
}

fn fill(database: &Database, arguments: &Arguments) {
    let entries = arguments.entries;
    let organizations = arguments
        .organizations
        .unwrap_or_else(|| (entries / 2_000).clamp(12, 10_000));
    let volunteers = arguments
        .volunteers
        .unwrap_or_else(|| (entries / 20).max(300));
    let began = Instant::now();
    server::run(
        database,
        &[
            "demo",
            "--entries",
            &entries.to_string(),
            "--organizations",
            &organizations.to_string(),
            "--volunteers",
            &volunteers.to_string(),
        ],
    );
    println!(
        "generated {entries} entries of {volunteers} volunteers in {organizations} organizations in {:.1} s",
        began.elapsed().as_secs_f64()
    );
}

/// Folds what is missing, as the first report would.
async fn fold(database: &Database) {
    let config = Config {
        database_url: database.url.clone(),
        keys_file: server::keys(database).display().to_string(),
        ..Config::default()
    };
    let app = App::start(config, Clock::System).await.expect("a start");
    let began = Instant::now();
    rollups::fold(&app.core.db).await.expect("folded");
    let standing = rollups::standing(app.core.db.system().read()).await;
    assert_eq!(standing.expect("how it stands"), rollups::Folded::All);
    println!("folded in {:.1} s", began.elapsed().as_secs_f64());
    app.core.db.clone().close().await.expect("closed");
}

/// What whoever asks directly would see to: statistics, a map of visible rows, room to sort.
async fn prepare(connection: &mut PgConnection) {
    for statement in ["vacuum analyze", "set work_mem = '256MB'"] {
        sqlx::query(statement)
            .execute(&mut *connection)
            .await
            .expect(statement);
    }
    let counts: (i64, i64, i64) = sqlx::query_as(
        "select (select count(*) from hour_entry), (select count(*) from rollup_cell), \
           (select pg_total_relation_size('hour_entry') / 1048576)",
    )
    .fetch_one(connection)
    .await
    .expect("counts");
    println!(
        "{} entries in {} MB with indexes, {} cells",
        counts.0, counts.2, counts.1
    );
}

/// The last calendar year that is over.
async fn year(connection: &mut PgConnection) -> (String, String) {
    let (year,): (i32,) =
        sqlx::query_as("select extract(year from max(worked_on))::int - 1 from hour_entry")
            .fetch_one(connection)
            .await
            .expect("a year");
    (format!("{year}-01-01"), format!("{year}-12-31"))
}

async fn direct(connection: &mut PgConnection, from: &str, to: &str) -> Vec<Direct> {
    let day = |it: &str| it.parse::<chrono::NaiveDate>().expect("a day");
    let rows: Vec<Row> = sqlx::query_as(DIRECT)
        .bind(day(from))
        .bind(day(to))
        .fetch_all(connection)
        .await
        .expect("the direct statement");
    rows.into_iter()
        .map(|it| Direct {
            month: it.0,
            territory: it.1,
            programme: it.2,
            parts: it.3,
            minutes: it.4,
            entries: it.5,
            people: it.6,
            projects: it.7,
        })
        .collect()
}

fn ms(duration: Duration) -> f64 {
    duration.as_secs_f64() * 1_000.0
}
