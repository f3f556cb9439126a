//! Entries of hours one by one as a file of any length: the list that somebody sees, whole.
//!
//! Which entries that is, is decided in `hours::list`, as for pages of it; what a line says is in `rows`.

mod rows;

use chrono::DateTime;
use chrono::TimeDelta;
use chrono::Utc;
use entity::job;
use sea_orm::DatabaseTransaction;
use serde::Deserialize;
use serde::Serialize;

use crate::exports::Format;
use crate::exports::entries::rows::Known;
use crate::exports::request;
use crate::exports::writing::Writing;
use crate::hours::list;
use crate::hours::list::Filter;
use crate::identity::Ctx;
use crate::jobs::Failed;
use crate::jobs::JobError;
use crate::jobs::Made;
use crate::jobs::Progress;
use crate::organizations;
use crate::platform::i18n::Locale;
use crate::platform::page::From;
use crate::platform::page::Page;
use crate::projects;
use crate::refusal::Checks;
use crate::refusal::Code;
use crate::refusal::Refusal;
use crate::territories::lookup;
use crate::volunteers;

/// How long a list of people is kept: long enough to be fetched.
const KEPT: TimeDelta = TimeDelta::days(3);
/// Entries of one statement.
const PAGE: u64 = 1_000;

/// Which entries, how, and in which language. Kept as JSON: members are added, never renamed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EntriesRequest {
    /// Which entries.
    pub hour_entries: Filter,
    /// The file format.
    pub format: Format,
    /// Language of titles and names.
    pub locale: Locale,
}

impl EntriesRequest {
    /// What a job was asked; `None` for another kind of job, and for what a later release asked.
    #[must_use]
    pub fn of(job: &job::Model) -> Option<Self> {
        serde_json::from_str(&job.payload).ok()
    }

    /// `hour-entries-2026-04-02-fr.csv`, by the day as of which it is.
    fn file_name(&self, as_of: DateTime<Utc>) -> String {
        let day = as_of.date_naive();
        let (language, format) = (self.locale.tag(), self.format.extension());
        format!("hour-entries-{day}-{language}.{format}")
    }
}

/// Asks for entries as a file, in the language of `asked` where `locale` says none.
///
/// # Errors
/// [`JobError::Invalid`] where the filter names what is not there, [`JobError::Denied`] where nobody is signed in,
/// [`JobError::TooMany`], [`JobError::KeyReused`].
pub async fn request(
    ctx: &Ctx,
    asked: &EntriesRequest,
    locale: Option<Locale>,
    key: Option<&str>,
) -> Result<job::Model, JobError> {
    ctx.demand_signed_in()?;
    let mut checks = Checks::new();
    checks.key(key);
    request::demand_list(&mut checks, asked.format, rows::NAME);
    check(ctx, &asked.hour_entries, &mut checks).await?;
    checks.done().map_err(JobError::Invalid)?;
    let kept = EntriesRequest {
        locale: locale.unwrap_or(asked.locale),
        ..asked.clone()
    };
    // The input as it was sent: a language that was not asked for is none of it.
    let sent = EntriesRequest {
        locale: Locale::default(),
        ..asked.clone()
    };
    let sent = (sent, locale);
    request::keep(ctx, ("requestHourEntriesExport", key), &sent, &kept).await
}

/// Refuses a filter that names what is not there, or what the actor does not see: an empty file would look like an
/// answer.
async fn check(ctx: &Ctx, filter: &Filter, checks: &mut Checks) -> Result<(), JobError> {
    let (db, scope) = (ctx.read(), ctx.scope());
    let missing = |field: &str| Refusal::of(Code::NotFound, field).within("filter");
    if let Some(id) = filter.organization {
        let found = organizations::store::by_ids(db, scope, &[id]).await?;
        checks.demand(!found.is_empty(), || missing("organizationId"));
    }
    if let Some(id) = filter.project {
        let found = projects::store::by_ids(db, scope, &[id]).await?;
        checks.demand(!found.is_empty(), || missing("projectId"));
    }
    if let Some(id) = filter.volunteer {
        let found = volunteers::store::by_ids(db, scope, &[id]).await?;
        checks.demand(!found.is_empty(), || missing("volunteerId"));
    }
    if let Some(code) = &filter.territory_code {
        let found = lookup::versions(db, code).await?;
        checks.demand(!found.is_empty(), || {
            let refusal = Refusal::of(Code::UnknownTerritory, "territoryCode");
            refusal.within("filter").with("value", code)
        });
    }
    Ok(())
}

/// Makes the file of a job: all entries as of one moment, page by page, none of them held once it is written.
///
/// # Errors
/// [`Failed`].
pub async fn carry_out(
    ctx: &Ctx,
    request: &EntriesRequest,
    progress: &Progress<'_>,
) -> Result<Made, Failed> {
    let fault = |cause: std::io::Error| Failed::Fault(cause.to_string());
    progress.reaches(1).await?;
    let as_of = ctx.now();
    let db = ctx.snapshot().await?;
    let totals = list::totals(&db, ctx.scope(), &request.hour_entries).await?;
    let mut known = Known::new(request.locale);
    let table = rows::table(ctx, &db, request, (as_of, totals), &mut known).await?;
    let writing = Writing::begin(table, request.format, request.locale);
    pages(
        ctx,
        &db,
        request,
        &writing,
        &mut known,
        (totals.0, progress),
    )
    .await?;
    progress.reaches(90).await?;
    let content = writing.end().await.map_err(fault)?;
    Ok(Made {
        file_name: request.file_name(as_of),
        media_type: request.format.media_type(),
        content,
        kept: KEPT,
    })
}

async fn pages(
    ctx: &Ctx,
    db: &DatabaseTransaction,
    request: &EntriesRequest,
    writing: &Writing,
    known: &mut Known,
    (all, progress): (i64, &Progress<'_>),
) -> Result<(), Failed> {
    let filter = &request.hour_entries;
    let (mut done, mut told) = (0_i64, 1);
    for organization in list::organizations(db, ctx.scope(), filter).await? {
        let mut page = Page::first(PAGE);
        loop {
            let found = list::walk(db, ctx.scope(), filter, organization, &page).await?;
            let Some(end) = found.rows.iter().next_back().map(|it| list::place(&it.row)) else {
                break;
            };
            known.learn(ctx, db, &found.rows).await?;
            done += i64::try_from(found.rows.len()).unwrap_or(0);
            let rows = found.rows.iter().map(|it| known.row(it));
            writing.rows(rows.collect()).await;
            if !writing.goes_on() {
                return Ok(());
            }
            // A tenth is left for what comes behind the last row.
            let percent = done.saturating_mul(89) / all.max(1);
            let percent = i32::try_from(percent).unwrap_or(89).clamp(1, 89);
            if percent > told {
                progress.reaches(percent).await?;
                told = percent;
            }
            if !found.has_next {
                break;
            }
            page.from = From::Start(Some(end));
        }
    }
    Ok(())
}
