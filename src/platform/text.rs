//! Folding of names for search, digits as people type them, and signs that no name holds.
//!
//! What is stored stays as written; only search keys and numbers are folded.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// Folds a text so that spellings of one name meet: case, Latin accents, Arabic vowel signs,
/// hamza carriers, alif maqsura, ta marbuta, tatweel, Arabic-Indic digits, hyphens, apostrophes.
#[must_use]
pub fn fold(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    let mut space = false;
    for sign in western_digits(text).nfkd().flat_map(char::to_lowercase) {
        let sign = match sign {
            'أ' | 'إ' | 'آ' | 'ٱ' => 'ا',
            'ى' | 'ئ' => 'ي',
            'ة' => 'ه',
            'ؤ' => 'و',
            'ـ' | 'ء' => continue,
            it if is_combining_mark(it) => continue,
            it => it,
        };
        if sign.is_alphanumeric() {
            if space && !folded.is_empty() {
                folded.push(' ');
            }
            space = false;
            folded.push(sign);
        } else {
            space = true;
        }
    }
    folded
}

/// What is looked for in search keys: the folded text. A text without a letter or digit is found nowhere,
/// a blank one everywhere.
#[must_use]
pub fn needle(search: &str) -> String {
    let folded = fold(search);
    if folded.is_empty() && !search.trim().is_empty() {
        // No folded text holds it.
        return "\u{1}".to_owned();
    }
    folded
}

/// Arabic-Indic digits and separators as their western counterparts; the rest unchanged.
#[must_use]
pub fn western_digits(text: &str) -> String {
    text.chars()
        .map(|sign| match sign {
            '٠'..='٩' => shifted(sign, '٠'),
            '۰'..='۹' => shifted(sign, '۰'),
            '٫' => '.',
            '٬' | '،' => ',',
            it => it,
        })
        .collect()
}

/// Whether a sign has no place within one line: control characters, tabulators, and whatever begins another
/// line.
#[must_use]
pub fn breaks_line(sign: char) -> bool {
    sign.is_control() || matches!(sign, '\u{2028}' | '\u{2029}')
}

/// Whether a sign turns the direction of what follows, so that a text may be read as another one (Unicode UAX
/// #9: embeddings, overrides and isolates). The marks U+200E, U+200F and U+061C turn nothing that is written:
/// Arabic texts need them beside numbers.
#[must_use]
pub fn turns(sign: char) -> bool {
    matches!(sign, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// Whether a sign shows nothing by itself (Unicode: what displays ignore, and fillers that are blank).
#[must_use]
pub fn is_invisible(sign: char) -> bool {
    matches!(
        sign,
        '\u{AD}' | '\u{34F}' | '\u{61C}' | '\u{115F}' | '\u{1160}' | '\u{17B4}' | '\u{17B5}' | '\u{180B}'..='\u{180F}'
            | '\u{200B}'..='\u{200F}' | '\u{2060}'..='\u{206F}' | '\u{3164}' | '\u{FE00}'..='\u{FE0F}' | '\u{FEFF}' | '\u{FFA0}'
    )
}

fn shifted(sign: char, zero: char) -> char {
    let value = u32::from(sign) - u32::from(zero);
    char::from_digit(value, 10).unwrap_or(sign)
}

#[cfg(test)]
mod tests {
    use super::breaks_line;
    use super::fold;
    use super::turns;
    use super::western_digits;

    #[test]
    fn spellings_of_one_name_meet() {
        for (left, right) in [
            ("Fès-Meknès", "FES MEKNES"),
            ("Béni Mellal", "beni  mellal"),
            ("Aït Ourir", "ait-ourir"),
            ("أكادير", "اكادير"),
            ("إداوتنان", "اداوتنان"),
            ("القنيطرة", "القنيطره"),
            ("مُرَّاكُش", "مراكش"),
            ("سـلا", "سلا"),
            ("مصطفى", "مصطفي"),
            ("M'Hamid", "M’Hamid"),
        ] {
            assert_eq!(fold(left), fold(right), "{left} and {right}");
        }
    }

    #[test]
    fn digits_of_both_scripts_are_read() {
        assert_eq!(western_digits("١:٣٠"), "1:30");
        assert_eq!(western_digits("۴۵"), "45");
    }

    #[test]
    fn what_turns_or_breaks_a_line_is_known_by_its_sign() {
        for sign in ['\u{202a}', '\u{202e}', '\u{2066}', '\u{2069}'] {
            assert!(turns(sign) && !breaks_line(sign), "{sign:?}");
        }
        for sign in ['\0', '\t', '\n', '\r', '\u{85}', '\u{2028}', '\u{2029}'] {
            assert!(breaks_line(sign) && !turns(sign), "{sign:?}");
        }
        // Beside numbers in Arabic, between letters that do not join, and in every name.
        for sign in [
            '\u{200e}', '\u{200f}', '\u{61c}', '\u{200c}', '\u{200d}', ' ', 'ع', 'é', '’',
        ] {
            assert!(!turns(sign) && !breaks_line(sign), "{sign:?}");
        }
    }
}
