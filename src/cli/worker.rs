//! `tiwizi worker`: what is due from time to time, without a server.
//!
//! What is due is in `app`. Servers beside it are started with `--no-worker`.

use std::process::ExitCode;

use anyhow::Context;

use crate::cli::output::say;
use crate::cli::signals;
use crate::config::Config;
use crate::platform::telemetry;

/// Runs the command until it is told to end.
pub async fn run(config: Config) -> anyhow::Result<ExitCode> {
    telemetry::start_logs(&config.log).map_err(anyhow::Error::msg)?;
    let app = super::start(config).await?;
    let closing = signals::closing();
    say("Tiwizi works, and serves nothing");
    // Others say that there is something to do.
    tokio::spawn(app.core.db.clone().listen(closing.clone()));
    app.clone().chores(closing).await;
    app.core
        .db
        .clone()
        .close()
        .await
        .context("closing the database")?;
    Ok(ExitCode::SUCCESS)
}
