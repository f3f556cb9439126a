//! File formats: tables in, bytes out.
//!
//! No report is known here by name.

pub mod csv;
pub mod json;
pub mod pdf;
pub mod xlsx;

use std::io::Result;
use std::io::Write;

use crate::exports::Format;
use crate::exports::table::Cell;
use crate::exports::table::Table;
use crate::platform::i18n::Locale;

/// A file that is being written: all of a table is in it, and its last section takes more rows, as many as come.
pub enum Open<W: Write + Send> {
    /// Comma-separated.
    Csv(Box<csv::Open<W>>),
    /// One JSON document.
    Json(json::Open<W>),
    /// A workbook.
    Xlsx(Box<xlsx::Open<W>>),
    /// Pages: all of it is held, since they are set at the end.
    Pdf(Box<pdf::Open<W>>),
}

impl<W: Write + Send> Open<W> {
    /// Begins a file with a table, in the language of its words.
    ///
    /// # Errors
    /// What the writer said.
    pub fn begin(table: &Table, format: Format, locale: Locale, into: W) -> Result<Self> {
        Ok(match format {
            Format::Csv => Self::Csv(Box::new(csv::Open::begin(table, into)?)),
            Format::Json => Self::Json(json::Open::begin(table, into)?),
            Format::Xlsx => Self::Xlsx(Box::new(xlsx::Open::begin(table, locale, into)?)),
            Format::Pdf => Self::Pdf(Box::new(pdf::Open::begin(table, locale, into))),
        })
    }

    /// One more row, as long as the columns of the last section.
    ///
    /// # Errors
    /// What the writer said.
    pub fn row(&mut self, cells: &[Cell]) -> Result<()> {
        match self {
            Self::Csv(it) => it.row(cells),
            Self::Json(it) => it.row(cells),
            Self::Xlsx(it) => it.row(cells),
            Self::Pdf(it) => {
                it.row(cells);
                Ok(())
            }
        }
    }

    /// Ends the file.
    ///
    /// # Errors
    /// What the writer said; where there is no folder for temporary files.
    pub fn end(self) -> Result<W> {
        match self {
            Self::Csv(it) => it.end(),
            Self::Json(it) => it.end(),
            Self::Xlsx(it) => it.end(),
            Self::Pdf(it) => it.end(),
        }
    }
}
