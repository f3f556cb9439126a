//! Many certificates as one file to print: a job that somebody asked for.
//!
//! Each page says what the page of its code says, in the language of its certificate. Those that do not hold when the file
//! is made are named at its end and not printed.

use std::collections::BTreeSet;
use std::collections::HashMap;
use std::io::Write;

use chrono::TimeDelta;
use entity::certificate;
use entity::ids::CertificateId;
use entity::job;
use entity::types::JobKind;
use paper::certificate::Certificates;
use paper::report;
use paper::report::Value;
use serde::Deserialize;
use serde::Serialize;

use crate::certificates::code::Code;
use crate::certificates::printed;
use crate::certificates::printed::PrintError;
use crate::certificates::status;
use crate::certificates::status::Status;
use crate::certificates::store;
use crate::certificates::verify::Verified;
use crate::certificates::verify::nameless;
use crate::exports::request;
use crate::identity::Ctx;
use crate::jobs::Failed;
use crate::jobs::JobError;
use crate::jobs::Made;
use crate::jobs::Progress;
use crate::jobs::Spool;
use crate::jobs::Spooled;
use crate::platform::i18n::Locale;
use crate::refusal;
use crate::refusal::Checks;
use crate::refusal::Refusal;

/// Most certificates of one file.
pub const CERTIFICATES_MOST: usize = 500;
/// How long a file that names people is kept: long enough to be fetched.
const KEPT: TimeDelta = TimeDelta::days(3);
/// The field that names them.
const FIELD: &str = "certificateIds";

/// Which certificates are printed. Kept as JSON: members are added, never renamed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SheafRequest {
    /// The certificates, in the order of their pages.
    pub certificates: Vec<CertificateId>,
    /// Language of the document; each page is in that of its certificate.
    pub locale: Locale,
}

impl SheafRequest {
    /// What a job was asked; `None` for another kind of job, and for what a later release asked.
    #[must_use]
    pub fn of(job: &job::Model) -> Option<Self> {
        match job.kind {
            JobKind::Export => serde_json::from_str(&job.payload).ok(),
            JobKind::Delivery | JobKind::Letter => None,
        }
    }
}

/// Asks for certificates as one file to print; `None` stands for an id that cannot be read.
///
/// # Errors
/// [`JobError::Invalid`] where one is not there or not seen, or there are too many, [`JobError::Denied`] where nobody is
/// signed in, [`JobError::TooMany`], [`JobError::KeyReused`].
pub async fn request(
    ctx: &Ctx,
    asked: &[Option<CertificateId>],
    locale: Option<Locale>,
    key: Option<&str>,
) -> Result<job::Model, JobError> {
    ctx.demand_signed_in()?;
    let mut checks = Checks::new();
    checks.key(key);
    checks.demand((1..=CERTIFICATES_MOST).contains(&asked.len()), || {
        Refusal::of(refusal::Code::WrongCount, FIELD)
            .with("least", 1)
            .with("most", CERTIFICATES_MOST)
    });
    checks.done().map_err(JobError::Invalid)?;
    let missing = || JobError::Invalid(vec![Refusal::of(refusal::Code::NotFound, FIELD)]);
    let mut named = BTreeSet::new();
    let mut certificates = Vec::new();
    for id in asked {
        let id = id.ok_or_else(missing)?;
        // Named twice, it is printed once.
        if named.insert(id) {
            certificates.push(id);
        }
    }
    let found = store::by_ids(ctx.read(), ctx.scope(), &certificates).await?;
    if found.len() < certificates.len() {
        return Err(missing());
    }
    // The input as it was sent: a language that was not asked for is none of it.
    let sent = (&certificates, locale);
    let kept = SheafRequest {
        certificates: certificates.clone(),
        locale: locale.unwrap_or(ctx.locale()),
    };
    request::keep(ctx, ("requestCertificatesExport", key), &sent, &kept).await
}

/// Makes the file of a job.
///
/// # Errors
/// [`Failed::Refused`] where one of them is not seen any more.
pub async fn carry_out(
    ctx: &Ctx,
    request: &SheafRequest,
    progress: &Progress<'_>,
) -> Result<Made, Failed> {
    progress.reaches(5).await?;
    let now = ctx.now();
    let db = ctx.snapshot().await?;
    let rows = store::by_ids(&db, ctx.scope(), &request.certificates).await?;
    if rows.len() < request.certificates.len() {
        let refusal = Refusal::of(refusal::Code::NotFound, FIELD);
        return Err(Failed::Refused(vec![refusal]));
    }
    let stands = status::of(&db, &rows).await?;
    let nameless = nameless(&db, &rows).await?;
    drop(db);
    let rows: HashMap<CertificateId, certificate::Model> =
        rows.into_iter().map(|it| (it.id, it)).collect();
    let known = request.certificates.iter().filter_map(|id| {
        let status = stands.get(id).copied().unwrap_or(Status::Superseded);
        let row = rows.get(id)?.clone();
        let hides = nameless.contains(&row.volunteer_id);
        let known = Verified::known(row, status, now);
        Some(if hides { known.without_name() } else { known })
    });
    let all = pages(ctx, request.locale, known).map_err(fault)?;
    progress.reaches(30).await?;
    let content = tokio::task::spawn_blocking(move || spooled(&all)).await;
    let content = content.map_err(fault)?.map_err(fault)?;
    progress.reaches(95).await?;
    Ok(Made {
        file_name: format!(
            "certificates-{}-{}{}",
            now.date_naive(),
            request.locale.tag(),
            printed::ENDING
        ),
        media_type: printed::MEDIA_TYPE,
        content,
        kept: KEPT,
    })
}

fn fault(cause: impl std::fmt::Display) -> Failed {
    Failed::Fault(cause.to_string())
}

fn pages(
    ctx: &Ctx,
    locale: Locale,
    all: impl Iterator<Item = Verified>,
) -> Result<Certificates, PrintError> {
    let (mut sheets, mut left, mut codes) = (Vec::new(), Vec::new(), Vec::new());
    for it in all {
        codes.push(it.code().to_string());
        match printed::sheet(ctx.core(), &it, it.language())? {
            Some(sheet) => sheets.push(sheet),
            None => left.push(named(&it.code(), it.status(), locale)),
        }
    }
    let all = printed::of_sheets(locale, sheets, (&codes.join(" "), ctx.now()));
    Ok(Certificates { left, ..all })
}

fn named(code: &Code, status: Status, locale: Locale) -> report::Fact {
    let key = format!("certificate-status-{}", status.word().to_lowercase());
    report::Fact {
        label: code.to_string(),
        value: Value::Text(locale.sentence::<&str>(&key, &[])),
    }
}

/// Why no file is made.
#[derive(Debug, thiserror::Error)]
enum Unwritten {
    #[error(transparent)]
    Paper(#[from] paper::PaperError),
    #[error(transparent)]
    File(#[from] std::io::Error),
}

fn spooled(all: &Certificates) -> Result<Spooled, Unwritten> {
    let mut spool = Spool::new()?;
    spool.write_all(&printed::print(all)?)?;
    Ok(spool.end()?)
}
