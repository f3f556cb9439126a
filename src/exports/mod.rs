//! Reports as files: a table of sections, then bytes.
//!
//! What the figures are is in `reports`; formats know no report by name.

mod contractual;
pub mod entries;
pub mod formats;
mod hours;
pub mod iati;
mod indh;
pub mod legend;
pub mod pictures;
mod quality;
pub mod request;
mod results;
mod sdg;
mod sections;
mod shared;
pub mod statement;
mod sums;
pub mod table;
pub mod trail;
mod value;
mod volunteer_work;
mod words;
mod writing;

use std::io::Write;

use serde::Deserialize;
use serde::Serialize;

use crate::exports::formats::Open;
use crate::exports::shared::parameter;
use crate::exports::table::Cell;
use crate::exports::table::Table;
use crate::platform::hex::hex;
use crate::platform::i18n::Locale;
use crate::reports::Answer;
use crate::reports::ReportError;
use crate::reports::snapshot;

/// A file format.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Format {
    /// Comma-separated, UTF-8 with byte-order mark.
    Csv,
    /// One JSON document.
    Json,
    /// An Excel workbook.
    Xlsx,
    /// Pages to print and to sign.
    Pdf,
}

impl Format {
    /// What files end with.
    #[must_use]
    pub fn extension(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::Json => "json",
            Self::Xlsx => "xlsx",
            Self::Pdf => "pdf",
        }
    }

    /// What a file is, as HTTP names it.
    #[must_use]
    pub fn media_type(self) -> &'static str {
        match self {
            Self::Csv => "text/csv; charset=utf-8",
            Self::Json => "application/json",
            Self::Xlsx => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            Self::Pdf => "application/pdf",
        }
    }
}

/// An answered report as a table, its words in a language.
///
/// # Errors
/// [`ReportError`] where figures do not add up, which only a fault of ours can cause.
pub fn table(answer: &Answer, locale: Locale) -> Result<Table, ReportError> {
    let mut table = match answer {
        Answer::Indh(report) => indh::table(report, locale)?,
        Answer::Sdg(report) => sdg::table(report, locale),
        Answer::Hours(report, names) => hours::table(report, names, locale),
        Answer::VolunteerWork(report) => volunteer_work::table(report, locale),
        Answer::Contractual(report) => contractual::table(report, locale),
        Answer::DataQuality(report) => quality::table(report, locale),
    };
    let digest = Cell::Text(hex(&snapshot::digest(answer)?));
    table
        .parameters
        .push(parameter(locale, "sha256", "report-sha256", digest));
    Ok(table)
}

/// Writes an answered report in a format and a language.
///
/// # Errors
/// What the writer said; as of [`table()`].
pub fn write(
    answer: &Answer,
    format: Format,
    locale: Locale,
    into: &mut (impl Write + Send),
) -> std::io::Result<()> {
    let table = table(answer, locale).map_err(std::io::Error::other)?;
    write_table(&table, format, locale, into)
}

/// Writes a table in a format; its words are in the language.
///
/// # Errors
/// What the writer said.
pub fn write_table(
    table: &Table,
    format: Format,
    locale: Locale,
    into: &mut (impl Write + Send),
) -> std::io::Result<()> {
    Open::begin(table, format, locale, into)?.end()?;
    Ok(())
}
