//! Reads the values of flags that several commands share: a wrong one is wrong usage.
//!
//! Values of one command are in its file.

use crate::platform::i18n::Locale;

/// Reads a language.
///
/// # Errors
/// Which there are.
pub fn locale(text: &str) -> Result<Locale, String> {
    Locale::parse(text).ok_or_else(|| "give ar, fr or en".to_owned())
}
