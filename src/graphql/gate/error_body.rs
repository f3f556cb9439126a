//! One error of an answer, as it is written.
//!
//! Why there is one is in `objection`, and in the areas.

use async_graphql::PathSegment;
use serde::Serialize;

use crate::platform::i18n::Locale;
use crate::refusal::Refusal;

/// Most errors of one answer.
pub const ERRORS_MOST: usize = 50;

/// One error as it is written.
#[derive(Clone, Debug, Serialize)]
pub struct ErrorBody {
    message: String,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    locations: Vec<Location>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    path: Vec<PathSegment>,
    extensions: serde_json::Map<String, serde_json::Value>,
}

#[derive(Clone, Copy, Debug, Serialize)]
struct Location {
    line: usize,
    column: usize,
}

impl ErrorBody {
    /// An error with its code.
    pub fn new(code: &str, message: impl Into<String>) -> Self {
        let mut extensions = serde_json::Map::new();
        extensions.insert("code".to_owned(), code.into());
        Self {
            message: message.into(),
            locations: Vec::new(),
            path: Vec::new(),
            extensions,
        }
    }

    /// A refusal in a language. The sentence begins with the field, since an error of a whole
    /// operation stands beside none.
    pub fn of_refusal(code: &str, refusal: &Refusal, locale: Locale) -> Self {
        let sentence = refusal.message(locale);
        let message = if refusal.path.is_empty() {
            sentence
        } else {
            let field = refusal.path.join(".");
            locale.sentence("of-field", &[("field", field), ("sentence", sentence)])
        };
        let mut body = Self::new(code, message).with("rule", refusal.code.rule());
        let path = refusal.path.as_slice().into();
        body.extensions.insert("path".to_owned(), path);
        body
    }

    /// Adds where in the document it is.
    pub fn at(mut self, place: Option<(usize, usize)>) -> Self {
        self.locations = place
            .map(|(line, column)| Location { line, column })
            .into_iter()
            .collect();
        self
    }

    /// Adds what programs may want to know.
    pub fn with(mut self, name: &str, value: &str) -> Self {
        self.extensions.insert(name.to_owned(), value.into());
        self
    }

    /// Adds a number that programs may want to know.
    pub fn with_number(mut self, name: &str, value: u64) -> Self {
        self.extensions.insert(name.to_owned(), value.into());
        self
    }

    /// Takes over what the library knows of an error beside its message.
    pub fn knowing(
        mut self,
        extensions: Option<serde_json::Map<String, serde_json::Value>>,
    ) -> Self {
        self.extensions = extensions.unwrap_or(self.extensions);
        self
    }

    /// Adds where in the data it is.
    pub fn along(mut self, path: Vec<PathSegment>) -> Self {
        self.path = path;
        self
    }

    /// The rule that refused, where it is told.
    pub fn rule(&self) -> Option<&str> {
        self.extensions.get("rule")?.as_str()
    }

    /// Its code.
    pub fn code(&self) -> Option<&str> {
        self.extensions.get("code")?.as_str()
    }
}
