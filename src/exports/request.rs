//! Reports that somebody asked for as a file: kept as a job, made in the background.
//!
//! The queue is in `jobs`; the figures are those of `reports`, under what whoever asked may see when
//! the file is made.

use chrono::DateTime;
use chrono::NaiveDate;
use chrono::SecondsFormat;
use chrono::TimeDelta;
use chrono::Utc;
use entity::ids::JobId;
use entity::ids::OrganizationId;
use entity::job;
use entity::types::EntryStatus;
use entity::types::JobKind;
use serde::Deserialize;
use serde::Serialize;

use crate::exports;
use crate::exports::Format;
use crate::exports::entries;
use crate::exports::entries::EntriesRequest;
use crate::exports::iati;
use crate::exports::iati::IatiRequest;
use crate::exports::statement;
use crate::exports::statement::StatementRequest;
use crate::exports::trail;
use crate::exports::trail::TrailRequest;
use crate::exports::writing::Writing;
use crate::identity::Ctx;
use crate::jobs::Failed;
use crate::jobs::JobError;
use crate::jobs::Made;
use crate::jobs::Progress;
use crate::jobs::Whose;
use crate::jobs::asked;
use crate::jobs::store;
use crate::platform::db::Tx;
use crate::platform::i18n::Locale;
use crate::platform::idempotency::Claim;
use crate::refusal::Checks;
use crate::refusal::Code;
use crate::refusal::Refusal;
use crate::refusal::Refuse;
use crate::reports;
use crate::reports::Asking;
use crate::reports::OrganizationRef;
use crate::reports::ReportError;
use crate::reports::ReportName;
use crate::rollups::Dimension;

/// How long files of figures are kept.
const KEPT: TimeDelta = TimeDelta::days(30);

/// Which report, how, and in which language. Kept as JSON: members are added, never renamed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExportRequest {
    /// Which report.
    pub name: ReportName,
    /// Code of the territory; once it is kept there always is one.
    pub territory_code: Option<String>,
    /// First civil day of work.
    pub from: NaiveDate,
    /// Last civil day of work, inclusive.
    pub to: NaiveDate,
    /// Only the hours of this organization.
    pub organization: Option<OrganizationId>,
    /// Which states count.
    pub status_basis: Vec<EntryStatus>,
    /// As of which instant; the moment at which the file is made where absent. Absent it is not written, so that
    /// requests of before are still the same.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub as_of: Option<DateTime<Utc>>,
    /// By what rows are told apart, of the hours report. As `as_of` it is not written where absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rows: Option<Dimension>,
    /// By what columns are; as `rows`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub columns: Option<Dimension>,
    /// The file format.
    pub format: Format,
    /// Language of titles and names.
    pub locale: Locale,
}

impl ExportRequest {
    /// What a job was asked; `None` for another kind of job, and for what a later release asked.
    #[must_use]
    pub fn of(job: &job::Model) -> Option<Self> {
        match job.kind {
            JobKind::Export => serde_json::from_str(&job.payload).ok(),
            JobKind::Delivery | JobKind::Letter => None,
        }
    }

    fn asking(&self) -> Asking {
        Asking {
            name: self.name,
            territory_code: self.territory_code.clone(),
            from: self.from,
            to: self.to,
            organization: self.organization.map(OrganizationRef::Id),
            status_basis: self.status_basis.clone(),
            as_of: self.as_of,
            rows: self.rows,
            columns: self.columns,
        }
    }

    /// `indh-07-2026-01-01-2026-03-31-fr.csv`; by dimensions `hours-project-month-07-2026-01-01-2026-03-31-fr.csv`; as of
    /// an instant `indh-07-2026-01-01-2026-03-31-as-of-20260402T090000Z-fr.csv`.
    fn file_name(&self) -> String {
        let code = self.territory_code.as_deref().unwrap_or_default();
        let code: String = code
            .chars()
            .filter(|it| it.is_ascii_alphanumeric() || *it == '.')
            .collect();
        let mut name = self.name.word().to_owned();
        for dimension in self.rows.into_iter().chain(self.columns) {
            name.push('-');
            name.push_str(dimension.word());
        }
        let name = name.to_lowercase().replace('_', "-");
        let format = self.format.extension();
        let language = self.locale.tag();
        let as_of = self.as_of.map_or_else(String::new, |it| {
            // No file name may hold a colon everywhere.
            let instant = it.to_rfc3339_opts(SecondsFormat::Secs, true);
            format!("-as-of-{}", instant.replace(['-', ':'], ""))
        });
        format!(
            "{name}-{code}-{}-{}{as_of}-{language}.{format}",
            self.from, self.to
        )
    }
}

/// Asks for a report as a file, in the language of `asked` where `locale` says none. Whether it may be asked is looked at
/// here, and again when the file is made.
///
/// # Errors
/// [`JobError::Invalid`] with what is wrong with the question, [`JobError::Denied`],
/// [`JobError::TooMany`], [`JobError::KeyReused`].
pub async fn request(
    ctx: &Ctx,
    asked: &ExportRequest,
    locale: Option<Locale>,
    key: Option<&str>,
) -> Result<job::Model, JobError> {
    let mut checks = Checks::new();
    checks.key(key);
    checks.done().map_err(JobError::Invalid)?;
    let request = in_order(ctx, asked, locale).await?;
    // The input as it was sent: a language that was not asked for is none of it.
    let sent = ExportRequest {
        locale: Locale::default(),
        ..asked.clone()
    };
    keep(ctx, ("requestExport", key), &(sent, locale), &request).await
}

/// Refuses a list of rows as pages: those are for figures, and thousands of lines of people are no document to sign.
pub fn demand_list(checks: &mut Checks, format: Format, report: &str) {
    checks.demand(format != Format::Pdf, || {
        Refusal::of(Code::QuestionUnfit, "format")
            .with("report", report)
            .with("takes", "CSV, JSON, XLSX")
            .with("given", "PDF")
    });
}

/// Keeps what was asked for as a job; the same key with the same input is the same job.
///
/// # Errors
/// As [`request()`].
pub async fn keep(
    ctx: &Ctx,
    (operation, key): (&'static str, Option<&str>),
    sent: &impl Serialize,
    kept: &impl Serialize,
) -> Result<job::Model, JobError> {
    ctx.transaction(async |tx| {
        let id = JobId(ctx.new_id());
        match ctx.claim(tx, operation, key, sent, id.0).await? {
            Claim::Conflict => Err(JobError::KeyReused),
            Claim::Replay(known) => {
                let found = store::by_ids(&**tx, Whose::of(ctx), &[JobId(known)]).await?;
                found.into_iter().next().ok_or(JobError::NotFound)
            }
            Claim::Go => ask(ctx, tx, id, kept).await,
        }
    })
    .await
}

/// Puts a request in order, where the actor may ask it now; in the language of `asked` where `locale` says none.
///
/// # Errors
/// [`JobError::Invalid`] with what is wrong with the question, [`JobError::Denied`].
pub async fn in_order(
    ctx: &Ctx,
    asked: &ExportRequest,
    locale: Option<Locale>,
) -> Result<ExportRequest, JobError> {
    let in_order = asked.asking().in_order(ctx).await;
    let question = in_order
        .map(|it| it.question)
        .map_err(|cause| match cause {
            ReportError::Denied(denied) => JobError::Denied(denied),
            ReportError::Database(cause) => JobError::Database(cause),
            other => match other.refusals() {
                Some(refusals) => {
                    let refusals = refusals.into_iter().map(|it| it.within("report"));
                    JobError::Invalid(refusals.collect())
                }
                None => JobError::Fault(other.to_string()),
            },
        })?;
    Ok(ExportRequest {
        territory_code: Some(question.territory_code),
        status_basis: question.status_basis,
        locale: locale.unwrap_or(asked.locale),
        ..asked.clone()
    })
}

/// Asks for the file of a request in order, in the transaction of its cause.
///
/// # Errors
/// [`JobError::Denied`], [`JobError::TooMany`].
pub async fn ask(
    ctx: &Ctx,
    tx: &Tx,
    id: JobId,
    request: &impl Serialize,
) -> Result<job::Model, JobError> {
    asked::ask(ctx, tx, id, JobKind::Export, written(request)?).await
}

/// The same of one that is due by the clock: however many of its owner wait.
///
/// # Errors
/// [`JobError::Denied`].
pub async fn ask_due(
    ctx: &Ctx,
    tx: &Tx,
    id: JobId,
    request: &ExportRequest,
) -> Result<job::Model, JobError> {
    asked::put(ctx, tx, id, JobKind::Export, written(request)?).await
}

fn written(request: &impl Serialize) -> Result<String, JobError> {
    serde_json::to_string(request).map_err(|it| JobError::Fault(it.to_string()))
}

/// Makes the file of a job.
///
/// # Errors
/// [`Failed::Refused`] where it may not be asked any more.
pub async fn carry_out(
    ctx: &Ctx,
    job: &job::Model,
    progress: &Progress<'_>,
) -> Result<Made, Failed> {
    if let Some(request) = EntriesRequest::of(job) {
        return Box::pin(entries::carry_out(ctx, &request, progress)).await;
    }
    if let Some(request) = StatementRequest::of(job) {
        return Box::pin(statement::carry_out(ctx, &request, progress)).await;
    }
    if let Some(request) = TrailRequest::of(job) {
        return Box::pin(trail::carry_out(ctx, &request, progress)).await;
    }
    if let Some(request) = IatiRequest::of(job) {
        return Box::pin(iati::carry_out(ctx, &request, progress)).await;
    }
    let unread = || Failed::Fault("the request cannot be read".to_owned());
    let request = ExportRequest::of(job).ok_or_else(unread)?;
    progress.reaches(5).await?;
    let answer = Box::pin(reports::answer(ctx, &request.asking())).await;
    let answer = answer.map_err(|cause| match cause.refusals() {
        Some(refusals) => Failed::Refused(refusals),
        None => Failed::Fault(cause.to_string()),
    })?;
    progress.reaches(70).await?;
    let (format, locale) = (request.format, request.locale);
    let table = exports::table(&answer, locale).map_err(|it| Failed::Fault(it.to_string()))?;
    let content = Writing::begin(table, format, locale).end().await;
    let content = content.map_err(|it| Failed::Fault(it.to_string()))?;
    progress.reaches(95).await?;
    Ok(Made {
        file_name: request.file_name(),
        media_type: format.media_type(),
        content,
        kept: KEPT,
    })
}
