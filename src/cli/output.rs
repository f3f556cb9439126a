//! What commands say: results to standard output, complaints to standard error.
//!
//! Logs of the server go elsewhere.

/// Writes one line of result.
#[expect(clippy::print_stdout, reason = "the one place where commands speak")]
pub fn say(line: &str) {
    println!("{line}");
}

/// Writes one line that something is wrong.
pub fn complain(line: &str) {
    eprintln!("{line}");
}
