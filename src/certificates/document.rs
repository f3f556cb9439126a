//! A certificate in words: all that stands on a page or on paper, in one language.
//!
//! How it is laid out is decided where it is written; what may be shown, in `verify`.

use chrono::DateTime;
use chrono::NaiveDate;
use chrono::Utc;
use entity::types::RevocationReason;

use crate::certificates::content::Share;
use crate::certificates::status::Status;
use crate::certificates::verify::Verified;
use crate::certificates::verify::address;
use crate::identity::Core;
use crate::platform::i18n::Locale;

/// Something that is said, with what it is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fact {
    /// The key of what it is about, the same in every language.
    pub about: &'static str,
    /// What it is about.
    pub label: String,
    /// What is said.
    pub value: String,
}

/// A certificate in words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Document {
    /// The language.
    pub locale: Locale,
    /// What it is.
    pub title: String,
    /// How it stands.
    pub status: Status,
    /// The same in one word.
    pub status_word: String,
    /// What that means.
    pub status_sentence: String,
    /// Who certifies what, in one sentence; absent of one that was taken back.
    pub statement: Option<String>,
    /// What is said beside it, in reading order.
    pub facts: Vec<Fact>,
    /// Projects with their time; absent where they are not shown.
    pub projects: Option<Vec<Fact>>,
    /// The code in groups.
    pub code: String,
    /// Where it is checked.
    pub address: String,
    /// The code of the certificate that takes its place.
    pub successor: Option<String>,
}

impl Document {
    /// A certificate in a language.
    #[must_use]
    pub fn of(core: &Core, it: &Verified, locale: Locale) -> Self {
        let say = |key: &str| locale.sentence::<&str>(key, &[]);
        let organization = it.organization_name(locale).to_owned();
        let word = it.status().word().to_lowercase();
        let statement = it
            .interval()
            .zip(it.minutes())
            .map(|((from, to), minutes)| {
                let key = match it.holder_name(locale) {
                    Some(_) => "certificate-statement-named",
                    None => "certificate-statement",
                };
                let values = [
                    ("organization", apart(locale, &organization)),
                    (
                        "holder",
                        apart(locale, it.holder_name(locale).unwrap_or_default()),
                    ),
                    ("time", time(locale, minutes)),
                    ("from", apart(locale, &day(from))),
                    ("to", apart(locale, &day(to))),
                ];
                locale.sentence(key, &values)
            });
        Self {
            locale,
            title: say("certificate-title"),
            status: it.status(),
            status_word: say(&format!("certificate-status-{word}")),
            status_sentence: say(&format!("certificate-status-{word}-means")),
            statement,
            facts: facts(it, locale, &organization),
            projects: it.projects().map(|all| {
                all.iter()
                    .map(|share| Fact {
                        about: "certificate-project",
                        label: title(share, locale).to_owned(),
                        value: time(locale, share.minutes),
                    })
                    .collect()
            }),
            code: it.code().to_string(),
            address: address(core, &it.code()),
            successor: it.successor().map(ToString::to_string),
        }
    }
}

fn facts(it: &Verified, locale: Locale, organization: &str) -> Vec<Fact> {
    let fact = |key: &'static str, value: String| Fact {
        about: key,
        label: locale.sentence::<&str>(key, &[]),
        value,
    };
    let between = |(from, to): (NaiveDate, NaiveDate)| {
        locale.sentence(
            "certificate-between",
            &[
                ("from", apart(locale, &day(from))),
                ("to", apart(locale, &day(to))),
            ],
        )
    };
    let mut facts = vec![fact("certificate-organization", organization.to_owned())];
    let holder = it.holder_name(locale);
    facts.extend(holder.map(|it| fact("certificate-holder", it.to_owned())));
    facts.extend(
        it.minutes()
            .map(|it| fact("certificate-time", time(locale, it))),
    );
    facts.extend(
        it.interval()
            .map(|it| fact("certificate-interval", between(it))),
    );
    facts.extend(it.days().map(|it| fact("certificate-days", between(it))));
    facts.push(fact("certificate-issued", instant_day(it.issued_at())));
    if let Some((at, reason)) = it.revocation() {
        facts.push(fact("certificate-revoked-on", instant_day(at)));
        let why = locale.sentence::<&str>(reason_key(reason), &[]);
        facts.push(fact("certificate-revoked-why", why));
    }
    facts.push(fact("certificate-code", it.code().to_string()));
    facts.push(fact("certificate-checked", minute(it.at())));
    facts
}

/// The title of a project in a language.
#[must_use]
pub fn title(share: &Share, locale: Locale) -> &str {
    locale.choose(&share.title, share.title_ar.as_deref(), None)
}

/// Minutes in hours and minutes, as they are said.
#[must_use]
pub fn time(locale: Locale, minutes: i64) -> String {
    let values = [("hours", minutes / 60), ("minutes", minutes % 60)];
    locale.counted("certificate-hours", &values)
}

/// What stands in a sentence from right to left without turning what is around it, or being turned: names in other
/// letters, and days, of which the parts would change places (Unicode UAX #9, FSI and PDI).
fn apart(locale: Locale, text: &str) -> String {
    match locale {
        Locale::Ar => format!("\u{2068}{text}\u{2069}"),
        Locale::Fr | Locale::En => text.to_owned(),
    }
}

fn reason_key(reason: RevocationReason) -> &'static str {
    match reason {
        RevocationReason::IssuedInError => "certificate-reason-error",
        RevocationReason::HolderRequest => "certificate-reason-holder",
        RevocationReason::Other => "certificate-reason-other",
    }
}

fn day(day: NaiveDate) -> String {
    day.to_string()
}

fn instant_day(at: DateTime<Utc>) -> String {
    at.date_naive().to_string()
}

fn minute(at: DateTime<Utc>) -> String {
    at.format("%Y-%m-%d %H:%M UTC").to_string()
}

#[cfg(test)]
mod tests {
    use super::Locale;
    use super::time;

    /// Arabic has a form for two, one for three to ten, and one for more.
    #[test]
    fn hours_are_counted_as_each_language_counts() {
        for (minutes, arabic, french) in [
            (1, "0 ساعة ودقيقة واحدة", "0 h 1 min"),
            (60, "ساعة واحدة و0 دقيقة", "1 h 0 min"),
            (122, "ساعتان ودقيقتان", "2 h 2 min"),
            (10 * 60 + 3, "10 ساعات و3 دقائق", "10 h 3 min"),
            (11 * 60 + 30, "11 ساعة و30 دقيقة", "11 h 30 min"),
            (1_215 * 60 + 45, "1215 ساعة و45 دقيقة", "1215 h 45 min"),
        ] {
            assert_eq!(time(Locale::Ar, minutes), arabic);
            assert_eq!(time(Locale::Fr, minutes), french);
        }
    }
}
