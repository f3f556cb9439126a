//! Sentences in Arabic, French and English.
//!
//! Which sentence fits is decided elsewhere; here are only the languages and the look-up.

use std::borrow::Cow;
use std::collections::HashMap;

use fluent_templates::LanguageIdentifier;
use fluent_templates::Loader;
use fluent_templates::fluent_bundle::FluentValue;
use fluent_templates::langid;
use serde::Deserialize;
use serde::Serialize;

fluent_templates::static_loader! {
    static SENTENCES = {
        locales: "./locales",
        fallback_language: "en",
        customise: |bundle| bundle.set_use_isolating(false),
    };
}

const AR: LanguageIdentifier = langid!("ar");
const FR: LanguageIdentifier = langid!("fr");
const EN: LanguageIdentifier = langid!("en");

/// A language that the product speaks.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(rename_all = "lowercase")]
pub enum Locale {
    /// Arabic, right to left, western digits as in Morocco.
    Ar,
    /// French.
    Fr,
    /// English.
    #[default]
    En,
}

impl Locale {
    /// All languages.
    pub const ALL: [Self; 3] = [Self::Ar, Self::Fr, Self::En];

    /// The BCP 47 tag.
    #[must_use]
    pub fn tag(self) -> &'static str {
        match self {
            Self::Ar => "ar",
            Self::Fr => "fr",
            Self::En => "en",
        }
    }

    /// Reads a BCP 47 tag; only its language counts.
    #[must_use]
    pub fn parse(tag: &str) -> Option<Self> {
        let language = tag.split(['-', '_']).next().unwrap_or(tag);
        Self::ALL
            .into_iter()
            .find(|it| it.tag().eq_ignore_ascii_case(language.trim()))
    }

    /// Chooses by an `Accept-Language` header; English where nothing fits.
    #[must_use]
    pub fn negotiate(header: &str) -> Self {
        let mut wishes: Vec<(f32, Self)> = header
            .split(',')
            .filter_map(|wish| {
                let (tag, quality) = match wish.split_once(";q=") {
                    Some((tag, quality)) => (tag, quality.trim().parse().unwrap_or(0.0)),
                    None => (wish, 1.0),
                };
                Self::parse(tag)
                    .filter(|_| quality > 0.0)
                    .map(|it| (quality, it))
            })
            .collect();
        // Stable: of equal wishes the first one counts.
        wishes.sort_by(|left, right| right.0.total_cmp(&left.0));
        wishes.first().map(|(_, it)| *it).unwrap_or_default()
    }

    /// The sentence of a key with its values filled in; the key itself where there is none, which
    /// a test rules out.
    #[must_use]
    pub fn sentence<N: AsRef<str>>(self, key: &str, values: &[(N, String)]) -> String {
        let values = values.iter();
        self.filled(key, values.map(|(name, value)| (name, told(value))))
    }

    /// The same with numbers, by which a language chooses the forms of its words.
    #[must_use]
    pub fn counted<N: AsRef<str>>(self, key: &str, numbers: &[(N, i64)]) -> String {
        let numbers = numbers.iter();
        self.filled(
            key,
            numbers.map(|(name, number)| (name, FluentValue::from(*number))),
        )
    }

    fn filled<'a, N: AsRef<str> + 'a>(
        self,
        key: &str,
        values: impl Iterator<Item = (&'a N, FluentValue<'a>)>,
    ) -> String {
        let language = match self {
            Self::Ar => &AR,
            Self::Fr => &FR,
            Self::En => &EN,
        };
        let values: HashMap<Cow<'static, str>, FluentValue<'_>> = values
            .map(|(name, value)| (Cow::Owned(name.as_ref().to_owned()), value))
            .collect();
        SENTENCES
            .try_lookup_with_args(language, key, &values)
            .unwrap_or_else(|| key.to_owned())
    }

    /// Of the names of one thing, the one in this language; French where there is none, since it
    /// is the language of the source lists.
    #[must_use]
    pub fn choose<'a>(
        self,
        french: &'a str,
        arabic: Option<&'a str>,
        english: Option<&'a str>,
    ) -> &'a str {
        match self {
            Self::Ar => arabic.unwrap_or(french),
            Self::Fr => french,
            Self::En => english.unwrap_or(french),
        }
    }
}

/// A value of a sentence: a whole number chooses the forms of words, and is written as it stands.
fn told(value: &str) -> FluentValue<'_> {
    match value.parse::<u32>() {
        Ok(number) if number < 1_000_000 && number.to_string() == value => number.into(),
        _ => value.into(),
    }
}

#[cfg(test)]
mod tests {
    use super::Locale;

    #[test]
    fn numbers_choose_the_forms_of_words_and_stay_as_they_are_written() {
        let waits = |locale: Locale, minutes: &str, seconds: &str| {
            let values = [
                ("minutes", minutes.to_owned()),
                ("seconds", seconds.to_owned()),
            ];
            let said = locale.sentence("too-many-attempts", &values);
            said.replace(['\u{2068}', '\u{2069}'], "")
        };
        for (locale, minutes, seconds, end) in [
            (Locale::En, "0", "29", "wait 29 seconds."),
            (Locale::En, "1", "60", "wait a minute."),
            (Locale::En, "15", "900", "wait 15 minutes."),
            (Locale::Fr, "0", "1", "attendez une seconde."),
            (Locale::Fr, "1", "60", "attendez une minute."),
            (Locale::Ar, "2", "120", "انتظروا دقيقتين."),
            (Locale::Ar, "5", "300", "انتظروا 5 دقائق."),
            (Locale::Ar, "0", "29", "انتظروا 29 ثانية."),
        ] {
            let said = waits(locale, minutes, seconds);
            assert!(said.ends_with(end), "{said}");
        }
        for value in ["007", "2026", "1000000", "12.50", "-3", ""] {
            let said = Locale::En.sentence("unknown-value", &[("known", value.to_owned())]);
            assert!(said.contains(value), "{said}");
        }
    }

    #[test]
    fn the_best_wish_that_is_spoken_wins() {
        assert_eq!(Locale::negotiate("de, fr-MA;q=0.8, ar;q=0.9"), Locale::Ar);
        assert_eq!(Locale::negotiate("fr-FR,fr;q=0.9"), Locale::Fr);
        assert_eq!(Locale::negotiate("*"), Locale::En);
        assert_eq!(Locale::negotiate("ar;q=0, fr;q=0.1"), Locale::Fr);
    }
}
