//! What sections of files are called in the language of the reader: headers, terms, places.
//!
//! Which sections there are is in `indh`; how they are written, in `formats`.

use entity::territory;
use entity::vocabulary_term;

use crate::exports::table::Cell;
use crate::exports::table::Column;
use crate::platform::i18n::Locale;

/// The code and the name of a term.
pub(super) fn term(term: Option<&vocabulary_term::Model>, none: &str, locale: Locale) -> [Cell; 2] {
    match term {
        Some(it) => [
            Cell::text(&it.code),
            Cell::text(locale.choose(&it.name_fr, Some(&it.name_ar), Some(&it.name_en))),
        ],
        None => [Cell::Empty, Cell::Text(word(locale, none))],
    }
}

/// Columns by key, with the headers that sentences say.
pub(super) fn columns(locale: Locale, named: &[(&'static str, &'static str)]) -> Vec<Column> {
    named
        .iter()
        .map(|(key, sentence)| Column {
            key,
            header: word(locale, sentence),
            sum: false,
        })
        .collect()
}

/// The name of a territory.
pub(super) fn place(territory: &territory::Model, locale: Locale) -> &str {
    locale.choose(
        &territory.name_fr,
        Some(&territory.name_ar),
        territory.name_en.as_deref(),
    )
}

/// A sentence.
pub(super) fn word(locale: Locale, key: &str) -> String {
    locale.sentence::<&str>(key, &[])
}
