//! The command tree: what is typed, and which command answers.
//!
//! Each command is in the file of its name; what it does is in the areas.

mod demo;
mod doctor;
mod import;
mod ledger;
mod migrate;
mod output;
mod report;
mod schema;
mod serve;
mod user;

use std::ffi::OsString;
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Context;
use clap::Parser;
use clap::Subcommand;

use crate::app::App;
use crate::config::Config;
use crate::platform::clock::Clock;

/// Volunteer hours and impact metrics over GraphQL, reported by territory
#[derive(Debug, Parser)]
#[command(name = "tiwizi", version, propagate_version = true)]
struct Cli {
    /// Configuration file; `tiwizi.toml` in the working directory where it exists
    #[arg(long, global = true, value_name = "FILE")]
    config: Option<PathBuf>,
    /// Database: sqlite://FILE or postgres://USER@HOST/DATABASE
    #[arg(long, global = true, value_name = "URL")]
    database_url: Option<String>,
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Serve HTTP (the default)
    Serve(serve::ServeArgs),
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
    /// Make accounts
    User(user::UserArgs),
    /// Check that no hours were altered past the ledger
    Ledger(ledger::LedgerArgs),
    /// Check configuration, database, clock, time zones and keys
    Doctor(doctor::DoctorArgs),
}

/// Runs the command of these arguments.
///
/// Exit code 0: done; 1: it failed, with one line on standard error; 2: wrong usage.
pub async fn run(arguments: impl IntoIterator<Item = OsString>) -> ExitCode {
    let cli = match Cli::try_parse_from(arguments) {
        Ok(cli) => cli,
        Err(usage) => {
            let failed = usage.use_stderr();
            // Nothing can be done where even this cannot be written.
            let _unwritable = usage.print();
            return if failed {
                ExitCode::from(2)
            } else {
                ExitCode::SUCCESS
            };
        }
    };
    match answer(cli).await {
        Ok(code) => code,
        Err(error) => {
            output::complain(&format!("tiwizi: {error:#}"));
            ExitCode::FAILURE
        }
    }
}

async fn answer(cli: Cli) -> anyhow::Result<ExitCode> {
    let mut config = Config::load(cli.config.as_deref(), std::env::vars())?;
    if let Some(url) = cli.database_url {
        config.database_url = url;
    }
    match cli
        .command
        .unwrap_or(Command::Serve(serve::ServeArgs::default()))
    {
        Command::Serve(args) => serve::run(args, config).await,
        Command::Migrate(args) => migrate::run(args, config).await,
        Command::Schema => schema::run(),
        Command::Demo(args) => demo::run(args, config).await,
        Command::Import(args) => import::run(args, config).await,
        Command::Report(args) => report::run(args, config).await,
        Command::User(args) => user::run(args, config).await,
        Command::Ledger(args) => ledger::run(args, config).await,
        Command::Doctor(args) => doctor::run(args, config).await,
    }
}

/// The application on an up-to-date database.
async fn start(config: Config) -> anyhow::Result<App> {
    App::start(config, Clock::System).await.context("starting")
}
