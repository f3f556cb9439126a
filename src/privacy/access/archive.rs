//! Packs sections into one archive: a file of JSON for each, and hours as CSV beside.
//!
//! What stands in them is gathered in `gather`. It is written to a file without a name, however large it is.

use std::fs::File;
use std::io::Seek;
use std::io::Write;

use serde_json::Value;
use zip::CompressionMethod;
use zip::ZipWriter;
use zip::result::ZipError;
use zip::write::SimpleFileOptions;

use crate::jobs::Spool;
use crate::jobs::Spooled;
use crate::platform::spreadsheet::BYTE_ORDER_MARK;
use crate::platform::spreadsheet::safe;

/// An archive that is being written.
pub(super) struct Archive {
    zip: ZipWriter<File>,
}

/// Why an archive cannot be written.
#[derive(Debug, thiserror::Error)]
pub(super) enum ArchiveError {
    /// The file.
    #[error(transparent)]
    File(#[from] std::io::Error),
    /// The packing.
    #[error(transparent)]
    Zip(#[from] ZipError),
    /// A value.
    #[error(transparent)]
    Json(#[from] serde_json::Error),
    /// A line.
    #[error(transparent)]
    Csv(#[from] csv::Error),
}

impl Archive {
    /// An empty one.
    pub(super) fn begin() -> Result<Self, ArchiveError> {
        Ok(Self {
            zip: ZipWriter::new(tempfile::tempfile()?),
        })
    }

    /// Begins a file in it.
    fn file(&mut self, name: &str) -> Result<(), ArchiveError> {
        let options = SimpleFileOptions::default()
            .compression_method(CompressionMethod::Deflated)
            // Beyond four gigabytes, too.
            .large_file(true);
        self.zip.start_file(name, options)?;
        Ok(())
    }

    /// Adds a text.
    pub(super) fn text(&mut self, name: &str, text: &str) -> Result<(), ArchiveError> {
        self.file(name)?;
        self.zip.write_all(text.as_bytes())?;
        Ok(())
    }

    /// Adds a section: an array of objects.
    pub(super) fn section(&mut self, name: &str, rows: &[Value]) -> Result<(), ArchiveError> {
        self.begin_section(name)?;
        self.rows(rows, true)?;
        self.end_section()
    }

    /// Begins a section that comes in parts.
    pub(super) fn begin_section(&mut self, name: &str) -> Result<(), ArchiveError> {
        self.file(&format!("{name}.json"))?;
        self.zip.write_all(b"[")?;
        Ok(())
    }

    /// The next rows of a section; `first` where none were written before.
    pub(super) fn rows(&mut self, rows: &[Value], first: bool) -> Result<(), ArchiveError> {
        let mut before = if first { "\n" } else { ",\n" };
        for row in rows {
            self.zip.write_all(before.as_bytes())?;
            serde_json::to_writer(&mut self.zip, row)?;
            before = ",\n";
        }
        Ok(())
    }

    /// Ends a section.
    pub(super) fn end_section(&mut self) -> Result<(), ArchiveError> {
        self.zip.write_all(b"\n]\n")?;
        Ok(())
    }

    /// Begins a file of lines with their header.
    pub(super) fn begin_lines(&mut self, name: &str, header: &[&str]) -> Result<(), ArchiveError> {
        self.file(&format!("{name}.csv"))?;
        self.zip.write_all(BYTE_ORDER_MARK)?;
        self.line(header)
    }

    /// The next line. What a spreadsheet would run is defused.
    pub(super) fn line<T: AsRef<str>>(&mut self, cells: &[T]) -> Result<(), ArchiveError> {
        let mut lines = csv::WriterBuilder::new()
            .terminator(csv::Terminator::CRLF)
            .from_writer(&mut self.zip);
        lines.write_record(cells.iter().map(|it| safe(it.as_ref())))?;
        lines.flush()?;
        Ok(())
    }

    /// Ends it.
    pub(super) fn end(self) -> Result<Spooled, ArchiveError> {
        let mut file = self.zip.finish()?;
        file.rewind()?;
        let mut spool = Spool::new()?;
        std::io::copy(&mut file, &mut spool)?;
        Ok(spool.end()?)
    }
}
