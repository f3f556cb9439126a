//! What commands say: results to standard output, complaints to standard error.
//!
//! Logs of the server go elsewhere.

use std::io::Write;

/// Writes one line of result.
#[expect(clippy::print_stdout, reason = "the one place where commands speak")]
pub fn say(line: &str) {
    println!("{line}");
}

/// Writes one line that something is wrong.
pub fn complain(line: &str) {
    eprintln!("{line}");
}

/// Writes a document as it is.
///
/// # Errors
/// What the system said; a reader that went away is not an error.
pub fn pour(bytes: &[u8]) -> std::io::Result<()> {
    let mut out = std::io::stdout().lock();
    match out.write_all(bytes).and_then(|()| out.flush()) {
        Err(cause) if cause.kind() == std::io::ErrorKind::BrokenPipe => Ok(()),
        outcome => outcome,
    }
}
