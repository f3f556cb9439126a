//! `tiwizi statistics publish`: publishes what is due, at once; with `--from` what is older, too.
//!
//! The server publishes by itself what became due lately; what is due, and what is suppressed, is decided in `statistics`.

use std::process::ExitCode;

use anyhow::Context;
use tokio_util::sync::CancellationToken;

use crate::cli::output::say;
use crate::config::Config;
use crate::platform::i18n::Locale;
use crate::statistics;
use crate::statistics::period::Period;

/// Publish figures for everybody
#[derive(Debug, clap::Args)]
pub struct StatisticsArgs {
    #[command(subcommand)]
    act: Act,
}

#[derive(Debug, clap::Subcommand)]
enum Act {
    /// Publish the next quarter or year if its day came lately; the server does it by itself
    Publish {
        /// Publish every quarter and year from this one on that is over, settled and not out, as hours
        /// stand now: after an import of earlier years, or when the server stood still. It is for good
        #[arg(long, value_name = "2024-Q1", value_parser = period)]
        from: Option<Period>,
    },
}

fn period(name: &str) -> Result<Period, String> {
    Period::parse(name)
        .ok_or_else(|| "a quarter such as 2024-Q1, or a year such as 2024".to_owned())
}

/// Runs the command.
pub async fn run(args: StatisticsArgs, config: Config) -> anyhow::Result<ExitCode> {
    let app = super::open(config).await?;
    let ctx = app.operator(Locale::default());
    let Act::Publish { from } = args.act;
    let made = match from {
        Some(first) => {
            let closing = CancellationToken::new();
            statistics::publish_from(&ctx, first, &closing)
                .await
                .context("publishing")?
        }
        None => {
            let mut made = Vec::new();
            while let Some(edition) = statistics::publish_due(&ctx).await.context("publishing")? {
                made.push(edition);
            }
            made
        }
    };
    for edition in &made {
        say(&format!("{edition} published"));
    }
    if made.is_empty() {
        say("nothing published: nothing is due, or all of it is out");
    }
    app.core
        .db
        .clone()
        .close()
        .await
        .context("closing the database")?;
    Ok(ExitCode::SUCCESS)
}
