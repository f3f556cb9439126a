//! Files as rows with line numbers, in bounded memory. What a file is, is seen in its bytes: names
//! promise much.
//!
//! What the columns mean is in `columns`; nothing is written to the database here.

mod cells;
mod delimited;
mod package;
mod workbook;

use std::borrow::Cow;
use std::io::Read;
use std::io::Seek;
use std::io::SeekFrom;

use crate::imports::error::ImportError;
use crate::imports::error::Unreadable;
use crate::imports::read::delimited::Lines;
use crate::imports::read::package::MOST_PACKED;
use crate::platform::spreadsheet::plain;

/// Longest row, in bytes: an unclosed quote must not swallow the file.
const LONGEST_ROW: usize = 1024 * 1024;

/// What separates the fields of files that are made of a workbook: where commas stand in numbers,
/// spreadsheets open nothing else.
const OF_WORKBOOKS: u8 = b';';

/// How files begin that people send instead of a table.
const OTHERS: [(&[u8], &str); 5] = [
    (b"\x89PNG", "PNG"),
    (b"\xFF\xD8\xFF", "JPEG"),
    (b"GIF8", "GIF"),
    (b"%PDF", "PDF"),
    (b"\x1F\x8B", "GZIP"),
];

/// One row of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// Line on which it begins; the header stands on line 1. In a workbook the number that the
    /// spreadsheet shows beside the row.
    pub line: u64,
    /// Its fields, without the marks that kept a spreadsheet from running them.
    pub fields: Vec<String>,
}

/// An open file with a header.
pub struct Sheet<R> {
    source: Source<R>,
    /// Titles of the columns, as written.
    pub header: Vec<String>,
    /// What separates fields, here or in a CSV made of this.
    pub delimiter: u8,
    /// The sheet that is read, and all there are; `None` for a CSV.
    pub of: Option<Chosen>,
}

/// The sheet of a workbook that is read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Chosen {
    /// Its name.
    pub name: String,
    /// The names of all sheets, in order.
    pub sheets: Vec<String>,
}

enum Source<R> {
    Lines(Box<Lines<R>>),
    /// The rows of a workbook, which were read as a whole, and bytes of its file.
    Rows(std::vec::IntoIter<Row>, u64),
}

/// What a file is by its first bytes.
enum Kind {
    Text,
    /// A package: a workbook, or something else that is packed.
    Package,
    /// What spreadsheets wrote before, and how workbooks with a password are kept.
    Compound,
    /// Something that is no table, by its usual name.
    Other(&'static str),
}

impl<R: Read + Seek> Sheet<R> {
    /// Opens a CSV or a sheet of a workbook: the one that is named, or the first that is not
    /// hidden.
    ///
    /// # Errors
    /// [`ImportError::Unreadable`] for text that is not UTF-8, and for anything but a workbook that
    /// stays within bounds.
    pub fn open(mut file: R, sheet: Option<&str>) -> Result<Self, ImportError> {
        let kind = kind(&mut file).map_err(unreadable)?;
        let sheet = sheet.filter(|it| !it.trim().is_empty());
        let (source, delimiter, of) = match kind {
            Kind::Text if sheet.is_some() => {
                return Err(ImportError::Unreadable(Unreadable::NoSheets));
            }
            Kind::Text => {
                let lines = Lines::open(file)?;
                let delimiter = lines.delimiter;
                (Source::Lines(Box::new(lines)), delimiter, None)
            }
            Kind::Package => {
                let bytes = whole(&mut file).map_err(unreadable)?;
                let table = workbook::read(&bytes, sheet)?;
                let length = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
                let chosen = Chosen {
                    name: table.name,
                    sheets: table.sheets,
                };
                let rows = Source::Rows(table.rows.into_iter(), length);
                (rows, OF_WORKBOOKS, Some(chosen))
            }
            Kind::Other(found) => {
                return Err(ImportError::Unreadable(Unreadable::Format { found }));
            }
            Kind::Compound => {
                let bytes = whole(&mut file).map_err(unreadable)?;
                return Err(ImportError::Unreadable(compound(&bytes)));
            }
        };
        let mut opened = Self {
            source,
            header: Vec::new(),
            delimiter,
            of,
        };
        let Some(header) = opened.next_row()? else {
            return Err(ImportError::Unreadable(Unreadable::Empty));
        };
        opened.header = header
            .fields
            .iter()
            .map(|it| it.trim().to_owned())
            .collect();
        Ok(opened)
    }

    /// The next rows, at most so many; none at the end. Rows without any value are passed over.
    ///
    /// # Errors
    /// [`ImportError::Unreadable`].
    pub fn next_rows(&mut self, most: usize) -> Result<Vec<Row>, ImportError> {
        let mut rows = Vec::new();
        while rows.len() < most {
            match self.next_row()? {
                Some(mut row) => {
                    for field in &mut row.fields {
                        if let Cow::Owned(bare) = plain(field) {
                            *field = bare;
                        }
                    }
                    rows.push(row);
                }
                None => break,
            }
        }
        Ok(rows)
    }

    /// How many bytes have been read, for progress.
    #[must_use]
    pub fn position(&self) -> u64 {
        match &self.source {
            Source::Lines(lines) => lines.position(),
            Source::Rows(_, length) => *length,
        }
    }

    fn next_row(&mut self) -> Result<Option<Row>, ImportError> {
        match &mut self.source {
            Source::Lines(lines) => Ok(lines.next_row()?),
            Source::Rows(rows, _) => Ok(rows.next()),
        }
    }
}

fn unreadable(cause: std::io::Error) -> ImportError {
    ImportError::Unreadable(Unreadable::System(cause))
}

fn kind(file: &mut (impl Read + Seek)) -> std::io::Result<Kind> {
    file.seek(SeekFrom::Start(0))?;
    let mut first = Vec::new();
    file.by_ref().take(8).read_to_end(&mut first)?;
    file.seek(SeekFrom::Start(0))?;
    Ok(
        if first.starts_with(b"PK\x03\x04") || first.starts_with(b"PK\x05\x06") {
            Kind::Package
        } else if first.starts_with(b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1") {
            Kind::Compound
        } else {
            let other = OTHERS.iter().find(|(begins, _)| first.starts_with(begins));
            other.map_or(Kind::Text, |(_, name)| Kind::Other(name))
        },
    )
}

/// A file as a whole, or as much of it as shows that it is too large.
fn whole(file: &mut (impl Read + Seek)) -> std::io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    let most = u64::try_from(MOST_PACKED).unwrap_or(u64::MAX);
    file.by_ref()
        .take(most.saturating_add(1))
        .read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// What a compound file is: its directory names in UTF-16 what it holds.
fn compound(bytes: &[u8]) -> Unreadable {
    let name: Vec<u8> = "EncryptedPackage".bytes().flat_map(|it| [it, 0]).collect();
    if bytes.windows(name.len()).any(|it| it == name) {
        Unreadable::Protected
    } else {
        Unreadable::Format { found: "XLS" }
    }
}

#[cfg(test)]
mod tests;
