//! Why an import could not be done as a whole.
//!
//! What is wrong with one row is a value of its outcome, not an error.

use sea_orm::DbErr;

use crate::identity::Denied;
use crate::refusal::Code;
use crate::refusal::Refusal;
use crate::refusal::Refuse;

/// Why an import could not be done as a whole.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// The file cannot be read as a table of its kind.
    #[error("the file cannot be read: {0:?}")]
    Unreadable(#[from] Unreadable),
    /// The header lacks columns, or names one twice.
    #[error("the header does not fit")]
    Header(Vec<Refusal>),
    /// The file is too long to be taken as a whole.
    #[error("more than {most} rows cannot be one transaction")]
    TooManyTogether {
        /// The most.
        most: usize,
    },
    /// The file is larger than what is kept.
    #[error("more than {most} bytes are not kept")]
    TooLarge {
        /// The most.
        most: usize,
    },
    /// Values of the input are not acceptable.
    #[error("the input is not acceptable")]
    Invalid(Vec<Refusal>),
    /// There is no such import, or it is not visible.
    #[error("there is no such import")]
    NotFound,
    /// It changed meanwhile.
    #[error("version {current} is the present one")]
    VersionConflict {
        /// The present version.
        current: i32,
    },
    /// The key was used for another input.
    #[error("the idempotency key was used for another input")]
    KeyReused,
    /// It was given up or taken back: it cannot be committed.
    #[error("the import is over")]
    Over,
    /// What it wrote cannot be taken back: nothing of it was.
    #[error("what the import wrote cannot be taken back")]
    Held(Vec<Refusal>),
    /// The organization is not there, or not the actor's.
    #[error("there is no such organization")]
    UnknownOrganization,
    /// Not allowed.
    #[error(transparent)]
    Denied(#[from] Denied),
    /// The refused rows could not be written.
    #[error("cannot write the refused rows: {0}")]
    Rejected(std::io::Error),
    /// A fault of ours.
    #[error(transparent)]
    Database(#[from] DbErr),
    /// A fault of ours, of an area below.
    #[error("{0}")]
    Fault(String),
}

/// What a workbook may hold so much of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Bound {
    /// Bytes of the file as it comes.
    Packed,
    /// Bytes of what it unpacks to.
    Bytes,
    /// Bytes of its texts.
    Strings,
    /// How many bytes one byte unpacks to.
    Ratio,
    /// Parts of the package.
    Parts,
    /// Sheets.
    Sheets,
    /// Bytes of one line of its lists of parts.
    Tag,
    /// Rows with any value.
    Rows,
    /// Columns.
    Columns,
    /// Cells.
    Cells,
}

impl Bound {
    /// The word by which sentences tell it.
    fn word(self) -> &'static str {
        match self {
            Self::Packed => "packed",
            Self::Bytes => "bytes",
            Self::Strings => "strings",
            Self::Ratio => "ratio",
            Self::Parts => "parts",
            Self::Sheets => "sheets",
            Self::Tag => "tag",
            Self::Rows => "rows",
            Self::Columns => "columns",
            Self::Cells => "cells",
        }
    }
}

/// What makes a file unreadable.
#[derive(Debug, thiserror::Error)]
#[error("{self:?}")]
pub enum Unreadable {
    /// The system does not give it.
    System(std::io::Error),
    /// It holds nothing.
    Empty,
    /// UTF-16, as old programs save "Unicode text".
    Utf16,
    /// Not UTF-8 from this line on: most often Latin-1.
    NotUtf8 {
        /// Counted from 1.
        line: u64,
    },
    /// A row goes on without end: most often a quote that is never closed.
    EndlessRow {
        /// Where the row begins, counted from 1.
        line: u64,
    },
    /// A workbook with a password.
    Protected,
    /// Another kind of file than a workbook or CSV.
    Format {
        /// Its usual name.
        found: &'static str,
    },
    /// A workbook that would not stay within bounds.
    TooLarge {
        /// Which bound.
        bound: Bound,
        /// The most.
        most: usize,
    },
    /// A workbook that says what no spreadsheet writes, or that is not whole.
    Damaged(String),
    /// The workbook has no such sheet.
    NoSheet {
        /// The name that was asked for.
        wanted: String,
        /// Those that are there.
        known: Vec<String>,
    },
    /// A sheet of a CSV was asked for.
    NoSheets,
}

impl Unreadable {
    /// What it is, and the mend.
    #[must_use]
    pub fn refusal(&self) -> Refusal {
        let unreadable = |why| Refusal::of(Code::UnreadableFile, "content").with("why", why);
        match self {
            Self::System(cause) => unreadable("system").with("detail", cause),
            Self::Empty => unreadable("empty"),
            Self::Utf16 => unreadable("utf16"),
            Self::NotUtf8 { line } => unreadable("not-utf8").with("line", line),
            Self::EndlessRow { line } => unreadable("endless-row").with("line", line),
            Self::Damaged(cause) => unreadable("damaged").with("detail", cause),
            Self::Protected => Refusal::of(Code::WorkbookProtected, "content"),
            Self::Format { found } => {
                Refusal::of(Code::WorkbookFormat, "content").with("found", found)
            }
            Self::TooLarge { bound, most } => Refusal::of(Code::WorkbookTooLarge, "content")
                .with("bound", bound.word())
                .with("most", most),
            Self::NoSheet { wanted, known } => Refusal::of(Code::UnknownSheet, "sheet")
                .with("value", wanted)
                .with("known", known.join(", ")),
            Self::NoSheets => {
                Refusal::of(Code::Contradiction, "sheet").with("detail", "sheet, CSV")
            }
        }
    }
}

impl From<Refusal> for ImportError {
    fn from(refusal: Refusal) -> Self {
        Self::Invalid(vec![refusal])
    }
}

impl Refuse for ImportError {
    fn refusals(&self) -> Option<Vec<Refusal>> {
        Some(match self {
            Self::Unreadable(why) => vec![why.refusal()],
            Self::Header(refusals) | Self::Invalid(refusals) | Self::Held(refusals) => {
                refusals.clone()
            }
            Self::TooLarge { most } => {
                vec![Refusal::of(Code::FileTooLarge, "content").with("most", most)]
            }
            Self::NotFound => vec![Refusal::of(Code::NotFound, "id")],
            Self::VersionConflict { current } => {
                let refusal = Refusal::of(Code::VersionConflict, "expectedVersion");
                vec![refusal.with("current", current)]
            }
            Self::KeyReused => vec![Refusal::of(Code::IdempotencyConflict, "idempotencyKey")],
            Self::Over => vec![Refusal::of(Code::ImportOver, "id")],
            Self::TooManyTogether { most } => {
                vec![Refusal::of(Code::TooLong, "content").with("most", most)]
            }
            Self::UnknownOrganization => vec![Refusal::of(Code::NotFound, "organizationId")],
            Self::Denied(denied) => vec![Refusal::new(denied.code())],
            Self::Rejected(_) | Self::Database(_) | Self::Fault(_) => return None,
        })
    }
}
