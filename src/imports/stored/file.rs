//! A file that was brought, taken apart: its header and rows, while nobody else has to wait.
//!
//! What its rows mean is planned in `prepare`.

use std::io::Cursor;

use crate::imports::error::ImportError;
use crate::imports::read::Chosen;
use crate::imports::read::Row;
use crate::imports::read::Sheet;
use crate::imports::stored::prepare::MOST_ROWS;

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
    // Unpacking takes a moment, in which a worker would answer nobody.
    let read = tokio::task::spawn_blocking(move || {
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
    read.await
        .map_err(|it| ImportError::Fault(it.to_string()))?
}
