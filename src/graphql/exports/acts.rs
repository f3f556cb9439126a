//! Asking for reports as files, calling that off, trying again.
//!
//! What may be asked is decided in `reports`, what becomes of it in `jobs`.

use async_graphql::Context;
use async_graphql::ID;
use async_graphql::InputObject;
use async_graphql::Object;
use async_graphql::Result;
use async_graphql::SimpleObject;
use entity::ids::JobId;
use entity::ids::OrganizationId;
use entity::job;

use crate::exports::request;
use crate::exports::request::ExportRequest;
use crate::graphql::context::Gql;
use crate::graphql::error::UserError;
use crate::graphql::error::answered;
use crate::graphql::error::changed_meanwhile;
use crate::graphql::exports::export::ExportFormat;
use crate::graphql::exports::export::ExportJob;
use crate::graphql::exports::export::ReportName;
use crate::graphql::loaders;
use crate::graphql::node::NodeId;
use crate::graphql::reports::basis::StatusBasis;
use crate::graphql::reports::hours::HoursDimension;
use crate::graphql::scalars::Date;
use crate::graphql::scalars::DateTime;
use crate::graphql::scalars::Locale;
use crate::identity::Ctx;
use crate::jobs::JobError;
use crate::jobs::acts;

/// A report to be written.
#[derive(Debug, InputObject)]
struct ExportReportInput {
    /// Which report.
    name: ReportName,
    /// Dotted code of the territory: `MA`, `07`, `07.041`. All below it is included. May be absent where an organization is
    /// named of `CONTRACTUAL_VOLUNTEERING`, for its seat, and of `DATA_QUALITY`, for the country.
    territory_code: Option<String>,
    /// First civil day of work. Of `CONTRACTUAL_VOLUNTEERING` the first day of a calendar year.
    from: Date,
    /// Last civil day of work, inclusive. Of `CONTRACTUAL_VOLUNTEERING` the last day of the same year.
    to: Date,
    /// Only the hours of this organization.
    organization_id: Option<ID>,
    /// By what rows are told apart: of `HOURS`, which needs it, and of no other report.
    rows: Option<HoursDimension>,
    /// By what columns are told apart: of `HOURS` alone; rows alone where absent.
    columns: Option<HoursDimension>,
    /// Which hours count. Only approved ones by default, and of `CONTRACTUAL_VOLUNTEERING` and `DATA_QUALITY` no others.
    #[graphql(default_with = "vec![StatusBasis::Approved]")]
    status_basis: Vec<StatusBasis>,
    /// As of which instant: what was known then is counted. The moment at which the file is made where absent.
    as_of: Option<DateTime>,
}

/// A report to be made into a file.
#[derive(Debug, InputObject)]
struct RequestExportInput {
    /// The report.
    report: ExportReportInput,
    /// What it is written as.
    format: ExportFormat,
    /// Language of its titles and names; that of the request by default.
    locale: Option<Locale>,
    /// Makes a repeated request have one effect; at most 200 characters.
    idempotency_key: Option<String>,
}

/// An export to call off.
#[derive(InputObject)]
struct CancelExportInput {
    /// The export.
    id: ID,
    /// The version that the caller saw; refused with `VERSION_CONFLICT` where it is not the present
    /// one.
    expected_version: Option<i32>,
}

/// An export to try again.
#[derive(InputObject)]
struct RetryExportInput {
    /// The export.
    id: ID,
    /// The version that the caller saw; refused with `VERSION_CONFLICT` where it is not the present
    /// one.
    expected_version: Option<i32>,
}

/// The export that was asked for.
#[derive(SimpleObject)]
struct RequestExportPayload {
    /// The export; null when refused.
    export_job: Option<ExportJob>,
    /// Why nothing was done; empty when it was.
    user_errors: Vec<UserError>,
}

/// The export after it was called off.
#[derive(SimpleObject)]
struct CancelExportPayload {
    /// The export; null when refused, except for `VERSION_CONFLICT`: then as it is now.
    export_job: Option<ExportJob>,
    /// Why nothing was done; empty when it was.
    user_errors: Vec<UserError>,
}

/// The export that is tried again.
#[derive(SimpleObject)]
struct RetryExportPayload {
    /// The export; null when refused, except for `VERSION_CONFLICT`: then as it is now.
    export_job: Option<ExportJob>,
    /// Why nothing was done; empty when it was.
    user_errors: Vec<UserError>,
}

/// Acts on exports.
#[derive(Debug, Default)]
pub struct ExportMutations;

/// Acts on exports.
#[Object]
impl ExportMutations {
    /// Asks for a report as a file. It is made in the background: `jobProgress` follows it, and
    /// `artifact` has the link once it is made. At most 20 of one user are made at a time.
    async fn request_export(
        &self,
        gql: &Context<'_>,
        #[graphql(desc = "The report, its format and its language.")] input: RequestExportInput,
    ) -> Result<RequestExportPayload> {
        let ctx = gql.signed_in()?;
        let outcome = requested(ctx, input).await;
        let (job, user_errors) = answered(ctx, outcome)?;
        Ok(RequestExportPayload {
            export_job: job.map(ExportJob),
            user_errors,
        })
    }

    /// Calls an export off. Doing so again changes nothing.
    async fn cancel_export(
        &self,
        gql: &Context<'_>,
        #[graphql(desc = "The export.")] input: CancelExportInput,
    ) -> Result<CancelExportPayload> {
        let ctx = gql.signed_in()?;
        let outcome = match JobId::input(&input.id, "id") {
            Ok(id) => acts::cancel(ctx, id, input.expected_version).await,
            Err(refusal) => Err(JobError::Invalid(vec![refusal])),
        };
        let (export_job, user_errors) = shown(gql, &input.id, outcome).await?;
        Ok(CancelExportPayload {
            export_job,
            user_errors,
        })
    }

    /// Tries an export again that failed.
    async fn retry_export(
        &self,
        gql: &Context<'_>,
        #[graphql(desc = "The export.")] input: RetryExportInput,
    ) -> Result<RetryExportPayload> {
        let ctx = gql.signed_in()?;
        let outcome = match JobId::input(&input.id, "id") {
            Ok(id) => acts::again(ctx, id, input.expected_version).await,
            Err(refusal) => Err(JobError::Invalid(vec![refusal])),
        };
        let (export_job, user_errors) = shown(gql, &input.id, outcome).await?;
        Ok(RetryExportPayload {
            export_job,
            user_errors,
        })
    }
}

async fn requested(
    ctx: &Ctx,
    input: RequestExportInput,
) -> std::result::Result<job::Model, JobError> {
    let report = input.report;
    let organization = OrganizationId::optional(report.organization_id.as_ref(), "organizationId");
    let organization = organization.map_err(|it| JobError::Invalid(vec![it.within("report")]))?;
    let asked = ExportRequest {
        name: report.name.into(),
        territory_code: report.territory_code,
        from: report.from.0,
        to: report.to.0,
        organization,
        status_basis: report.status_basis.into_iter().map(Into::into).collect(),
        as_of: report.as_of.map(|it| it.0),
        rows: report.rows.map(Into::into),
        columns: report.columns.map(Into::into),
        format: input.format.into(),
        locale: ctx.locale(),
    };
    let locale = input.locale.map(|it| it.0);
    request::request(ctx, &asked, locale, input.idempotency_key.as_deref()).await
}

/// An export after an act, or as it is now where it changed meanwhile.
async fn shown(
    gql: &Context<'_>,
    id: &ID,
    outcome: std::result::Result<job::Model, JobError>,
) -> Result<(Option<ExportJob>, Vec<UserError>)> {
    let (job, user_errors) = answered(gql.op()?, outcome)?;
    let job = match JobId::read(id) {
        Some(id) if changed_meanwhile(&user_errors) => loaders::one(gql, id).await?,
        _ => job,
    };
    Ok((job.map(ExportJob), user_errors))
}
