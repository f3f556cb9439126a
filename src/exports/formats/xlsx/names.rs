//! What sheets of a workbook are called: titles, made such that Excel takes them.
//!
//! The titles are those of the sections; in full they stand on the cover.

use std::collections::HashSet;

use crate::platform::spreadsheet::clean;

/// What a name can hold at most, in units of UTF-16.
const LONGEST: usize = 31;

/// Names of sheets by their titles, in order, each once whatever its capitals.
pub fn of<'a>(titles: impl Iterator<Item = &'a str>) -> Vec<String> {
    let mut taken = HashSet::new();
    titles
        .map(|title| {
            let title = plain(title);
            // Excel keeps this name for itself.
            let mut name = match title.to_lowercase().as_str() {
                "history" => format!("{title}_"),
                _ => cut(&title, LONGEST),
            };
            let mut number = 2_u32;
            while !taken.insert(name.to_lowercase()) {
                let mark = format!(" ({number})");
                name = cut(&title, LONGEST - mark.len()) + &mark;
                number += 1;
            }
            name
        })
        .collect()
}

/// A title without what no name of a sheet may hold.
fn plain(title: &str) -> String {
    let title = clean(title).replace(['[', ']', ':', '*', '?', '/', '\\', '\t', '\r', '\n'], " ");
    let words: Vec<&str> = title.split_whitespace().collect();
    let title = words.join(" ");
    // An apostrophe may stand within, not at an end.
    match title.trim_matches(['\'', ' ']) {
        "" => "-".to_owned(),
        kept => kept.to_owned(),
    }
}

/// The words that fit, and a mark where some do not; of a long first word, what fits.
fn cut(title: &str, longest: usize) -> String {
    if units(title) <= longest {
        return title.to_owned();
    }
    let mut kept = String::new();
    for word in title.split(' ') {
        let longer = if kept.is_empty() {
            word.to_owned()
        } else {
            format!("{kept} {word}")
        };
        if units(&longer) >= longest {
            break;
        }
        kept = longer;
    }
    if kept.is_empty() {
        let mut length = 0;
        let fitting = title.chars().take_while(|it| {
            length += it.len_utf16();
            length < longest
        });
        kept = fitting.collect();
    }
    let kept = kept.trim_end_matches([',', ';', '.', '،', ' ', '-']);
    format!("{kept}…")
}

fn units(text: &str) -> usize {
    text.encode_utf16().count()
}

#[cfg(test)]
mod tests {
    use super::of;
    use super::units;

    fn named(titles: &[&str]) -> Vec<String> {
        of(titles.iter().copied())
    }

    #[test]
    fn a_title_that_fits_is_the_name() {
        assert_eq!(
            named(&["By month", "حسب الشهر", "À l’heure"]),
            ["By month", "حسب الشهر", "À l’heure"]
        );
    }

    #[test]
    fn a_long_title_ends_after_a_word() {
        assert_eq!(
            named(&["Valeur du travail, selon les salaires et professions connus à ce jour"]),
            ["Valeur du travail, selon les…"]
        );
        assert_eq!(
            named(&["Complétude, anticonstitutionnellement longue"]),
            ["Complétude…"]
        );
        assert_eq!(named(&[&"x".repeat(40)]), [format!("{}…", "x".repeat(30))]);
        // Of signs beyond the basic plane, two units each.
        let name = named(&[&"😀".repeat(20)]);
        assert!(name.iter().all(|it| units(it) <= 31), "{name:?}");
    }

    #[test]
    fn what_excel_refuses_is_replaced() {
        assert_eq!(
            named(&[
                "a/b: [c]*?\\",
                "'quoted'",
                "l'heure",
                "",
                " ' ",
                "History",
                "a\u{1}b\tc"
            ]),
            [
                "a b c", "quoted", "l'heure", "-", "- (2)", "History_", "ab c"
            ]
        );
    }

    #[test]
    fn each_name_stands_once_whatever_its_capitals() {
        let long = "Par mois, territoire et programme";
        assert_eq!(
            named(&["Totals", "TOTALS", "totals", long, long]),
            [
                "Totals",
                "TOTALS (2)",
                "totals (3)",
                "Par mois, territoire et…",
                "Par mois, territoire et… (2)"
            ]
        );
    }
}
