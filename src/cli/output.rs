//! What commands say: results to standard output, complaints to standard error.
//!
//! A reader that goes away (`tiwizi schema | head -1`) ends no work: what is left is not written,
//! and the command ends with the code that shells know for it. Logs of the server go elsewhere.

use std::io::ErrorKind;
use std::io::Write;
use std::sync::atomic::AtomicBool;
use std::sync::atomic::Ordering;

/// What a shell reports of a program that a closed pipe ended: 128 and the number of SIGPIPE.
pub const UNHEARD: u8 = 141;

static GONE: AtomicBool = AtomicBool::new(false);

/// Whether the reader of standard output went away before the end.
pub fn is_unheard() -> bool {
    GONE.load(Ordering::Relaxed)
}

/// Writes one line of result.
pub fn say(line: &str) {
    // Nothing more can be done where even this cannot be written.
    let _unwritable = pour(format!("{line}\n").as_bytes());
}

/// Writes that something is wrong, in one line.
pub fn complain(text: &str) {
    let line: Vec<&str> = text.split_whitespace().collect();
    let _unwritable = writeln!(std::io::stderr(), "{}", line.join(" "));
}

/// Writes a document as it is.
///
/// # Errors
/// What the system said; a reader that went away is not an error.
pub fn pour(bytes: &[u8]) -> std::io::Result<()> {
    if is_unheard() {
        return Ok(());
    }
    let mut out = std::io::stdout().lock();
    match out.write_all(bytes).and_then(|()| out.flush()) {
        Err(cause) if cause.kind() == ErrorKind::BrokenPipe => {
            GONE.store(true, Ordering::Relaxed);
            Ok(())
        }
        outcome => outcome,
    }
}
