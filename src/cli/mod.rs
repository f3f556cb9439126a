//! The command tree: what is typed, and which command answers.
//!
//! Each command is in the file of its name; what it does is in the areas.

mod demo;
mod doctor;
mod iati;
mod import;
mod ledger;
mod migrate;
mod output;
mod progress;
mod report;
mod rollup;
mod schema;
mod serve;
mod signals;
mod statistics;
mod user;
mod values;
mod worker;

use std::ffi::OsString;
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Context;
use anyhow::bail;
use clap::Parser;
use clap::Subcommand;

use crate::app::App;
use crate::config;
use crate::config::Config;
use crate::config::without_credentials;
use crate::platform::clock::Clock;
use crate::platform::db;
use crate::platform::db::Db;

/// Volunteer hours and impact metrics over GraphQL, reported by territory
#[derive(Debug, Parser)]
#[command(name = "tiwizi", version, propagate_version = true)]
struct Cli {
    /// Configuration file; `tiwizi.toml` in the working directory where it exists
    #[arg(long, global = true, value_name = "FILE")]
    config: Option<PathBuf>,
    /// Database: sqlite://FILE or postgres://USER@HOST/DATABASE
    #[arg(long, global = true, value_name = "URL", value_parser = config::database_url)]
    database_url: Option<String>,
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Serve HTTP (the default)
    Serve(serve::ServeArgs),
    /// Do what is due from time to time, without a server
    Worker,
    /// Bring the database up to date, or say where it stands
    Migrate(migrate::MigrateArgs),
    /// Print the GraphQL schema
    Schema,
    /// Fill an empty database with demonstration data
    Demo(demo::DemoArgs),
    /// Import hours, volunteers or projects from a file
    Import(import::ImportArgs),
    /// Write one report, without a server
    Report(report::ReportArgs),
    /// Write the results of an organization as an IATI file, without a server
    Iati(iati::IatiArgs),
    /// Make accounts
    User(user::UserArgs),
    /// Check that no hours were altered past the ledger
    Ledger(ledger::LedgerArgs),
    /// Check that figures say what hours say
    Rollup(rollup::RollupArgs),
    /// Publish figures for everybody
    Statistics(statistics::StatisticsArgs),
    /// Check configuration, database, clock, time zones, keys and storage
    Doctor(doctor::DoctorArgs),
}

/// Runs the command of these arguments.
///
/// Exit code 0: done; 1: it failed, with one line on standard error; 2: wrong usage.
pub async fn run(arguments: impl IntoIterator<Item = OsString>) -> ExitCode {
    let cli = match Cli::try_parse_from(arguments) {
        Ok(cli) => cli,
        Err(usage) if usage.use_stderr() => {
            output::complain(&wrong_usage(&usage));
            return ExitCode::from(2);
        }
        // Help or the version, which were asked for.
        Err(asked) => {
            let _unwritable = asked.print();
            return ExitCode::SUCCESS;
        }
    };
    // A server goes on without anybody reading what it says, and ends well.
    let runs_on = matches!(
        cli.command,
        None | Some(Command::Serve(_) | Command::Worker)
    );
    match answer(cli).await {
        Ok(code) if code == ExitCode::SUCCESS && output::is_unheard() && !runs_on => {
            ExitCode::from(output::UNHEARD)
        }
        Ok(code) => code,
        Err(error) => {
            output::complain(&format!("tiwizi: {error:#}"));
            ExitCode::FAILURE
        }
    }
}

/// What is wrong with the arguments, without the paragraphs on usage that follow it.
fn wrong_usage(usage: &clap::Error) -> String {
    let told = usage.to_string();
    let wrong: Vec<&str> = told
        .lines()
        .take_while(|it| !it.starts_with("Usage:") && !it.starts_with("For more information"))
        .collect();
    let wrong = wrong.join(" ");
    let wrong = wrong.strip_prefix("error: ").unwrap_or(&wrong).trim_end();
    format!("tiwizi: {wrong}; --help tells more")
}

async fn answer(cli: Cli) -> anyhow::Result<ExitCode> {
    let mut read = Config::load(cli.config.as_deref(), std::env::vars_os());
    if let (Ok(config), Some(url)) = (&mut read, cli.database_url) {
        config.database_url = url;
    }
    let command = cli
        .command
        .unwrap_or(Command::Serve(serve::ServeArgs::default()));
    let config = match (&command, read) {
        // There even wrong settings are a finding.
        (Command::Doctor(args), Err(wrong)) => return doctor::run(args, Err(wrong)).await,
        (_, read) => read?,
    };
    match command {
        Command::Serve(args) => serve::run(args, config).await,
        Command::Worker => worker::run(config).await,
        Command::Migrate(args) => migrate::run(args, config).await,
        Command::Schema => schema::run(),
        Command::Demo(args) => demo::run(args, config).await,
        Command::Import(args) => import::run(args, config).await,
        Command::Report(args) => report::run(args, config).await,
        Command::Iati(args) => iati::run(args, config).await,
        Command::User(args) => user::run(args, config).await,
        Command::Ledger(args) => ledger::run(args, config).await,
        Command::Rollup(args) => rollup::run(args, config).await,
        Command::Statistics(args) => statistics::run(args, config).await,
        Command::Doctor(args) => doctor::run(&args, Ok(config)).await,
    }
}

/// The application on an up-to-date database.
async fn start(config: Config) -> anyhow::Result<App> {
    App::start(config, Clock::System).await.context("starting")
}

/// The same over a database that is there: of a wrong address no empty one is made, to be reported of.
async fn open(config: Config) -> anyhow::Result<App> {
    is_there(&config)?;
    start(config).await
}

fn is_there(config: &Config) -> anyhow::Result<()> {
    match db::sqlite_file(&config.database_url) {
        Some(file) if !file.exists() => bail!(
            "there is no database {}: set TIWIZI_DATABASE_URL to the one that you mean, or make it with \
             `tiwizi migrate`",
            file.display()
        ),
        _ => Ok(()),
    }
}

/// The database as it is: nothing is made.
async fn look(config: &Config) -> anyhow::Result<Db> {
    is_there(config)?;
    Db::look(&config.database_url).await.with_context(|| {
        format!(
            "the database {} does not answer: see whether it runs and TIWIZI_DATABASE_URL is right",
            without_credentials(&config.database_url)
        )
    })
}
