//! `tiwizi serve`: the server.
//!
//! Routes and sockets are in `http`.

use std::net::SocketAddr;
use std::process::ExitCode;

use anyhow::Context;
use tokio::signal::unix::SignalKind;
use tokio::signal::unix::signal;
use tokio_util::sync::CancellationToken;

use crate::cli::output::say;
use crate::config::Config;
use crate::http;
use crate::platform::telemetry;

/// Serve HTTP (the default)
#[derive(Debug, Default, clap::Args)]
pub struct ServeArgs {
    /// Address to listen on
    #[arg(long)]
    bind: Option<SocketAddr>,
    /// Fill an empty database with demonstration data first, and print its accounts
    #[arg(long)]
    demo: bool,
}

/// Runs the command.
pub async fn run(args: ServeArgs, mut config: Config) -> anyhow::Result<ExitCode> {
    if let Some(bind) = args.bind {
        config.bind = bind;
    }
    telemetry::start_logs(&config.log).map_err(anyhow::Error::msg)?;
    let app = super::start(config).await?;
    if args.demo {
        super::demo::before_serving(&app).await?;
    }
    let listening = http::listen(app.parts()?)
        .with_context(|| format!("listening on {}", app.core.config.bind))?;
    say(&format!(
        "Tiwizi listens on http://{0}  (GraphiQL: http://{0}/graphiql)",
        listening.address
    ));
    let closing = CancellationToken::new();
    tokio::spawn(cancel_on_signal(closing.clone()));
    let chores = tokio::spawn(app.clone().chores(closing.clone()));
    listening.until(closing.clone()).await.context("serving")?;
    closing.cancel();
    chores.await.context("ending the chores")?;
    app.core
        .db
        .clone()
        .close()
        .await
        .context("closing the database")?;
    Ok(ExitCode::SUCCESS)
}

async fn cancel_on_signal(closing: CancellationToken) {
    let Ok(mut terminated) = signal(SignalKind::terminate()) else {
        return;
    };
    tokio::select! {
        _ = terminated.recv() => {}
        _ = tokio::signal::ctrl_c() => {}
    }
    tracing::info!("closing");
    closing.cancel();
}
