//! An export as clients see it, and the list of them.
//!
//! Whose exports are seen is decided in `jobs::store`.

use std::collections::HashMap;
use std::sync::Arc;

use async_graphql::Context;
use async_graphql::Enum;
use async_graphql::ID;
use async_graphql::InputObject;
use async_graphql::Object;
use async_graphql::Result;
use async_graphql::SimpleObject;
use async_graphql::dataloader::Loader;
use entity::artifact;
use entity::ids::JobId;
use entity::job;
use entity::types;
use sea_orm::DbErr;

use crate::certificates::sheaf::SheafRequest;
use crate::exports::Format;
use crate::exports::entries::EntriesRequest;
use crate::exports::iati::IatiRequest;
use crate::exports::request::ExportRequest;
use crate::exports::statement::StatementRequest;
use crate::exports::trail::TrailRequest;
use crate::graphql::connection::Connection;
use crate::graphql::connection::PageArguments;
use crate::graphql::connection::total;
use crate::graphql::context::Gql;
use crate::graphql::error::UserError;
use crate::graphql::error::fault;
use crate::graphql::exports::entries::ExportedEntries;
use crate::graphql::exports::iati::ExportedIati;
use crate::graphql::exports::statement::ExportedStatement;
use crate::graphql::identity::User;
use crate::graphql::loaders;
use crate::graphql::loaders::Reader;
use crate::graphql::node::NodeId;
use crate::graphql::organizations::Organization;
use crate::graphql::reports::basis::StatusBasis;
use crate::graphql::reports::basis::basis;
use crate::graphql::reports::hours::HoursDimension;
use crate::graphql::scalars::Date;
use crate::graphql::scalars::DateTime;
use crate::graphql::scalars::Locale;
use crate::graphql::scalars::Url;
use crate::jobs::link;
use crate::jobs::store;
use crate::jobs::store::Filter;
use crate::jobs::whose::Whose;
use crate::platform::i18n;
use crate::privacy::access::PersonalDataRequest;
use crate::refusal::Code;
use crate::refusal::Refusal;
use crate::reports;

const NEWEST: &str = "export_jobs.id.desc";

/// How far work in the background has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "entity::types::JobStatus")]
pub enum JobStatus {
    /// It waits for a worker, perhaps after an attempt that failed.
    Queued,
    /// A worker has it.
    Running,
    /// It is done.
    Succeeded,
    /// It was refused, or every attempt failed.
    Failed,
    /// Somebody called it off.
    Cancelled,
}

/// A report, by name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "reports::ReportName")]
pub enum ReportName {
    /// `indhReport`: hours by INDH programme, territory and month, with completeness.
    Indh,
    /// `sdgReport`: hours by goal and target of sustainable development.
    Sdg,
    /// `hoursReport`: hours by one dimension, or by two that cross.
    Hours,
    /// `volunteerWorkReport`: people and minutes by the tables of the ILO.
    VolunteerWork,
    /// `contractualVolunteeringReport`: contracts of a calendar year, by law 06-18.
    ContractualVolunteering,
    /// `dataQualityReport`: how far figures can be trusted.
    DataQuality,
}

/// What a report is written as.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "Format")]
pub enum ExportFormat {
    /// Comma-separated, UTF-8 with byte-order mark.
    Csv,
    /// One JSON document.
    Json,
    /// An Excel workbook: a cover with what was asked and a legend, then a sheet for each section, its figures as
    /// numbers and its days as dates.
    Xlsx,
    /// Pages to print and to sign: a cover with the first figures, charts and a map, every section as a table, what
    /// columns mean. Tagged for those who hear it; of a section at most 2,000 rows, the other formats have all.
    Pdf,
}

/// A report that was asked for as a file.
#[derive(Clone, Debug)]
pub struct ExportJob(pub job::Model);

/// A report that was asked for as a file. It is made in the background, with what whoever asked may
/// see at that moment. Only they see it, and administrators of the platform.
#[Object]
impl ExportJob {
    /// Global id.
    pub async fn id(&self) -> ID {
        self.0.id.global()
    }

    /// How far it has come.
    async fn status(&self) -> JobStatus {
        self.0.status.into()
    }

    /// How far it has come, in percent: 100 once it succeeded.
    async fn progress(&self) -> i32 {
        self.0.progress
    }

    /// The report that was asked for; null where something else was, and for what this release does not know.
    async fn report(&self) -> Option<ExportReport> {
        ExportRequest::of(&self.0).map(ExportReport)
    }

    /// Which entries of hours were asked for; null where something else was, and for what this release does not know.
    async fn hour_entries(&self) -> Option<ExportedEntries> {
        EntriesRequest::of(&self.0).map(|it| ExportedEntries(it.hour_entries))
    }

    /// Whose statement was asked for; null where something else was, and for what this release does not know.
    async fn statement(&self) -> Option<ExportedStatement> {
        StatementRequest::of(&self.0).map(|it| ExportedStatement(it.statement))
    }

    /// How many certificates were asked for to be printed; null where something else was.
    async fn certificate_count(&self) -> Option<i32> {
        let asked = SheafRequest::of(&self.0)?;
        i32::try_from(asked.certificates.len()).ok()
    }

    /// Whether all that is known of a person was asked for: whoever asked alone opens the file then.
    async fn is_personal_data(&self) -> bool {
        PersonalDataRequest::of(&self.0).is_some()
    }

    /// Whose results were asked for as IATI; null where something else was.
    async fn iati(&self) -> Option<ExportedIati> {
        IatiRequest::of(&self.0).map(ExportedIati)
    }

    /// What it is written as; null of IATI, which is XML, of an archive of personal data, and for what this release does not know.
    async fn format(&self) -> Option<ExportFormat> {
        written(&self.0).map(|(format, _)| format.into())
    }

    /// Language of its titles and names; null of IATI, which has all languages, and for what this release does not know.
    async fn locale(&self) -> Option<Locale> {
        written(&self.0).map(|(_, locale)| Locale(locale))
    }

    /// The file; null until it is made, and once it is kept no longer. An archive of personal data is null for everybody
    /// but whoever asked for it.
    async fn artifact(&self, gql: &Context<'_>) -> Result<Option<Artifact>> {
        if self.0.status != types::JobStatus::Succeeded {
            return Ok(None);
        }
        let ctx = gql.op()?;
        let others = ctx.actor().user() != Some(self.0.requested_by);
        if others && PersonalDataRequest::of(&self.0).is_some() {
            return Ok(None);
        }
        let found = loaders::one(gql, MadeBy(self.0.id)).await?;
        Ok(found.map(|it| {
            let (url, until) = link::made(ctx.core(), &it);
            Artifact {
                file_name: it.file_name,
                media_type: it.media_type,
                bytes: i32::try_from(it.size).unwrap_or(i32::MAX),
                sha256: it.sha256.iter().map(|it| format!("{it:02x}")).collect(),
                url: Url(url),
                url_expires_at: DateTime(until),
                expires_at: DateTime(it.expires_at),
            }
        }))
    }

    /// Why it failed; empty while it has not.
    async fn failures(&self, gql: &Context<'_>) -> Result<Vec<UserError>> {
        let locale = gql.op()?.locale();
        let kept = self.0.refusals.as_deref();
        let refusals: Vec<Refusal> = kept
            .and_then(|it| serde_json::from_str(it).ok())
            .unwrap_or_default();
        Ok(refusals
            .iter()
            .map(|it| UserError::new(it, locale))
            .collect())
    }

    /// How often it was tried: after a fault it is tried again, up to five times.
    async fn attempts(&self) -> i32 {
        self.0.attempts
    }

    /// Who asked for it; null where the caller does not see them.
    async fn requested_by(&self, gql: &Context<'_>) -> Result<Option<User>> {
        Ok(loaders::one(gql, self.0.requested_by).await?.map(User))
    }

    /// When it was asked for.
    async fn created_at(&self) -> DateTime {
        DateTime(self.0.created_at)
    }

    /// When it was first taken up; null while it waits.
    async fn started_at(&self) -> Option<DateTime> {
        self.0.started_at.map(DateTime)
    }

    /// When it came to an end, whichever; null before.
    async fn finished_at(&self) -> Option<DateTime> {
        self.0.finished_at.map(DateTime)
    }

    /// Counts the changes; for `expectedVersion`.
    async fn version(&self) -> i32 {
        self.0.version
    }
}

/// In which format and language an export is written, of whatever.
fn written(job: &job::Model) -> Option<(Format, i18n::Locale)> {
    let report = || ExportRequest::of(job).map(|it| (it.format, it.locale));
    let entries = || EntriesRequest::of(job).map(|it| (it.format, it.locale));
    let statement = || StatementRequest::of(job).map(|it| (it.format, it.locale));
    let certificates = || SheafRequest::of(job).map(|it| (Format::Pdf, it.locale));
    let trail = || TrailRequest::of(job).map(|it| (it.format, it.locale));
    report()
        .or_else(entries)
        .or_else(trail)
        .or_else(statement)
        .or_else(certificates)
}

/// The question of an export.
#[derive(Clone, Debug)]
pub struct ExportReport(ExportRequest);

/// The question of an export.
#[Object]
impl ExportReport {
    /// Which report.
    async fn name(&self) -> ReportName {
        self.0.name.into()
    }

    /// Dotted code of the territory.
    async fn territory_code(&self) -> &str {
        self.0.territory_code.as_deref().unwrap_or_default()
    }

    /// First civil day of work.
    async fn from(&self) -> Date {
        Date(self.0.from)
    }

    /// Last civil day of work, inclusive.
    async fn to(&self) -> Date {
        Date(self.0.to)
    }

    /// Only the hours of this organization; null where all were asked for, and for one that is no
    /// longer seen.
    async fn organization(&self, gql: &Context<'_>) -> Result<Option<Organization>> {
        match self.0.organization {
            Some(id) => Ok(loaders::one(gql, id).await?.map(Organization)),
            None => Ok(None),
        }
    }

    /// Which hours count.
    async fn status_basis(&self) -> Vec<StatusBasis> {
        let asked = self.0.status_basis.iter().copied();
        asked.filter_map(basis).collect()
    }

    /// By what rows are told apart, of `HOURS`; null of other reports.
    async fn rows(&self) -> Option<HoursDimension> {
        self.0.rows.map(Into::into)
    }

    /// By what columns are told apart, of `HOURS`; null where there are rows alone, and of other reports.
    async fn columns(&self) -> Option<HoursDimension> {
        self.0.columns.map(Into::into)
    }

    /// As of which instant; null where it is the moment at which the file is made, which the file names.
    async fn as_of(&self) -> Option<DateTime> {
        self.0.as_of.map(DateTime)
    }
}

/// A file that was made. It is kept for 30 days; a list of hour entries, a statement and certificates, which name people, for 3.
#[derive(Clone, Debug, SimpleObject)]
pub struct Artifact {
    /// Its name.
    file_name: String,
    /// What it is, as HTTP names it.
    media_type: String,
    /// Bytes of it.
    bytes: i32,
    /// SHA-256 of it, in hexadecimal digits.
    sha256: String,
    /// Where to fetch it. The link opens this file to whoever holds it, for an hour: ask for a new one
    /// when it has ended.
    url: Url,
    /// When the link ends.
    url_expires_at: DateTime,
    /// Until when the file is kept.
    expires_at: DateTime,
}

/// Exports by id, at most one statement a level.
impl Loader<JobId> for Reader {
    type Value = job::Model;
    type Error = Arc<DbErr>;

    async fn load(
        &self,
        ids: &[JobId],
    ) -> std::result::Result<HashMap<JobId, job::Model>, Arc<DbErr>> {
        let found = store::by_ids(self.ctx.read(), Whose::of(&self.ctx), ids).await?;
        let exports = found
            .into_iter()
            .filter(|it| it.kind == types::JobKind::Export);
        Ok(exports.map(|it| (it.id, it)).collect())
    }
}

/// Asks for the file of a job.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct MadeBy(JobId);

/// The files of jobs, at most one statement a level.
impl Loader<MadeBy> for Reader {
    type Value = artifact::Model;
    type Error = Arc<DbErr>;

    async fn load(
        &self,
        asked: &[MadeBy],
    ) -> std::result::Result<HashMap<MadeBy, artifact::Model>, Arc<DbErr>> {
        let jobs: Vec<JobId> = asked.iter().map(|it| it.0).collect();
        let found = store::artifacts(self.ctx.read(), &jobs, self.ctx.now()).await?;
        Ok(found
            .into_iter()
            .map(|it| (MadeBy(it.job_id), it))
            .collect())
    }
}

/// Which exports to list; an absent part does not narrow.
#[derive(Debug, Default, InputObject)]
pub struct ExportJobFilter {
    /// How far they have come.
    status: Option<Vec<JobStatus>>,
    /// Whose; one's own by default.
    requested_by: Option<ExportRequester>,
}

/// Who asked for exports.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Enum)]
pub enum ExportRequester {
    /// The caller.
    #[default]
    Myself,
    /// Anybody: for administrators of the platform.
    Everybody,
}

/// Queries of exports.
#[derive(Debug, Default)]
pub struct ExportQueries;

/// Queries of exports.
#[Object]
impl ExportQueries {
    /// The caller's exports, newest first.
    async fn export_jobs(
        &self,
        gql: &Context<'_>,
        #[graphql(desc = "Which ones; one's own by default.")] filter: Option<ExportJobFilter>,
        #[graphql(desc = "At most this many from the start, 1 to 100; 20 by default.")]
        first: Option<i32>,
        #[graphql(desc = "Only those after this cursor; with `first`.")] after: Option<String>,
        #[graphql(desc = "At most this many from the end, 1 to 100.")] last: Option<i32>,
        #[graphql(desc = "Only those before this cursor; with `last`.")] before: Option<String>,
    ) -> Result<Connection<ExportJob>> {
        let ctx = gql.signed_in()?;
        let asked = PageArguments {
            first,
            after,
            last,
            before,
        };
        let page = asked.page::<JobId>(NEWEST)?;
        let filter = filter.unwrap_or_default();
        let whose = filter.requested_by.unwrap_or_default();
        if whose == ExportRequester::Everybody && ctx.demand_platform().is_err() {
            return Err(Refusal::of(Code::Forbidden, "requestedBy").into());
        }
        let requested_by = match whose {
            ExportRequester::Myself => ctx.actor().user(),
            ExportRequester::Everybody => None,
        };
        let filter = Filter {
            kind: types::JobKind::Export,
            status: filter
                .status
                .map(|it| it.into_iter().map(Into::into).collect()),
            requested_by,
        };
        let slice = store::list(ctx.read(), Whose::of(ctx), &filter, &page).await;
        Ok(Connection::new(
            slice.map_err(|it| fault(ctx, &it))?,
            NEWEST,
            |it| it.id,
            ExportJob,
            total(ctx, move |ctx| {
                let filter = filter.clone();
                async move { store::count(ctx.read(), Whose::of(&ctx), &filter).await }
            }),
        ))
    }
}
