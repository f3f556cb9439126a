//! `tiwizi serve`: the server.
//!
//! Routes and sockets are in `http`.

use std::net::SocketAddr;
use std::process::ExitCode;

use anyhow::Context;

use crate::app::App;
use crate::cli::output::say;
use crate::cli::signals;
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
    /// Leave what is due from time to time to others: `tiwizi worker`, or another server
    #[arg(long)]
    no_worker: bool,
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
    let closing = signals::closing();
    say(&format!(
        "Tiwizi listens on http://{0}  (GraphiQL: http://{0}/graphiql)",
        listening.address
    ));
    tokio::spawn(App::tidying(closing.clone()));
    let chores = (!args.no_worker).then(|| tokio::spawn(app.clone().chores(closing.clone())));
    listening.until(closing.clone()).await.context("serving")?;
    closing.cancel();
    if let Some(chores) = chores {
        chores.await.context("ending the chores")?;
    }
    app.core
        .db
        .clone()
        .close()
        .await
        .context("closing the database")?;
    Ok(ExitCode::SUCCESS)
}
