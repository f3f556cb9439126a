//! Why something was refused: a stable code, the field, the values of the sentence.
//!
//! Sentences are in `locales/`; how a refusal reaches a client is in `graphql/error.rs` and in
//! the importers.

mod code;
mod mend;

pub use code::Code;
pub use mend::Mend;

use std::borrow::Cow;

use serde::Deserialize;
use serde::Serialize;

use crate::platform::i18n::Locale;
use crate::platform::idempotency;
use crate::platform::text::breaks_line;
use crate::platform::text::turns;

/// Most characters of a value in a sentence.
const VALUE_MOST: usize = 200;
/// Under which name a mend is kept among the values.
const MEND: &str = "mend";

/// One refusal of one field or act. What is kept of it can be told later, in any language.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Refusal {
    /// What clients branch on.
    pub code: Code,
    /// The field of the input it concerns, outermost first; empty for the whole.
    pub path: Vec<String>,
    /// The values that the sentence names.
    pub values: Vec<(Cow<'static, str>, String)>,
}

impl Refusal {
    /// A refusal of the whole input.
    #[must_use]
    pub fn new(code: Code) -> Self {
        Self {
            code,
            path: Vec::new(),
            values: Vec::new(),
        }
    }

    /// A refusal of one field, named as clients name it: `workedOn`, `shares.0.termCode`.
    #[must_use]
    pub fn of(code: Code, field: &str) -> Self {
        Self {
            code,
            path: field.split('.').map(str::to_owned).collect(),
            values: Vec::new(),
        }
    }

    /// The same of a field of a field: `report` before `territoryCode`.
    #[must_use]
    pub fn within(mut self, field: &str) -> Self {
        self.path.insert(0, field.to_owned());
        self
    }

    /// Adds a value that the sentence names.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: impl ToString) -> Self {
        self.values
            .push((Cow::Borrowed(name), shortened(value.to_string())));
        self
    }

    /// Adds what would be taken, all of it: names of our own, which nobody sent.
    #[must_use]
    pub fn known(mut self, names: &[&str]) -> Self {
        self.values.push((Cow::Borrowed("known"), names.join(", ")));
        self
    }

    /// Adds what would be taken instead, which may name the values, too.
    #[must_use]
    pub fn mended(self, mend: Mend) -> Self {
        self.with(MEND, mend.key())
    }

    /// The sentence in a language: what, and the mend.
    #[must_use]
    pub fn message(&self, locale: Locale) -> String {
        let what = locale.sentence(self.code.key(), &self.values);
        let kept = self.values.iter().find(|(name, _)| name == MEND);
        match kept.and_then(|(_, key)| Mend::of_key(key)) {
            Some(mend) => format!("{what} {}", locale.sentence(mend.key(), &self.values)),
            None => what,
        }
    }
}

/// A value as a sentence may repeat it: whoever sent a long text need not have it back.
#[must_use]
pub fn shortened(text: String) -> String {
    match text.char_indices().nth(VALUE_MOST) {
        None => text,
        Some((end, _)) => {
            let head = text.get(..end).unwrap_or_default();
            // No half a word, where there are words.
            let whole = head.rsplit_once(' ').map_or(head, |(whole, _)| whole);
            format!("{} …", whole.trim_end_matches(','))
        }
    }
}

/// In English: for logs, and for libraries that keep errors as text.
impl std::fmt::Display for Refusal {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str(&self.message(Locale::En))
    }
}

/// An error of an area: either refusals with codes, or a fault that no client learns of.
pub trait Refuse: std::error::Error + Send + Sync + 'static {
    /// The refusals; `None` for a fault of ours.
    fn refusals(&self) -> Option<Vec<Refusal>>;
}

/// Gathers what is wrong with an input, so that all of it is told at once.
#[derive(Debug, Default)]
pub struct Checks(Vec<Refusal>);

impl Checks {
    /// Nothing wrong so far.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a refusal.
    pub fn refuse(&mut self, refusal: Refusal) {
        self.0.push(refusal);
    }

    /// A text of one line that must be there: trimmed, at most `most` characters, free of control characters,
    /// breaks of lines and signs that turn the direction of what follows: a name looks like what it is, wherever
    /// it is printed.
    pub fn text(&mut self, field: &str, text: &str, most: usize) -> String {
        self.written(field, text, most, |it| breaks_line(it) || turns(it))
    }

    /// A text of several lines that must be there: trimmed, at most `most` characters, free of control
    /// characters other than ends of lines and tabulators.
    pub fn prose(&mut self, field: &str, text: &str, most: usize) -> String {
        self.written(field, text, most, |it| {
            it.is_control() && it != '\n' && it != '\t'
        })
    }

    fn written(
        &mut self,
        field: &str,
        text: &str,
        most: usize,
        odd: impl Fn(char) -> bool,
    ) -> String {
        let text = text.trim();
        if text.is_empty() {
            self.refuse(Refusal::of(Code::Required, field));
        } else if text.chars().count() > most {
            self.refuse(Refusal::of(Code::TooLong, field).with("most", most));
        } else if let Some(sign) = text.chars().find(|it| odd(*it)) {
            // By its number: the sign itself would be seen by nobody.
            let sign = format!("U+{:04X}", u32::from(sign));
            self.refuse(Refusal::of(Code::InvalidFormat, field).with("value", sign));
        }
        text.to_owned()
    }

    /// A text of one line that may be absent; blank counts as absent.
    pub fn optional_text(
        &mut self,
        field: &str,
        text: Option<&str>,
        most: usize,
    ) -> Option<String> {
        text.filter(|it| !it.trim().is_empty())
            .map(|it| self.text(field, it, most))
    }

    /// A text of several lines that may be absent; blank counts as absent.
    pub fn optional_prose(
        &mut self,
        field: &str,
        text: Option<&str>,
        most: usize,
    ) -> Option<String> {
        text.filter(|it| !it.trim().is_empty())
            .map(|it| self.prose(field, it, most))
    }

    /// An idempotency key, where one was sent: at most 200 characters.
    pub fn key(&mut self, key: Option<&str>) {
        self.demand(key != Some(""), || {
            Refusal::of(Code::Required, "idempotencyKey")
        });
        let fits = key.is_none_or(|it| it.chars().count() <= idempotency::KEY_MOST);
        self.demand(fits, || {
            Refusal::of(Code::TooLong, "idempotencyKey").with("most", idempotency::KEY_MOST)
        });
    }

    /// Refuses with a code unless a condition holds.
    pub fn demand(&mut self, holds: bool, refusal: impl FnOnce() -> Refusal) {
        if !holds {
            self.refuse(refusal());
        }
    }

    /// Ends the gathering.
    ///
    /// # Errors
    /// Everything that was refused, in the order found.
    pub fn done(self) -> Result<(), Vec<Refusal>> {
        if self.0.is_empty() {
            Ok(())
        } else {
            Err(self.0)
        }
    }
}
