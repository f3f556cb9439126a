//! `tiwizi schema`: prints the GraphQL schema, as committed in `schema.graphql`.
//!
//! The schema itself is in `graphql`.

use std::process::ExitCode;

use anyhow::Context;

use crate::cli::output::pour;
use crate::graphql;

/// Runs the command.
pub fn run() -> anyhow::Result<ExitCode> {
    pour(format!("{}\n", graphql::sdl().trim_end()).as_bytes()).context("writing the schema")?;
    Ok(ExitCode::SUCCESS)
}
