//! Words of a page or a letter as markup: which way they run, and that they stay words.
//!
//! How pages and letters look is theirs.

use crate::platform::i18n::Locale;

/// Which way a language is written.
#[must_use]
pub fn direction(locale: Locale) -> &'static str {
    match locale {
        Locale::Ar => "rtl",
        Locale::Fr | Locale::En => "ltr",
    }
}

/// A text that stays one between tags and in quotes.
#[must_use]
pub fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::escaped;

    #[test]
    fn names_stay_text() {
        assert_eq!(
            escaped("<a href=\"&\">"),
            "&lt;a href=&quot;&amp;&quot;&gt;"
        );
    }
}
