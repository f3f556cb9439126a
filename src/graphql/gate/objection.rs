//! Why a request does not run, not yet in a language: the verdict on a document is remembered, and
//! serves callers of every language.
//!
//! What is wrong with the grammar or the types of a document is told in English, in the words of
//! the specification: it concerns who wrote the document.

use crate::graphql::error::protocol_code;
use crate::graphql::gate::error_body::ErrorBody;
use crate::platform::i18n::Locale;
use crate::refusal::Refusal;

/// One reason.
#[derive(Clone, Debug)]
pub struct Objection {
    code: &'static str,
    said: Said,
    place: Option<(usize, usize)>,
    cost: Option<usize>,
}

#[derive(Clone, Debug)]
enum Said {
    Text(String),
    Refusal(Refusal),
    Sentence {
        key: &'static str,
        values: Vec<(&'static str, String)>,
    },
}

impl Objection {
    /// One that is told in English.
    pub fn new(code: &'static str, text: impl Into<String>) -> Self {
        Self::of(code, Said::Text(text.into()))
    }

    /// One with a sentence of its own in `locales/`.
    pub fn sentence(
        code: &'static str,
        key: &'static str,
        values: Vec<(&'static str, String)>,
    ) -> Self {
        Self::of(code, Said::Sentence { key, values })
    }

    /// A value that does not fit.
    pub fn refusal(refusal: Refusal) -> Self {
        Self::of(protocol_code(refusal.code), Said::Refusal(refusal))
    }

    fn of(code: &'static str, said: Said) -> Self {
        Self {
            code,
            said,
            place: None,
            cost: None,
        }
    }

    /// The same, found when the document itself was looked at.
    pub fn in_document(self, place: Option<(usize, usize)>) -> Self {
        Self {
            code: "GRAPHQL_VALIDATION_FAILED",
            place,
            ..self
        }
    }

    /// Adds where in the document it is.
    pub fn at(self, place: Option<(usize, usize)>) -> Self {
        Self { place, ..self }
    }

    /// The same of an operation of this cost.
    pub fn costing(self, cost: usize) -> Self {
        Self {
            cost: Some(cost),
            ..self
        }
    }

    /// Whether the operation is too much, and what it costs where that is known.
    pub fn too_complex(&self) -> Option<Option<usize>> {
        (self.code == "QUERY_TOO_COMPLEX").then_some(self.cost)
    }

    /// It in a language.
    pub fn told(&self, locale: Locale) -> ErrorBody {
        let body = match &self.said {
            Said::Text(text) => ErrorBody::new(self.code, text.as_str()),
            Said::Sentence { key, values } => {
                ErrorBody::new(self.code, locale.sentence(key, values))
            }
            Said::Refusal(refusal) => ErrorBody::of_refusal(self.code, refusal, locale),
        };
        body.at(self.place)
    }
}
