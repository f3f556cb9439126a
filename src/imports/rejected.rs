//! Refused rows as a file that can be corrected and imported again.
//!
//! The columns and the separator are those of the original, with one more column: `errors`.

use std::io::Write;

use crate::imports::columns::Layout;
use crate::imports::outcome::Problem;
use crate::platform::i18n::Locale;
use crate::platform::spreadsheet::BYTE_ORDER_MARK;
use crate::platform::spreadsheet::safe;

/// Title of the column that the importer passes over.
const ERRORS: &str = "errors";

/// Writes refused rows.
pub struct Rejected<W: Write> {
    csv: csv::Writer<W>,
    locale: Locale,
}

impl<W: Write> Rejected<W> {
    /// Begins the file with the header of the original.
    ///
    /// # Errors
    /// What the writer said.
    pub fn begin(
        mut into: W,
        layout: &Layout,
        delimiter: u8,
        locale: Locale,
    ) -> std::io::Result<Self> {
        into.write_all(BYTE_ORDER_MARK)?;
        let mut csv = csv::WriterBuilder::new()
            .delimiter(delimiter)
            .flexible(true)
            .terminator(csv::Terminator::CRLF)
            .from_writer(into);
        let mut header = layout.without_errors(layout.header());
        header.push(ERRORS);
        csv.write_record(&header)?;
        Ok(Self { csv, locale })
    }

    /// Adds a row with what is wrong with it.
    ///
    /// # Errors
    /// What the writer said.
    pub fn add(
        &mut self,
        layout: &Layout,
        fields: &[String],
        problems: &[Problem],
    ) -> std::io::Result<()> {
        let errors = problems.iter().map(|it| {
            let sentence = it.refusal.message(self.locale);
            told(it.column.as_deref(), &sentence)
        });
        let errors: Vec<String> = errors.collect();
        self.add_told(layout, fields, &errors)
    }

    /// Adds a row with what is wrong with it, in words.
    ///
    /// # Errors
    /// What the writer said.
    pub fn add_told(
        &mut self,
        layout: &Layout,
        fields: &[String],
        errors: &[String],
    ) -> std::io::Result<()> {
        let mut row: Vec<String> = layout
            .without_errors(fields)
            .into_iter()
            .map(safe)
            .collect();
        // A row with too few columns is not filled up: uncorrected it is refused again.
        row.push(safe(&errors.join(" | ")));
        self.csv.write_record(&row)?;
        Ok(())
    }

    /// Ends the file.
    ///
    /// # Errors
    /// What the writer said.
    pub fn finish(mut self) -> std::io::Result<()> {
        self.csv.flush()
    }
}

/// What is wrong with a column, or with the whole row, in words.
#[must_use]
pub fn told(column: Option<&str>, sentence: &str) -> String {
    match column {
        Some(column) => format!("{column}: {sentence}"),
        None => sentence.to_owned(),
    }
}
