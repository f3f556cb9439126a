//! The name of a file as it is kept: pure.
//!
//! What the file is, is seen in its bytes: the name only says what people call it.

/// Most characters of a name, its ending apart.
const MOST: usize = 120;
/// Names that some machines keep for themselves.
const KEPT: &[&str] = &["con", "prn", "aux", "nul"];
/// What a name without one is.
const UNNAMED: &str = "evidence";

/// A name without folders, without signs that machines or people stumble over, ending as files of its kind do.
#[must_use]
pub fn kept(given: &str, extension: &str) -> String {
    let last = given.rsplit(['/', '\\']).next().unwrap_or_default();
    let mut stem: String = last.chars().filter(|it| !is_odd(*it)).collect();
    // One ending after the other: what it was is said by the bytes.
    while let Some((before, ending)) = stem.rsplit_once('.') {
        let is_ending = (1..=5).contains(&ending.len())
            && ending.chars().all(|it| it.is_ascii_alphanumeric())
            && ending.chars().any(|it| it.is_ascii_alphabetic());
        if !is_ending {
            break;
        }
        stem = before.to_owned();
    }
    let stem: String = stem.chars().take(MOST).collect();
    let stem = stem.trim_matches([' ', '.']);
    let small = stem.to_ascii_lowercase();
    let device = |it: &str| {
        let number = small.strip_prefix(it);
        number.is_some_and(|it| it.len() == 1 && it.chars().all(|it| it.is_ascii_digit()))
    };
    if stem.is_empty() {
        format!("{UNNAMED}.{extension}")
    } else if KEPT.contains(&small.as_str()) || device("com") || device("lpt") {
        format!("_{stem}.{extension}")
    } else {
        format!("{stem}.{extension}")
    }
}

/// Whether a sign has no place in a name: what machines reserve, what turns the direction of writing, what
/// cannot be seen.
fn is_odd(it: char) -> bool {
    it.is_control()
        || matches!(
            it,
            '<' | '>' | ':' | '"' | '|' | '?' | '*' | ';' | '%'
                | '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
                | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}'
        )
}

#[cfg(test)]
mod tests {
    use super::kept;

    #[test]
    fn names_keep_what_people_read_and_nothing_else() {
        for (given, expected) in [
            ("liste de présence.pdf", "liste de présence.pdf"),
            ("لائحة الحضور.PDF", "لائحة الحضور.pdf"),
            ("../../etc/passwd", "passwd.pdf"),
            ("C:\\Windows\\system32\\cmd.exe", "cmd.pdf"),
            ("invoice.pdf.exe", "invoice.pdf"),
            ("a\u{202e}fdp.exe", "afdp.pdf"),
            ("x\r\nSet-Cookie: a=b.pdf", "xSet-Cookie a=b.pdf"),
            ("\"; filename=evil.html", " filename=evil.pdf"),
            ("2026.10.14", "2026.10.14.pdf"),
            ("..", "evidence.pdf"),
            ("", "evidence.pdf"),
            ("NUL.pdf", "_NUL.pdf"),
            ("com1", "_com1.pdf"),
        ] {
            assert_eq!(kept(given, "pdf"), expected.trim_start(), "{given}");
        }
        assert_eq!(kept(&"a".repeat(500), "csv").chars().count(), 124);
    }
}
