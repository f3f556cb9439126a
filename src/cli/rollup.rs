//! `tiwizi rollup verify`: do figures say what entries say? `tiwizi rollup rebuild`: count all anew.
//!
//! How roll-ups come to be is in `rollups`.

use std::process::ExitCode;

use anyhow::Context;

use crate::cli::output::say;
use crate::config::Config;
use crate::rollups;
use crate::rollups::Difference;

/// Check that figures say what hours say
#[derive(Debug, clap::Args)]
pub struct RollupArgs {
    #[command(subcommand)]
    act: Act,
}

#[derive(Debug, clap::Subcommand)]
enum Act {
    /// Recompute all from the entries and compare; exit 1 when a figure differs
    Verify,
    /// Take all away and count it anew
    Rebuild,
}

/// Runs the command.
pub async fn run(args: RollupArgs, config: Config) -> anyhow::Result<ExitCode> {
    let app = super::open(config).await?;
    let db = &app.core.db;
    if matches!(args.act, Act::Rebuild) {
        rollups::rebuild(db).await.context("counting anew")?;
    }
    let verified = rollups::verify(db).await.context("verifying")?;
    for difference in &verified.differences {
        match difference {
            Difference::Cell {
                organization,
                project,
                month,
                status,
                kept,
                counted,
            } => say(&format!(
                "DIFFERS organization {organization}, project {project}, {}, {status:?}: \
                 {kept} minutes kept, {counted} counted",
                month.format("%Y-%m")
            )),
            Difference::Sheet {
                territory,
                month,
                status,
            } => say(&format!(
                "DIFFERS territory {territory}, {}, {status:?}: the sheet is not the sum of its cells",
                month.format("%Y-%m")
            )),
        }
    }
    if verified.different > 0 {
        say(&format!(
            "{} of {} cells and {} sheets differ; tiwizi rollup rebuild counts them anew",
            verified.different, verified.cells, verified.sheets
        ));
        return Ok(ExitCode::FAILURE);
    }
    say(&format!(
        "equal   {} cells, {} sheets",
        verified.cells, verified.sheets
    ));
    Ok(ExitCode::SUCCESS)
}
