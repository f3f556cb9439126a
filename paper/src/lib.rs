//! Reports and certificates on paper: values in, the bytes of a PDF out.
//!
//! Pages are set by Typst from a template each (`report.typ`, `certificates.typ`) with fonts that the binary carries;
//! nothing is read from disk or network. What they say is decided by whoever fills [`report::Report`] and
//! [`certificate::Certificates`]; what the pages know of the world is in `world`. It is a crate of its own so that nobody compiles Typst anew after a change elsewhere.

pub mod certificate;
pub mod report;
mod world;

use serde::Serialize;
use typst::diag::SourceDiagnostic;
use typst::foundations::Smart;
use typst_layout::PagedDocument;
use typst_pdf::PdfOptions;
use typst_pdf::PdfStandard;
use typst_pdf::PdfStandards;
use typst_pdf::Timestamp;

use crate::certificate::Certificates;
use crate::report::Moment;
use crate::report::Report;
use crate::world::CERTIFICATES;
use crate::world::Desk;
use crate::world::REPORT;
use crate::world::Template;

/// Why there are no pages.
#[derive(Debug, thiserror::Error)]
pub enum PaperError {
    /// The values could not be handed over.
    #[error("the values: {0}")]
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

/// What a file says of itself, beside its pages.
struct About<'a> {
    /// What tells it from others.
    ident: &'a str,
    /// Whose product it is.
    author: &'a str,
    /// When it counts as made.
    made: Option<Moment>,
}

/// Sets a report and writes it as PDF, tagged and after PDF/UA-1. The same report is the same bytes.
///
/// # Errors
/// [`PaperError`], which no value of a report should cause.
pub fn print(report: &Report) -> Result<Pages, PaperError> {
    let about = About {
        ident: &report.hash,
        author: &report.author,
        made: report.made,
    };
    printed(REPORT, report, &about)
}

/// Sets certificates, each on a page of its own, and writes them as one PDF in the same way.
///
/// # Errors
/// [`PaperError`], which no value of a certificate should cause.
pub fn print_certificates(all: &Certificates) -> Result<Pages, PaperError> {
    let about = About {
        ident: &all.ident,
        author: &all.author,
        made: all.made,
    };
    printed(CERTIFICATES, all, &about)
}

fn printed(of: Template, values: &impl Serialize, about: &About<'_>) -> Result<Pages, PaperError> {
    let desk = Desk::new(of, serde_json::to_vec(values)?).map_err(PaperError::Setting)?;
    let pages = set(&desk, about);
    // What was remembered of this document would stay for the next ones.
    typst::comemo::evict(0);
    pages
}

fn set(desk: &Desk, about: &About<'_>) -> Result<Pages, PaperError> {
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
    match typst_pdf::pdf(&document, &options(about, standards)) {
        Ok(bytes) => Ok(pages(bytes, None)),
        Err(fault) => {
            let bytes = typst_pdf::pdf(&document, &options(about, PdfStandards::default()));
            bytes
                .map(|it| pages(it, Some(told(&fault))))
                .map_err(|it| PaperError::Writing(told(&it)))
        }
    }
}

fn options(about: &About<'_>, standards: PdfStandards) -> PdfOptions {
    PdfOptions {
        ident: Smart::Custom(about.ident.to_owned()),
        creator: Smart::Custom(Some(about.author.to_owned())),
        timestamp: about
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
