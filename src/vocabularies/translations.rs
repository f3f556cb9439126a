//! Names of terms in languages in which their source has none: working translations, and names of another
//! language in the place of one that is missing.
//!
//! Pure, and about the lists that come with the program; whoever writes a term by hand answers for its names.

use std::collections::BTreeMap;

use entity::vocabulary_term;

use crate::platform::i18n::Locale;

/// The word by which lists mark working translations.
pub(super) const UNOFFICIAL: &str = "unofficial";

/// What a name is that the source of a term does not have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Translation {
    /// A working translation.
    Unofficial,
    /// There is none: the name of another language stands there.
    Missing,
}

/// What names are, by language; those of the source are left out.
pub type Translations = BTreeMap<Locale, Translation>;

impl Translation {
    fn word(self) -> &'static str {
        match self {
            Self::Unofficial => "UNOFFICIAL",
            Self::Missing => "MISSING",
        }
    }
}

/// The names of a line, French, Arabic and English, each there, and what those are that the source has not. The
/// lists are English, so that this name is never missing; what is, is said in French, else in English.
pub(super) fn told(
    [french, arabic, english]: [String; 3],
    status: &str,
) -> ([String; 3], Translations) {
    let mut found = Translations::new();
    let mut fill = |locale, name: String, other: &str| {
        if name.is_empty() {
            found.insert(locale, Translation::Missing);
            return other.to_owned();
        }
        if status == UNOFFICIAL {
            found.insert(locale, Translation::Unofficial);
        }
        name
    };
    let french = fill(Locale::Fr, french, &english);
    let arabic = fill(Locale::Ar, arabic, &french);
    ([french, arabic, english], found)
}

/// As a row keeps them; `None` for none.
#[must_use]
pub fn kept(translations: &Translations) -> Option<String> {
    let words: BTreeMap<&str, &str> = translations
        .iter()
        .map(|(locale, it)| (locale.tag(), it.word()))
        .collect();
    (!words.is_empty()).then(|| serde_json::json!(words).to_string())
}

/// What names of a row are; what is not understood is left out.
#[must_use]
pub fn of(row: &vocabulary_term::Model) -> Translations {
    let words: Option<BTreeMap<String, String>> = row
        .translations
        .as_deref()
        .and_then(|it| serde_json::from_str(it).ok());
    let words = words.unwrap_or_default();
    let all = [Translation::Unofficial, Translation::Missing];
    Locale::ALL
        .into_iter()
        .filter_map(|locale| {
            let word = words.get(locale.tag())?;
            Some((locale, all.into_iter().find(|it| it.word() == word)?))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_missing_is_said_in_another_language_and_told() {
        let names = ["".to_owned(), "".to_owned(), "Sports".to_owned()];
        let (names, found) = told(names, "missing");
        assert_eq!(names, ["Sports", "Sports", "Sports"]);
        let missing = Translation::Missing;
        let both = Translations::from([(Locale::Fr, missing), (Locale::Ar, missing)]);
        assert_eq!(found, both);
        assert_eq!(kept(&found).unwrap(), r#"{"ar":"MISSING","fr":"MISSING"}"#);
    }

    #[test]
    fn working_translations_are_told_and_names_of_the_source_are_not() {
        let names = || ["Santé".to_owned(), "الصحة".to_owned(), "Health".to_owned()];
        let (_, found) = told(names(), UNOFFICIAL);
        assert_eq!(found.len(), 2);
        let (same, found) = told(names(), "");
        assert_eq!((same, kept(&found)), (names(), None));
    }
}
