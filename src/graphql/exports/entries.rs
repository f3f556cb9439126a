//! Entries of hours as a file: asking for them, and what was asked.
//!
//! Which entries a filter finds is decided in `hours::list`, how they are written in `exports::entries`.

use async_graphql::Context;
use async_graphql::InputObject;
use async_graphql::Object;
use async_graphql::Result;
use async_graphql::SimpleObject;

use crate::exports::entries;
use crate::exports::entries::EntriesRequest;
use crate::graphql::context::Gql;
use crate::graphql::error::UserError;
use crate::graphql::error::answered;
use crate::graphql::exports::export::ExportFormat;
use crate::graphql::exports::export::ExportJob;
use crate::graphql::hours::entry::HourEntryKind;
use crate::graphql::hours::entry::HourEntryStatus;
use crate::graphql::hours::list::HourEntryFilter;
use crate::graphql::loaders;
use crate::graphql::organizations::Organization;
use crate::graphql::projects::Project;
use crate::graphql::scalars::Date;
use crate::graphql::scalars::DateTime;
use crate::graphql::scalars::Locale;
use crate::graphql::volunteers::Volunteer;
use crate::hours::list::Filter;

/// Which entries of hours were asked for as a file; what did not narrow is null.
#[derive(Clone, Debug)]
pub struct ExportedEntries(pub Filter);

/// Which entries of hours were asked for as a file; what did not narrow is null.
#[Object]
impl ExportedEntries {
    /// Of this organization; null for one that is no longer seen.
    async fn organization(&self, gql: &Context<'_>) -> Result<Option<Organization>> {
        match self.0.organization {
            Some(id) => Ok(loaders::one(gql, id).await?.map(Organization)),
            None => Ok(None),
        }
    }

    /// On this project; null for one that is no longer seen.
    async fn project(&self, gql: &Context<'_>) -> Result<Option<Project>> {
        match self.0.project {
            Some(id) => Ok(loaders::one(gql, id).await?.map(Project)),
            None => Ok(None),
        }
    }

    /// Of this volunteer; null for one that is no longer seen.
    async fn volunteer(&self, gql: &Context<'_>) -> Result<Option<Volunteer>> {
        match self.0.volunteer {
            Some(id) => Ok(loaders::one(gql, id).await?.map(Volunteer)),
            None => Ok(None),
        }
    }

    /// In one of these states.
    async fn status(&self) -> Option<Vec<HourEntryStatus>> {
        let status = self.0.status.as_ref()?;
        Some(status.iter().map(|it| (*it).into()).collect())
    }

    /// Of one of these kinds.
    async fn kind(&self) -> Option<Vec<HourEntryKind>> {
        let kind = self.0.kind.as_ref()?;
        Some(kind.iter().map(|it| (*it).into()).collect())
    }

    /// Worked in the territory of this code or below it.
    async fn territory_code(&self) -> Option<&str> {
        self.0.territory_code.as_deref()
    }

    /// Begun on this civil day or later.
    async fn worked_from(&self) -> Option<Date> {
        self.0.worked_from.map(Date)
    }

    /// Begun on this civil day or earlier.
    async fn worked_to(&self) -> Option<Date> {
        self.0.worked_to.map(Date)
    }

    /// Written at this instant or later.
    async fn recorded_from(&self) -> Option<DateTime> {
        self.0.recorded_from.map(DateTime)
    }

    /// Written before this instant.
    async fn recorded_to(&self) -> Option<DateTime> {
        self.0.recorded_to.map(DateTime)
    }
}

/// Entries of hours to be made into a file.
#[derive(InputObject)]
struct RequestHourEntriesExportInput {
    /// Which entries, of those that the caller may see; all of them where absent.
    filter: Option<HourEntryFilter>,
    /// What they are written as.
    format: ExportFormat,
    /// Language of titles and names; that of the request by default.
    locale: Option<Locale>,
    /// Makes a repeated request have one effect; at most 200 characters.
    idempotency_key: Option<String>,
}

/// The export that was asked for.
#[derive(SimpleObject)]
struct RequestHourEntriesExportPayload {
    /// The export; null when refused.
    export_job: Option<ExportJob>,
    /// Why nothing was done; empty when it was.
    user_errors: Vec<UserError>,
}

/// Acts on exports of entries.
#[derive(Debug, Default)]
pub struct EntryExportMutations;

/// Acts on exports of entries.
#[Object]
impl EntryExportMutations {
    /// Asks for entries of hours as a file, as many as there are: the list that the caller sees when the file is made,
    /// whole. It is made in the background, as of one moment; `jobProgress` follows it.
    async fn request_hour_entries_export(
        &self,
        gql: &Context<'_>,
        #[graphql(desc = "Which entries, the format and the language.")]
        input: RequestHourEntriesExportInput,
    ) -> Result<RequestHourEntriesExportPayload> {
        let ctx = gql.signed_in()?;
        let asked = EntriesRequest {
            hour_entries: input
                .filter
                .map(HourEntryFilter::of_all)
                .unwrap_or_default(),
            format: input.format.into(),
            locale: ctx.locale(),
        };
        let locale = input.locale.map(|it| it.0);
        let key = input.idempotency_key.as_deref();
        let outcome = entries::request(ctx, &asked, locale, key).await;
        let (job, user_errors) = answered(ctx, outcome)?;
        Ok(RequestHourEntriesExportPayload {
            export_job: job.map(ExportJob),
            user_errors,
        })
    }
}
