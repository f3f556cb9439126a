//! Arguments in, one call, exit code out.

use std::process::ExitCode;

#[tokio::main]
async fn main() -> ExitCode {
    tiwizi::cli::run(std::env::args_os()).await
}
