//! `tiwizi migrate`: brings the database up to date, or says where it stands.
//!
//! The steps are in the `migration` crate.

use std::process::ExitCode;

use anyhow::Context;
use anyhow::bail;

use crate::cli::output::say;
use crate::config::Config;

/// Bring the database up to date, or say where it stands
#[derive(Debug, clap::Args)]
pub struct MigrateArgs {
    #[command(subcommand)]
    what: Option<What>,
}

#[derive(Debug, clap::Subcommand)]
enum What {
    /// Say which steps are missing; exit code 1 when some are
    Status,
}

/// Runs the command.
pub async fn run(args: MigrateArgs, config: Config) -> anyhow::Result<ExitCode> {
    if matches!(args.what, Some(What::Status)) {
        let db = super::look(&config).await?;
        let pending = db.pending_migrations().await.context("reading the steps")?;
        db.close().await.context("closing the database")?;
        for step in &pending {
            say(&format!("missing  {step}"));
        }
        if pending.is_empty() {
            say("up to date");
            return Ok(ExitCode::SUCCESS);
        }
        bail!("{} steps are missing: run `tiwizi migrate`", pending.len());
    }
    super::start(config).await?;
    say("up to date");
    Ok(ExitCode::SUCCESS)
}
