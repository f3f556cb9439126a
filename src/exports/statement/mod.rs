//! The statement of a volunteer as a file: asking for it, and making it.
//!
//! Whose hours stand in it and what they add up to is decided in `reports::statement`; how it is laid out is in `sections`.

mod sections;

use std::collections::BTreeSet;

use chrono::DateTime;
use chrono::NaiveDate;
use chrono::SecondsFormat;
use chrono::TimeDelta;
use chrono::Utc;
use entity::ids::OrganizationId;
use entity::ids::ProjectId;
use entity::ids::VolunteerId;
use entity::job;
use sea_orm::DbErr;
use serde::Deserialize;
use serde::Serialize;

use crate::exports::Format;
use crate::exports::request;
use crate::exports::table::Table;
use crate::exports::writing::Writing;
use crate::identity::Ctx;
use crate::jobs::Failed;
use crate::jobs::JobError;
use crate::jobs::Made;
use crate::jobs::Progress;
use crate::organizations;
use crate::platform::i18n::Locale;
use crate::projects;
use crate::refusal::Checks;
use crate::refusal::Refuse;
use crate::reports::Names;
use crate::reports::ReportError;
use crate::reports::Valued;
use crate::reports::statement;
use crate::reports::statement::Asked;
use crate::reports::statement::Statement;

/// How long what one person gave is kept: long enough to be fetched.
const KEPT: TimeDelta = TimeDelta::days(3);

/// Whose hours, of which days.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Whose {
    /// The record of the volunteer.
    pub volunteer: VolunteerId,
    /// First civil day of work.
    pub from: NaiveDate,
    /// Last civil day of work, inclusive.
    pub to: NaiveDate,
    /// As of which instant; the moment at which the file is made where absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub as_of: Option<DateTime<Utc>>,
}

impl Whose {
    fn asked(&self) -> Asked {
        Asked {
            volunteer: self.volunteer,
            from: self.from,
            to: self.to,
            as_of: self.as_of,
            valued: Valued::Yes,
        }
    }
}

/// Which statement, how, and in which language. Kept as JSON: members are added, never renamed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StatementRequest {
    /// Whose hours, of which days.
    pub statement: Whose,
    /// The file format.
    pub format: Format,
    /// Language of titles and names.
    pub locale: Locale,
}

impl StatementRequest {
    /// What a job was asked; `None` for another kind of job, and for what a later release asked.
    #[must_use]
    pub fn of(job: &job::Model) -> Option<Self> {
        serde_json::from_str(&job.payload).ok()
    }

    /// `statement-2026-01-01-2026-12-31-fr.pdf`, without a name; as of an instant
    /// `statement-2026-01-01-2026-12-31-as-of-20260402T090000Z-fr.pdf`.
    fn file_name(&self) -> String {
        let Whose { from, to, .. } = self.statement;
        let as_of = self.statement.as_of.map_or_else(String::new, |it| {
            let instant = it.to_rfc3339_opts(SecondsFormat::Secs, true);
            format!("-as-of-{}", instant.replace(['-', ':'], ""))
        });
        let (language, format) = (self.locale.tag(), self.format.extension());
        format!("statement-{from}-{to}{as_of}-{language}.{format}")
    }
}

/// Asks for a statement as a file, in the language of `asked` where `locale` says none. Whether it may be asked is looked
/// at here, and again when the file is made.
///
/// # Errors
/// [`JobError::Invalid`] for a record that may not be seen and for days that cannot be asked about,
/// [`JobError::Denied`] where nobody is signed in, [`JobError::TooMany`], [`JobError::KeyReused`].
pub async fn request(
    ctx: &Ctx,
    asked: &StatementRequest,
    locale: Option<Locale>,
    key: Option<&str>,
) -> Result<job::Model, JobError> {
    ctx.demand_signed_in()?;
    let mut checks = Checks::new();
    checks.key(key);
    let sums = Asked {
        valued: Valued::No,
        ..asked.statement.asked()
    };
    match statement::answer(ctx, &sums).await {
        Ok(_) => {}
        Err(cause) => match cause.refusals() {
            Some(refusals) => refusals.into_iter().for_each(|it| checks.refuse(it)),
            None => return Err(JobError::Fault(cause.to_string())),
        },
    }
    checks.done().map_err(JobError::Invalid)?;
    let kept = StatementRequest {
        locale: locale.unwrap_or(asked.locale),
        ..*asked
    };
    // The input as it was sent: a language that was not asked for is none of it.
    let sent = StatementRequest {
        locale: Locale::default(),
        ..*asked
    };
    let sent = (sent, locale);
    request::keep(ctx, ("requestStatementExport", key), &sent, &kept).await
}

/// A statement with what is in it called, as a table in a language.
///
/// # Errors
/// [`ReportError`], as of [`statement::answer`].
pub async fn table(ctx: &Ctx, whose: &Whose, locale: Locale) -> Result<Table, ReportError> {
    let statement = statement::answer(ctx, &whose.asked()).await?;
    let names = called(ctx, &statement).await?;
    Ok(sections::table(&statement, &names, locale))
}

/// What organizations and projects are called; those that are no longer seen are missing.
async fn called(ctx: &Ctx, statement: &Statement) -> Result<Names, DbErr> {
    let rows = &statement.rows.rows;
    let organizations: BTreeSet<OrganizationId> = rows.iter().map(|it| it.organization).collect();
    let projects: BTreeSet<ProjectId> = rows.iter().map(|it| it.project).collect();
    let organizations: Vec<OrganizationId> = organizations.into_iter().collect();
    let projects: Vec<ProjectId> = projects.into_iter().collect();
    let (db, scope) = (ctx.read(), ctx.scope());
    let organizations = organizations::store::by_ids(db, scope, &organizations).await?;
    let projects = projects::store::by_ids(db, scope, &projects).await?;
    Ok(Names {
        projects: projects.into_iter().map(|it| (it.id, it)).collect(),
        organizations: organizations.into_iter().map(|it| (it.id, it)).collect(),
    })
}

/// Makes the file of a job.
///
/// # Errors
/// [`Failed::Refused`] where it may not be asked any more.
pub(super) async fn carry_out(
    ctx: &Ctx,
    request: &StatementRequest,
    progress: &Progress<'_>,
) -> Result<Made, Failed> {
    progress.reaches(5).await?;
    let table = table(ctx, &request.statement, request.locale).await;
    let table = table.map_err(|cause| match cause.refusals() {
        Some(refusals) => Failed::Refused(refusals),
        None => Failed::Fault(cause.to_string()),
    })?;
    progress.reaches(70).await?;
    let content = Writing::begin(table, request.format, request.locale);
    let content = content.end().await;
    let content = content.map_err(|it| Failed::Fault(it.to_string()))?;
    progress.reaches(95).await?;
    Ok(Made {
        file_name: request.file_name(),
        media_type: request.format.media_type(),
        content,
        kept: KEPT,
    })
}
