//! What a file is, by its bytes, and whether it does nothing of its own: pure.
//!
//! A filter against what is known, and no proof: files are only ever handed out as downloads. How one kind is
//! looked into is in the file of that kind.

use crate::impact::evidence::pdf;
use crate::impact::evidence::picture;
use crate::impact::evidence::table;
use crate::impact::evidence::workbook;

/// What evidence may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A PDF.
    Pdf,
    /// A photograph.
    Jpeg,
    /// A picture.
    Png,
    /// A table as text.
    Csv,
    /// An Excel workbook.
    Xlsx,
}

/// All of them, as people know them.
pub const KNOWN: &str = "PDF, JPEG, PNG, CSV, XLSX";

impl Kind {
    /// What HTTP calls it.
    #[must_use]
    pub fn media_type(self) -> &'static str {
        match self {
            Self::Pdf => "application/pdf",
            Self::Jpeg => "image/jpeg",
            Self::Png => "image/png",
            Self::Csv => "text/csv; charset=utf-8",
            Self::Xlsx => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        }
    }

    /// What the name of a file of it ends with.
    #[must_use]
    pub fn extension(self) -> &'static str {
        match self {
            Self::Pdf => "pdf",
            Self::Jpeg => "jpg",
            Self::Png => "png",
            Self::Csv => "csv",
            Self::Xlsx => "xlsx",
        }
    }
}

/// Why a file is no evidence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Unfit {
    /// It is of no kind that is taken.
    Kind,
    /// It would do something of its own: what.
    Active(String),
    /// It is damaged, or cannot be looked into: where.
    Opaque(String),
}

/// A file that was looked into.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Checked {
    /// What it is.
    pub kind: Kind,
    /// Its bytes; of a picture, without what stands behind its end.
    pub bytes: Vec<u8>,
}

/// Looks into a file.
///
/// # Errors
/// [`Unfit`].
pub fn check(mut bytes: Vec<u8>) -> Result<Checked, Unfit> {
    let kind = if bytes.starts_with(b"%PDF-") {
        pdf::check(&bytes)?;
        Kind::Pdf
    } else if bytes.starts_with(b"\xff\xd8\xff") {
        let end = picture::jpeg(&bytes)?;
        bytes.truncate(end);
        Kind::Jpeg
    } else if bytes.starts_with(picture::PNG) {
        let end = picture::png(&bytes)?;
        bytes.truncate(end);
        Kind::Png
    } else if bytes.starts_with(b"PK\x03\x04") {
        workbook::check(&bytes)?;
        Kind::Xlsx
    } else {
        table::check(&bytes)?;
        Kind::Csv
    };
    Ok(Checked { kind, bytes })
}

/// Where some bytes stand first.
pub(super) fn find(bytes: &[u8], wanted: &[u8]) -> Option<usize> {
    bytes.windows(wanted.len()).position(|it| it == wanted)
}

/// What browsers and servers would run, wherever it stands in a text.
pub(super) fn markup(bytes: &[u8]) -> Option<&'static str> {
    let small = bytes.to_ascii_lowercase();
    let words = ["<script", "<?php", "<html", "<svg", "<!doctype"];
    words
        .into_iter()
        .find(|it| find(&small, it.as_bytes()).is_some())
}
