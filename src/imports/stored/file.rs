//! A file that was brought, taken apart: its header and rows, while nobody else has to wait.
//!
//! What its rows mean is planned in `prepare`.

use std::io::Cursor;

use tokio::sync::Semaphore;

use crate::imports::error::ImportError;
use crate::imports::read::Chosen;
use crate::imports::read::Row;
use crate::imports::read::Sheet;
use crate::imports::stored::prepare::MOST_ROWS;

/// Files that are unpacked at once, whoever brings them: a small one may become hundreds of megabytes,
/// so that the size of a body bounds nothing.
static TURNS: Semaphore = Semaphore::const_new(2);

/// A file that was read as a whole.
#[derive(Debug)]
pub struct Brought {
    /// Its bytes.
    pub bytes: Vec<u8>,
    /// Titles of the columns.
    pub header: Vec<String>,
    /// What separates fields.
    pub delimiter: u8,
    /// The sheet that was read; `None` for a CSV.
    pub of: Option<Chosen>,
    /// Its rows, at most one more than may be.
    pub rows: Vec<Row>,
}

/// Reads a file, or one sheet of it.
///
/// # Errors
/// [`ImportError::Unreadable`].
pub async fn read(bytes: Vec<u8>, sheet: Option<String>) -> Result<Brought, ImportError> {
    let fault = |it: &dyn std::fmt::Display| ImportError::Fault(it.to_string());
    let turn = TURNS.acquire().await.map_err(|it| fault(&it))?;
    // Unpacking takes a moment, in which a worker would answer nobody.
    let read = tokio::task::spawn_blocking(move || {
        // Held until it is done, even where nobody waits for the answer any more.
        let _turn = turn;
        let mut opened = Sheet::open(Cursor::new(bytes.as_slice()), sheet.as_deref())?;
        let rows = opened.next_rows(MOST_ROWS.saturating_add(1))?;
        let (header, delimiter, of) = (opened.header, opened.delimiter, opened.of);
        Ok(Brought {
            bytes,
            header,
            delimiter,
            of,
            rows,
        })
    });
    read.await.map_err(|it| fault(&it))?
}
