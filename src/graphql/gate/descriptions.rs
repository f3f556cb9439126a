//! Descriptions in documents: they say something to people, and are blanked before a document is read.
//!
//! The parser does not know this part of the edition of September 2025. Descriptions of the schema are not in documents.

use std::ops::Range;

/// The document with blanks in the place of the descriptions of operations, fragments and variables, so that every place in
/// it stays what it was; `None` where it has none.
///
/// A text outside of all brackets is nothing else than a description; one among variables is that or a default.
pub fn blanked(document: &str) -> Option<String> {
    let mut found: Vec<Range<usize>> = Vec::new();
    let mut open: Vec<u8> = Vec::new();
    let mut before = b' ';
    let mut at = 0;
    while let Some((token, first)) = token(document, at) {
        at = token.end;
        match first {
            b'"' if describes(&open, before, follows(document, at)) => {
                found.push(token);
                continue;
            }
            b'(' | b'[' | b'{' => open.push(first),
            b')' | b']' | b'}' => {
                open.pop();
            }
            _ => {}
        }
        before = first;
    }
    if found.is_empty() {
        return None;
    }
    let mut bytes = document.as_bytes().to_vec();
    for token in found {
        let described = bytes.get_mut(token).unwrap_or_default();
        for byte in described
            .iter_mut()
            .filter(|it| **it != b'\n' && **it != b'\r')
        {
            *byte = b' ';
        }
    }
    String::from_utf8(bytes).ok()
}

fn describes(open: &[u8], before: u8, next: Option<u8>) -> bool {
    match open {
        [] => next.is_some_and(|it| it.is_ascii_alphabetic()),
        [b'('] => next == Some(b'$') && before != b'=' && before != b':',
        _ => false,
    }
}

/// First byte of the next token.
fn follows(document: &str, at: usize) -> Option<u8> {
    token(document, at).map(|(_, first)| first)
}

/// The next token at or after a place, as far as texts and brackets are told from the rest, and its first byte.
fn token(document: &str, at: usize) -> Option<(Range<usize>, u8)> {
    let mut at = at;
    loop {
        let rest = document.get(at..)?;
        let first = *rest.as_bytes().first()?;
        let length = match first {
            b'#' => {
                at += rest.find(['\n', '\r']).unwrap_or(rest.len());
                continue;
            }
            b'"' if rest.starts_with("\"\"\"") => block(rest),
            b'"' => line(rest),
            _ => rest.chars().next()?.len_utf8(),
        };
        if matches!(first, b' ' | b'\t' | b'\n' | b'\r' | b',') || rest.starts_with('\u{feff}') {
            at += length;
            continue;
        }
        return Some((at..at + length, first));
    }
}

/// Bytes of a text over several lines, with its quotes.
fn block(rest: &str) -> usize {
    let mut at = 3;
    while let Some(found) = rest.get(at..).and_then(|it| it.find("\"\"\"")) {
        at += found;
        let escaped = rest.get(..at).is_some_and(|it| it.ends_with('\\'));
        at += 3;
        if !escaped {
            return at;
        }
    }
    rest.len()
}

/// Bytes of a text on one line, with its quotes.
fn line(rest: &str) -> usize {
    let mut escaped = false;
    for (at, letter) in rest.char_indices().skip(1) {
        match letter {
            '\n' | '\r' => return at,
            '"' if !escaped => return at + 1,
            _ => escaped = letter == '\\' && !escaped,
        }
    }
    rest.len()
}

#[cfg(test)]
mod tests {
    use super::blanked;

    #[test]
    fn only_descriptions_are_blanked_and_places_stay() {
        for (document, expected) in [
            ("\"Who\" query Q { a }", Some("      query Q { a }")),
            (
                "{ a(b: \"x\") } \"\"\"All\n\\\"\"\" of it\"\"\" fragment F on T { a }",
                Some("{ a(b: \"x\") }       \n              fragment F on T { a }"),
            ),
            (
                "query(\"Which\" $a: String = \"x\", \"é\" $b: Int) { a }",
                Some("query(        $a: String = \"x\",      $b: Int) { a }"),
            ),
            ("# \"no\"\nquery Q @d(a: \"x\") { a }", None),
            ("query($a: String = \"x\" $b: Int) { a }", None),
            (
                "query($a: [String] = [\"x\"]) { a(b: {c: \"\"\"x\"\"\"}) }",
                None,
            ),
            ("\"Who\" { a }", None),
            ("\"open", None),
            ("\"\"\"open", None),
            ("", None),
        ] {
            assert_eq!(blanked(document).as_deref(), expected, "{document}");
        }
    }
}
