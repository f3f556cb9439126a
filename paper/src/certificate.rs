//! What printed certificates hold, in the order in which they are read.
//!
//! How they look is in `certificates.typ`, which reads these members by their names; what may stand there is decided by
//! whoever fills them.

use serde::Serialize;

use crate::report::Fact;
use crate::report::Moment;
use crate::report::Value;

/// Certificates, each on a page of its own.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Certificates {
    /// The language of the document, as BCP 47 tags it; each certificate has its own.
    pub language: &'static str,
    /// Whether that language runs from right to left.
    pub rtl: bool,
    /// What the document is called.
    pub title: String,
    /// Whose product it is.
    pub author: String,
    /// What tells the file from others.
    #[serde(skip)]
    pub ident: String,
    /// When it counts as made.
    #[serde(skip)]
    pub made: Option<Moment>,
    /// The certificates.
    pub sheets: Vec<Certificate>,
    /// Above those that are not printed.
    pub left_title: String,
    /// Those that are not printed: a code, and how it stands.
    pub left: Vec<Fact>,
}

/// One certificate.
#[derive(Clone, Debug, Serialize)]
pub struct Certificate {
    /// Its language, as BCP 47 tags it.
    pub language: &'static str,
    /// Whether it runs from right to left.
    pub rtl: bool,
    /// Who certifies.
    pub organization: Value,
    /// What it is.
    pub title: String,
    /// Who holds it, where that is shown.
    pub holder: Option<Value>,
    /// What is certified, in one sentence.
    pub statement: String,
    /// The figures and days, side by side.
    pub facts: Vec<Fact>,
    /// Above the projects.
    pub projects_title: String,
    /// Above the titles of projects, and above their time.
    pub projects_head: [String; 2],
    /// Titles of projects and their time; nothing where they are not shown.
    pub projects: Vec<[Value; 2]>,
    /// In the place of projects that stand on a page of their own.
    pub projects_behind: String,
    /// The code in groups.
    pub code: Fact,
    /// Where it is checked.
    pub address: String,
    /// How it is checked.
    pub how: String,
    /// When it was found to hold.
    pub checked: Fact,
    /// The address as a picture that is scanned: PNG.
    pub picture: Vec<u8>,
    /// What that picture is, for whoever does not see it.
    pub picture_alternative: String,
    /// Below the line of whoever signs.
    pub signatory: String,
    /// Below the line of the signature.
    pub signature_of: String,
}
