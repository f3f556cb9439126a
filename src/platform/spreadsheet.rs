//! What spreadsheets do with text, and how to keep them from it.
//!
//! Which text goes where is not known here.

use std::borrow::Cow;

use crate::platform::text::is_invisible;

/// After these another cell begins, where a program takes them for that.
const ENDS_CELL: [char; 4] = [';', '\t', '\n', '\r'];

/// What goes before a text that must not be run.
const MARK: char = '\'';

/// What spreadsheets need to read Arabic and accents.
pub const BYTE_ORDER_MARK: &[u8] = b"\xEF\xBB\xBF";

/// A text that no spreadsheet runs and that cannot rearrange its surroundings: an apostrophe goes
/// before what could begin a formula, bidirectional controls fall away.
///
/// It is safe also where cells are told apart by `;` or tabulators instead of the comma of the file, as programs do in
/// countries with a decimal comma: there what follows such a sign within a text, or an end of a line, begins a cell.
#[must_use]
pub fn safe(text: &str) -> String {
    let text = clean(text);
    let mut safe = String::with_capacity(text.len() + 1);
    if begins_formula(unmarked(&text)) {
        safe.push(MARK);
    }
    for (at, piece) in text.split_inclusive(ENDS_CELL).enumerate() {
        if at > 0 && leads_formula(unmarked(piece)) {
            safe.push(MARK);
        }
        safe.push_str(piece);
    }
    safe
}

/// A text without signs that no document may hold, and without those that rearrange their surroundings. What
/// begins like a formula is left: for cells that are texts whatever is in them.
#[must_use]
pub fn clean(text: &str) -> String {
    let kept = text.chars();
    kept.filter(|it| !is_direction_control(*it) && !is_forbidden(*it))
        .collect()
}

/// Takes back what [`safe`] put into a text, so that a file written here reads back the same.
#[must_use]
pub fn plain(text: &str) -> Cow<'_, str> {
    if !text.contains(MARK) {
        return Cow::Borrowed(text);
    }
    let mut plain = String::with_capacity(text.len());
    for (at, piece) in text.split_inclusive(ENDS_CELL).enumerate() {
        let bare = piece.strip_prefix(MARK).filter(|_| at > 0);
        let is_marked = |it: &&str| leads_formula(unmarked(it));
        plain.push_str(bare.filter(is_marked).unwrap_or(piece));
    }
    let bare = plain.strip_prefix(MARK);
    match bare.filter(|it| begins_formula(unmarked(it))) {
        Some(bare) => Cow::Owned(bare.to_owned()),
        None => Cow::Owned(plain),
    }
}

/// A text without the marks before it. What has one already gets another, so that [`plain`] gives it back with its own.
fn unmarked(text: &str) -> &str {
    text.trim_start_matches(MARK)
}

/// Whether a spreadsheet could run a text that somebody types into a cell.
#[must_use]
pub fn begins_formula(text: &str) -> bool {
    // A tab or a carriage return in front is itself enough for some programs.
    if text.starts_with(['\t', '\r', '\n']) {
        return true;
    }
    leads_formula(text)
}

/// The same of what stands within a text.
fn leads_formula(text: &str) -> bool {
    let unseen = |it: char| it.is_whitespace() || it.is_control() || is_invisible(it);
    text.trim_start_matches(unseen).starts_with([
        '=', '+', '-', '@', '＝', '＋', '－', '＠', '−', '﹢', '﹣', '﹦', '﹫', '|', '%',
    ])
}

/// What XML 1.0 cannot hold: control characters but tab and ends of lines, and two that are no characters.
fn is_forbidden(sign: char) -> bool {
    matches!(
        sign,
        '\0'..='\u{8}' | '\u{B}' | '\u{C}' | '\u{E}'..='\u{1F}' | '\u{FFFE}' | '\u{FFFF}'
    )
}

/// Overrides, embeddings and isolates; the plain marks that Arabic text may need stay.
fn is_direction_control(sign: char) -> bool {
    matches!(sign, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::prop_assert;
    use proptest::prelude::prop_assert_eq;
    use proptest::proptest;

    use super::clean;
    use super::plain;
    use super::safe;

    #[test]
    fn what_a_spreadsheet_would_run_is_text() {
        for text in [
            "=1+1",
            "+212600000000",
            "-1",
            "@SUM(A1)",
            "\t=1",
            "\r=1",
            "  =1",
            "＝1",
            "\u{200B}=1",
            "\u{FEFF}=1",
            "%0A=1",
        ] {
            let defused = safe(text);
            assert!(defused.starts_with('\''), "{text:?} became {defused:?}");
            assert_eq!(plain(&defused), text);
        }
    }

    #[test]
    fn what_another_separator_would_make_a_cell_is_text_as_well() {
        for (text, defused) in [
            (";=1;", ";'=1;"),
            ("x; =1\t+2", "x;' =1\t'+2"),
            ("first\r\n-second", "first\r\n'-second"),
            ("=1;=1", "'=1;'=1"),
            ("\t=1", "'\t'=1"),
        ] {
            assert_eq!(safe(text), defused);
            assert_eq!(plain(defused), text);
        }
    }

    proptest! {
        /// Whatever is written reads back the same, and no piece of it begins a formula.
        #[test]
        fn what_is_made_safe_reads_back_the_same(text in "['=+;\\-@ \\t\\r\\na\u{feff}]{0,12}") {
            let defused = safe(&text);
            prop_assert_eq!(plain(&defused), text);
            let cells = defused.split(super::ENDS_CELL);
            prop_assert!(cells.into_iter().all(|it| !super::leads_formula(it)), "{defused:?}");
        }
    }

    #[test]
    fn ordinary_text_is_left_alone() {
        for text in [
            "Aït Ourir",
            "محمد",
            "M'Hamid",
            "'quoted'",
            "3-4",
            "",
            "one; two",
            "it's; 'so'\n",
        ] {
            assert_eq!(safe(text), text);
            assert_eq!(plain(text), text);
        }
    }

    #[test]
    fn what_no_document_may_hold_falls_away_before_anything_is_looked_at() {
        assert_eq!(clean("a\u{0}b\u{1F}c\u{FFFF}d\te\n"), "abcd\te\n");
        assert_eq!(clean("=\u{202E}1"), "=1");
        assert_eq!(safe("\u{1}=1"), "'=1");
    }

    #[test]
    fn a_name_cannot_rearrange_the_line_it_stands_in() {
        assert_eq!(safe("a\u{202E}b\u{2066}c"), "abc");
    }
}
