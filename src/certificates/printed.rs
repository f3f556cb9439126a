//! A certificate on paper: a page that says what the page of its code says, and no more.
//!
//! Paper outlives what it says: there is one only of a certificate that holds, it names when that was found out, and
//! sends whoever reads it to the check. How the page looks is in the crate `paper`.

use std::num::NonZeroUsize;
use std::sync::LazyLock;

use chrono::DateTime;
use chrono::Utc;
use paper::PaperError;
use paper::certificate::Certificate;
use paper::certificate::Certificates;
use paper::report;
use paper::report::Value;
use tokio::sync::Semaphore;

use crate::attendance::picture::Picture;
use crate::attendance::picture::PictureError;
use crate::certificates::document::Document;
use crate::certificates::document::Fact;
use crate::certificates::status::Status;
use crate::certificates::verify::Verified;
use crate::exports::formats::pdf::moment;
use crate::exports::formats::pdf::printed::text;
use crate::identity::Core;
use crate::platform::i18n::Locale;
use crate::platform::spreadsheet::clean;

/// Media type of the paper.
pub const MEDIA_TYPE: &str = "application/pdf";
/// Ending of the address of the paper.
pub const ENDING: &str = ".pdf";
/// Those who wait for theirs; more are asked to come back.
const WAITING_MOST: usize = 32;

/// Facts that stand side by side, in their order.
const BESIDE: [&str; 4] = [
    "certificate-time",
    "certificate-interval",
    "certificate-days",
    "certificate-issued",
];

/// Why there is no paper.
#[derive(Debug, thiserror::Error)]
pub enum PrintError {
    /// Too many are being printed: it may be tried again.
    #[error("too many certificates are being printed")]
    Busy,
    /// The address fits no picture.
    #[error(transparent)]
    Picture(#[from] PictureError),
    /// The pages cannot be set.
    #[error(transparent)]
    Paper(#[from] PaperError),
    /// The thread that set them ended early.
    #[error(transparent)]
    Thread(#[from] tokio::task::JoinError),
}

/// The paper of one certificate in a language; `None` of one that does not hold: what is not true is not printed anew.
///
/// As many are set at a time as there are processors, whoever asks for one; a job sets many as the one that it is.
///
/// # Errors
/// [`PrintError`].
pub async fn printed(
    core: &Core,
    it: &Verified,
    locale: Locale,
) -> Result<Option<Vec<u8>>, PrintError> {
    static WAITING: Semaphore = Semaphore::const_new(WAITING_MOST);
    static TURNS: LazyLock<Semaphore> = LazyLock::new(|| {
        Semaphore::new(std::thread::available_parallelism().map_or(2, NonZeroUsize::get))
    });
    let Some(sheet) = sheet(core, it, locale)? else {
        return Ok(None);
    };
    let place = WAITING.try_acquire().map_err(|_full| PrintError::Busy)?;
    let turn = TURNS.acquire().await.map_err(|_closed| PrintError::Busy)?;
    let code = it.code().to_string();
    let all = of_sheets(locale, vec![sheet], (&code, it.at()));
    // Both are given back when the pages are set: whoever hangs up does not end the work.
    let pages = tokio::task::spawn_blocking(move || {
        let _held = (place, turn);
        print(&all)
    });
    let pages = pages.await??;
    Ok(Some(pages))
}

/// Sets certificates; a name with a sign that no font has costs the standard, and is told.
///
/// # Errors
/// [`PaperError`].
pub fn print(all: &Certificates) -> Result<Vec<u8>, PaperError> {
    let pages = paper::print_certificates(all)?;
    if let Some(fault) = &pages.fault {
        tracing::warn!(fault, "pages of certificates are not PDF/UA");
    }
    Ok(pages.bytes)
}

/// Certificates as one document, told from others by `ident` and the instant at which it is made.
#[must_use]
pub fn of_sheets(
    locale: Locale,
    sheets: Vec<Certificate>,
    (ident, at): (&str, DateTime<Utc>),
) -> Certificates {
    Certificates {
        language: locale.tag(),
        rtl: locale == Locale::Ar,
        title: locale.sentence::<&str>("certificate-title", &[]),
        author: "Tiwizi".to_owned(),
        ident: format!("{ident} {at}"),
        made: moment(at),
        sheets,
        left_title: locale.sentence::<&str>("certificate-paper-left", &[]),
        left: Vec::new(),
    }
}

/// The page of one certificate in a language; `None` of one that does not hold.
///
/// # Errors
/// [`PictureError`].
pub fn sheet(
    core: &Core,
    it: &Verified,
    locale: Locale,
) -> Result<Option<Certificate>, PictureError> {
    if it.status() != Status::Valid {
        return Ok(None);
    }
    let words = Document::of(core, it, locale);
    let picture = Picture::of(&words.address)?.png()?;
    let say = |key: &str| locale.sentence::<&str>(key, &[]);
    let found = |about: &str| words.facts.iter().find(|it| it.about == about);
    let fact = |about: &str| found(about).map(on_paper);
    let empty = || report::Fact {
        label: String::new(),
        value: Value::figure(""),
    };
    let projects = words.projects.iter().flatten();
    Ok(Some(Certificate {
        language: locale.tag(),
        rtl: locale == Locale::Ar,
        organization: text(it.organization_name(locale)),
        title: words.title.clone(),
        holder: it.holder_name(locale).map(text),
        statement: isolating(words.statement.as_deref().unwrap_or_default()),
        facts: BESIDE.iter().filter_map(|it| fact(it)).collect(),
        projects_title: say("certificate-projects"),
        projects_head: [say("certificate-project"), say("certificate-time")],
        projects: projects
            .map(|it| [text(&it.label), said(&it.value)])
            .collect(),
        projects_behind: say("certificate-paper-projects"),
        code: fact("certificate-code").unwrap_or_else(empty),
        address: words.address.clone(),
        how: say("certificate-paper-how"),
        checked: fact("certificate-checked").unwrap_or_else(empty),
        picture,
        picture_alternative: say("certificate-paper-picture"),
        signatory: say("paper-signatory"),
        signature_of: say("paper-signature-of"),
    }))
}

fn on_paper(fact: &Fact) -> report::Fact {
    report::Fact {
        label: fact.label.clone(),
        value: said(&fact.value),
    }
}

/// Words of ours, with the isolates that we set around names and days.
fn said(words: &str) -> Value {
    let kept = isolating(words);
    match text(words) {
        Value::Text(_) => Value::Text(kept),
        Value::Figure { .. } => Value::figure(kept),
    }
}

/// A sentence of ours on one line: signs that turn what is around them fall away, isolates stay.
fn isolating(words: &str) -> String {
    let kept = words.split_whitespace().map(|word| {
        let signs = word.chars();
        let signs = signs.filter(|it| is_isolate(*it) || !clean(&it.to_string()).is_empty());
        signs.collect::<String>()
    });
    kept.collect::<Vec<_>>().join(" ")
}

/// As `document` sets them (Unicode UAX #9, FSI and PDI).
fn is_isolate(sign: char) -> bool {
    matches!(sign, '\u{2068}' | '\u{2069}')
}
