//! Reports on paper: values in, the bytes of a PDF out.
//!
//! Pages are set by Typst from one template (`report.typ`) with fonts that the binary carries; nothing is read from
//! disk or network. What a report says is decided by whoever fills [`report::Report`]; what the pages know of the
//! world is in `world`. It is a crate of its own so that nobody compiles Typst anew after a change elsewhere.

pub mod report;
mod world;

use typst::diag::SourceDiagnostic;
use typst::foundations::Smart;
use typst_layout::PagedDocument;
use typst_pdf::PdfOptions;
use typst_pdf::PdfStandard;
use typst_pdf::PdfStandards;
use typst_pdf::Timestamp;

use crate::report::Moment;
use crate::report::Report;
use crate::world::Desk;

/// Why there are no pages.
#[derive(Debug, thiserror::Error)]
pub enum PaperError {
    /// The values of the report could not be handed over.
    #[error("the values of the report: {0}")]
    Values(#[from] serde_json::Error),
    /// The template could not be set, which only a fault of ours can cause.
    #[error("setting the pages: {0}")]
    Setting(String),
    /// The pages could not be written.
    #[error("writing the pages: {0}")]
    Writing(String),
}

/// A document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pages {
    /// The bytes of the PDF.
    pub bytes: Vec<u8>,
    /// How many pages there are.
    pub count: usize,
    /// What stands against PDF/UA-1; nothing where it is kept. It is not where a name holds a sign that no font here
    /// has: the standard forbids to print a box in its place, and the figures are wanted all the same.
    pub fault: Option<String>,
}

/// Sets a report and writes it as PDF, tagged and after PDF/UA-1. The same report is the same bytes.
///
/// # Errors
/// [`PaperError`], which no value of a report should cause.
pub fn print(report: &Report) -> Result<Pages, PaperError> {
    let desk = Desk::new(serde_json::to_vec(report)?).map_err(PaperError::Setting)?;
    let printed = set(&desk, report);
    // What was remembered of this document would stay for the next ones.
    typst::comemo::evict(0);
    printed
}

fn set(desk: &Desk, report: &Report) -> Result<Pages, PaperError> {
    let document: PagedDocument = typst::compile(desk)
        .output
        .map_err(|it| PaperError::Setting(told(&it)))?;
    let count = document.pages().len();
    let standards = PdfStandards::new(&[PdfStandard::Ua_1])
        .map_err(|it| PaperError::Writing(it.message().to_string()))?;
    let pages = |bytes, fault| Pages {
        bytes,
        count,
        fault,
    };
    match typst_pdf::pdf(&document, &options(report, standards)) {
        Ok(bytes) => Ok(pages(bytes, None)),
        Err(fault) => {
            let bytes = typst_pdf::pdf(&document, &options(report, PdfStandards::default()));
            bytes
                .map(|it| pages(it, Some(told(&fault))))
                .map_err(|it| PaperError::Writing(told(&it)))
        }
    }
}

fn options(report: &Report, standards: PdfStandards) -> PdfOptions {
    PdfOptions {
        ident: Smart::Custom(report.hash.clone()),
        creator: Smart::Custom(Some(report.author.clone())),
        timestamp: report
            .made
            .and_then(Moment::date_time)
            .map(Timestamp::new_utc),
        standards,
        ..PdfOptions::default()
    }
}

fn told(diagnostics: &[SourceDiagnostic]) -> String {
    let told = diagnostics.iter().map(|it| it.message.as_str());
    told.collect::<Vec<_>>().join("; ")
}

#[cfg(test)]
mod tests;
