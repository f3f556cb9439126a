//! What letters have in common: how times and places stand in them, and why they came.
//!
//! How they look is in `letters/page.rs`.

use chrono::DateTime;
use chrono::Utc;
use entity::organization;
use entity::project;
use entity::types::LetterKind;

use crate::certificates::document::time;
use crate::letters::page::tame;
use crate::platform::i18n::Locale;

/// Most rows of one letter; of the others only the number is told.
pub(super) const ROWS_MOST: usize = 20;

/// The name of an organization in a language.
pub(super) fn organization(of: &organization::Model, locale: Locale) -> String {
    tame(locale.choose(&of.name, of.name_ar.as_deref(), None))
}

/// The title of a project in a language; nothing of what may not be seen.
pub(super) fn project(of: Option<&project::Model>, locale: Locale) -> String {
    of.map_or_else(
        || "–".to_owned(),
        |it| tame(locale.choose(&it.title, it.title_ar.as_deref(), None)),
    )
}

/// Minutes as they are counted, and in hours.
pub(super) fn minutes(locale: Locale, minutes: i64) -> String {
    let values = [
        ("time", time(locale, minutes)),
        ("minutes", minutes.to_string()),
    ];
    locale.sentence("letter-minutes", &values)
}

/// An instant to the minute.
pub(super) fn instant(at: DateTime<Utc>) -> String {
    at.format("%Y-%m-%d %H:%M UTC").to_string()
}

/// Sentences without values.
pub(super) fn say(locale: Locale, key: &str) -> String {
    locale.sentence::<&str>(key, &[])
}

/// Why a letter came.
pub(super) fn why(locale: Locale, kind: LetterKind, site: &str) -> String {
    let key = match kind {
        LetterKind::Invitation => "letter-why-invitation",
        LetterKind::PasswordReset | LetterKind::PasswordChanged | LetterKind::AccountSafety => {
            "letter-why-password"
        }
        LetterKind::EmailVerification => "letter-why-verification",
        LetterKind::HoursReturned => "letter-why-returned",
        LetterKind::WeeklyDigest => "letter-why-digest",
        LetterKind::MissingMonth => "letter-why-missing",
        LetterKind::ErasureDecided => "letter-why-erasure",
    };
    locale.sentence(key, &[("site", site.to_owned())])
}

/// What letters of a kind are called.
#[must_use]
pub fn kind(locale: Locale, kind: LetterKind) -> String {
    say(
        locale,
        match kind {
            LetterKind::Invitation => "letter-kind-invitation",
            LetterKind::PasswordReset => "letter-kind-reset",
            LetterKind::PasswordChanged => "letter-kind-changed",
            LetterKind::AccountSafety => "letter-kind-safety",
            LetterKind::EmailVerification => "letter-kind-verification",
            LetterKind::HoursReturned => "letter-kind-returned",
            LetterKind::WeeklyDigest => "letter-kind-digest",
            LetterKind::MissingMonth => "letter-kind-missing",
            LetterKind::ErasureDecided => "letter-kind-erasure",
        },
    )
}
