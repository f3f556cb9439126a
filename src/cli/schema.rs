//! `tiwizi schema`: prints the GraphQL schema, as committed in `schema.graphql`.
//!
//! The schema itself is in `graphql`.

use std::process::ExitCode;

use crate::cli::output::say;
use crate::graphql;

/// Runs the command.
pub fn run() -> anyhow::Result<ExitCode> {
    say(graphql::sdl().trim_end());
    Ok(ExitCode::SUCCESS)
}
