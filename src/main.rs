//! Arguments in, one call, exit code out.
//!
//! What a command does is in `cli`.

use std::process::ExitCode;

/// Bytes of stack of a thread that works: reports ask of reports, and a build without optimization keeps all of it on the
/// stack at once.
const STACK: usize = 8 * 1024 * 1024;

fn main() -> ExitCode {
    let made = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .thread_stack_size(STACK)
        .build();
    match made {
        Ok(runtime) => runtime.block_on(tiwizi::cli::run(std::env::args_os())),
        Err(cause) => {
            eprintln!("no threads can be started: {cause}");
            ExitCode::FAILURE
        }
    }
}
