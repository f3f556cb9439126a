//! `tiwizi statistics publish`: publishes what is due, at once.
//!
//! The server does it by itself; what is due, and what is suppressed, is decided in `statistics`.

use std::process::ExitCode;

use anyhow::Context;

use crate::cli::output::say;
use crate::config::Config;
use crate::platform::i18n::Locale;
use crate::statistics;

/// Publish figures for everybody
#[derive(Debug, clap::Args)]
pub struct StatisticsArgs {
    #[command(subcommand)]
    act: Act,
}

#[derive(Debug, clap::Subcommand)]
enum Act {
    /// Publish every quarter and year that is over and settled, at once; the server does it by itself
    Publish,
}

/// Runs the command.
pub async fn run(args: StatisticsArgs, config: Config) -> anyhow::Result<ExitCode> {
    let app = super::start(config).await?;
    let ctx = app.operator(Locale::default());
    let Act::Publish = args.act;
    let published = statistics::publish_due(&ctx).await.context("publishing")?;
    say(&format!("{published} editions published"));
    app.core
        .db
        .clone()
        .close()
        .await
        .context("closing the database")?;
    Ok(ExitCode::SUCCESS)
}
