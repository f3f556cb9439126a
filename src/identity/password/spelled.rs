//! Whether a text is spelled of a few words that people here take first, or of neighbours on a keyboard.
//!
//! What is looked up as a whole, and why at all, is above.

use std::collections::HashSet;
use std::sync::LazyLock;

use crate::platform::text;

/// Words of Arabic, of Darija and French as they are written here; `data/SOURCES.md` says whose they are.
const OURS: &str = include_str!("../../../data/passwords/ours.txt");
/// Most words that a text may be spelled of and still be guessed.
const WORDS_MOST: usize = 3;
/// Longest word that is looked for.
const WORD_LONGEST: usize = 40;
/// Fewest neighbours on a keyboard that count as a word.
const NEIGHBOURS_LEAST: usize = 4;
/// Rows of keyboards, and the letters of Arabic in their two orders; folded.
const ROWS: [&str; 19] = [
    "qwertyuiop",
    "asdfghjkl",
    "zxcvbnm",
    "azertyuiop",
    "qsdfghjklm",
    "wxcvbn",
    "qwertzuiop",
    "yxcvbnm",
    "abcdefghijklmnopqrstuvwxyz",
    "ضصثقفغعهخحجد",
    "شسيبلاتنمكط",
    "يورلايهوزظ",
    "ابتثجحخدذرزسشصضطظعغفقكلمنهوي",
    "ابجدهوزحطيكلمنسعفصقرشتثخذضظغ",
    // Columns, from the left; and the first row without and with the key for capitals.
    "aqwzsxedcrfvtgbyhnuj",
    "qazwsxedcrfvtgbyhnujmikolp",
    "1234567890-=",
    "!@#$%^&*()_+",
    "&é\"'(-è_çà)=",
];

static WORDS: LazyLock<HashSet<Vec<char>>> = LazyLock::new(|| {
    let lines = OURS.lines().filter(|it| !it.starts_with('#'));
    lines
        .flat_map(|it| it.split(','))
        .flat_map(spellings)
        .collect()
});
static ROWS_OF_SIGNS: LazyLock<Vec<Vec<char>>> = LazyLock::new(|| {
    let there = ROWS.iter().map(|it| it.chars().collect::<Vec<char>>());
    let back = ROWS.iter().map(|it| it.chars().rev().collect());
    there.chain(back).collect()
});

/// A word without blanks and folded; what is Arabic with and without its article, and "and" before it.
fn spellings(word: &str) -> Vec<Vec<char>> {
    let word = letters(word);
    let is_arabic = |it: &char| ('\u{620}'..='\u{64a}').contains(it);
    let before: &[&str] = match word.first() {
        None => &[],
        Some(first) if !is_arabic(first) => &[""],
        Some(_) if word.starts_with(&['ا', 'ل']) => &["", "و"],
        Some(_) => &["", "ال", "و", "وال"],
    };
    let with = |it: &&str| -> Vec<char> { it.chars().chain(word.iter().copied()).collect() };
    before.iter().map(with).collect()
}

/// What is left of a text when it is folded and nothing stands between its letters and digits.
pub fn letters(text: &str) -> Vec<char> {
    text::fold(text).chars().filter(|it| *it != ' ').collect()
}

/// Whether a folded text is nothing but up to three such words, with digits around and between them. A digit may stand in the
/// place of a letter.
pub fn is_spelled(signs: &[char]) -> bool {
    // How few words what begins at a place can be spelled of; the last place is the end.
    let mut fewest: Vec<Option<usize>> = vec![None; signs.len()];
    fewest.push(Some(0));
    for at in (0..signs.len()).rev() {
        let rest = signs.get(at..).unwrap_or_default();
        let after = |length: usize| fewest.get(at + length).copied().flatten();
        let digit = rest.first().filter(|it| !it.is_alphabetic());
        let passed = digit.and_then(|_| after(1));
        let longest = rest.len().min(WORD_LONGEST);
        let ends = (1..=longest).filter(|length| is_word(rest.get(..*length).unwrap_or_default()));
        let spelled = ends.filter_map(after).map(|it| it + 1).min();
        let least = passed.into_iter().chain(spelled).min();
        if let Some(place) = fewest.get_mut(at) {
            *place = least;
        }
    }
    let words = fewest.first().copied().flatten();
    words.is_some_and(|it| (1..=WORDS_MOST).contains(&it))
}

fn is_word(signs: &[char]) -> bool {
    WORDS.contains(signs) || are_neighbours(signs) || {
        let plain: Vec<char> = signs.iter().map(|it| super::letter(*it)).collect();
        // A word has a letter of its own: a year is none.
        plain != signs && signs.iter().any(|it| it.is_alphabetic()) && WORDS.contains(&plain)
    }
}

/// Whether signs follow one another in a row of a keyboard, in either direction.
fn are_neighbours(signs: &[char]) -> bool {
    signs.len() >= NEIGHBOURS_LEAST && are_beside(signs)
}

fn are_beside(signs: &[char]) -> bool {
    let mut rows = ROWS_OF_SIGNS.iter();
    rows.any(|row| row.windows(signs.len()).any(|it| it == signs))
}

/// Whether fingers walked the keyboard and did nothing else: up to three pieces of its rows, however short some of them are,
/// and at most one sign beside them.
pub fn is_walked(signs: &[char]) -> bool {
    let mut rest = signs;
    let (mut walks, mut beside) = (0, 0);
    while !rest.is_empty() {
        let longest = (2..=rest.len()).rev();
        let mut pieces = longest.filter_map(|it| rest.split_at_checked(it));
        if let Some((_, left)) = pieces.find(|(piece, _)| are_beside(piece)) {
            walks += 1;
            rest = left;
        } else {
            beside += 1;
            rest = rest.get(1..).unwrap_or_default();
        }
    }
    (1..=WORDS_MOST).contains(&walks) && beside <= 1
}

#[cfg(test)]
mod tests {
    use super::OURS;
    use super::WORD_LONGEST;
    use super::is_spelled;
    use super::is_walked;
    use super::letters;

    #[test]
    fn words_of_here_are_known_however_they_are_written() {
        for text in [
            "كلمةالمرور2026",
            "كَلِمَة الـمُـرُور ٢٠٢٦",
            "الله أكبر ۱۲۳۴۵",
            "قمر وشمس 1445",
            "wydad-casablanca!",
            "7biba2026",
            "Ra7ma.3omri",
            "w1d4d cas4blanca",
            "ضصثقفغعهخحجد",
            "lkjhgfdsa-poiuytreza",
            "ⵜⵉⵡⵉⵣⵉ 2026",
        ] {
            assert!(is_spelled(&letters(text)), "{text}");
        }
    }

    #[test]
    fn what_fingers_walk_is_known_on_both_keyboards() {
        for text in [
            "azertyuiopqs",
            "azertyuiopqsd",
            "qwertyuiopas",
            "qsdfghjklmwx",
            "poiuytrezaml",
            "lkjhgfdsaqwe",
            "aqwzsxedcrfv",
            "qazwsxedcrfv",
            "0123456789ab",
            "0987654321ab",
            "&é\"'(-è_çà)=",
            "!@#$%^&*()_+",
        ] {
            let signs: Vec<char> = text.chars().collect();
            assert!(is_walked(&signs), "{text}");
        }
        for text in [
            "",
            "de no hi de no hi",
            "rhinoceros-lamp-77",
            "tyran de pois",
        ] {
            let signs: Vec<char> = text.chars().collect();
            assert!(!is_walked(&signs), "{text}");
        }
    }

    #[test]
    fn what_holds_a_word_of_its_own_is_not_spelled() {
        for text in [
            "",
            "2026 2026 2026",
            "زيتون أزرق وسبعة جبال",
            "casablanca keeps eleven goats",
            "محمد يزرع الزعفران في تالوين",
            "wydad raja casablanca rabat agadir",
        ] {
            assert!(!is_spelled(&letters(text)), "{text}");
        }
    }

    #[test]
    fn words_are_read_apart() {
        let lines = OURS
            .lines()
            .filter(|it| !it.starts_with('#') && !it.is_empty());
        for word in lines.flat_map(|it| it.split(',')) {
            assert!(
                (2..=WORD_LONGEST).contains(&letters(word).len()),
                "{word:?}"
            );
        }
    }
}
