//! `tiwizi demo`: demonstration data of any size, and its accounts.
//!
//! What the data is made of is in `demo`.

use std::process::ExitCode;

use anyhow::Context;
use tokio_util::sync::CancellationToken;

use crate::app::App;
use crate::cli::output::complain;
use crate::cli::output::say;
use crate::cli::progress;
use crate::config::Config;
use crate::demo;
use crate::demo::Outcome;
use crate::demo::Sizes;
use crate::platform::i18n::Locale;
use crate::statistics;
use crate::statistics::period::Period;

/// Fill an empty database with demonstration data
#[derive(Debug, clap::Args)]
pub struct DemoArgs {
    /// Organizations, over all regions
    #[arg(long, value_name = "N", default_value_t = Sizes::default().organizations)]
    organizations: usize,
    /// Volunteers of all organizations; 300 by default, more where the entries need them
    #[arg(long, value_name = "N")]
    volunteers: Option<usize>,
    /// Hour entries of all organizations, over two years up to today
    #[arg(long, value_name = "N", default_value_t = Sizes::default().entries)]
    entries: u64,
    /// The same seed on the same day makes the same data
    #[arg(long, value_name = "S", default_value_t = Sizes::default().seed)]
    seed: u64,
}

/// Runs the command.
pub async fn run(args: DemoArgs, config: Config) -> anyhow::Result<ExitCode> {
    let app = super::start(config).await?;
    let sizes = Sizes {
        organizations: args.organizations,
        volunteers: args
            .volunteers
            .unwrap_or_else(|| Sizes::volunteers_for(args.entries)),
        entries: args.entries,
        seed: args.seed,
    };
    let code = match fill(&app, sizes).await? {
        Outcome::Filled => {
            tell_accounts();
            ExitCode::SUCCESS
        }
        Outcome::Held => {
            complain(
                "tiwizi: the database holds demonstration data already: use another, with \
                 --database-url",
            );
            ExitCode::FAILURE
        }
    };
    app.core
        .db
        .clone()
        .close()
        .await
        .context("closing the database")?;
    Ok(code)
}

/// Fills the database of a server with the usual data unless it holds such data, and prints the
/// accounts.
pub async fn before_serving(app: &App) -> anyhow::Result<()> {
    fill(app, Sizes::default()).await?;
    tell_accounts();
    Ok(())
}

async fn fill(app: &App, sizes: Sizes) -> anyhow::Result<Outcome> {
    let template = "{wide_bar} {human_pos} of {human_len} entries, {eta} left";
    let bar = progress::bar(sizes.entries, template);
    let outcome = demo::fill(&app.operator(Locale::En), sizes, |it| bar.set_position(it)).await;
    bar.finish_and_clear();
    let outcome = outcome.context("filling the database")?;
    // Whoever opens the page of the public statistics finds something there.
    if outcome == Outcome::Filled {
        let ctx = app.operator(Locale::En);
        statistics::publish_from(&ctx, Period::first_of(0), &CancellationToken::new())
            .await
            .context("publishing the statistics")?;
    }
    Ok(outcome)
}

fn tell_accounts() {
    say(&format!("Accounts, password {}:", demo::PASSWORD));
    for (email, role) in demo::ACCOUNTS {
        say(&format!("  {email:<26} {role}"));
    }
}
