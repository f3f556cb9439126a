//! Lines of the audit trail as a file: asking for them.
//!
//! Which lines a filter finds is decided in `audit::store`, how they are written in `exports::trail`.

use async_graphql::Context;
use async_graphql::InputObject;
use async_graphql::Object;
use async_graphql::Result;
use async_graphql::SimpleObject;

use crate::exports::trail;
use crate::exports::trail::TrailRequest;
use crate::graphql::audit::AuditEventFilter;
use crate::graphql::context::Gql;
use crate::graphql::error::UserError;
use crate::graphql::error::answered;
use crate::graphql::exports::export::ExportFormat;
use crate::graphql::exports::export::ExportJob;
use crate::graphql::scalars::Locale;
use crate::jobs::JobError;

/// Lines of the audit trail to be made into a file.
#[derive(InputObject)]
struct RequestAuditExportInput {
    /// Which lines, of those that the caller may see; all of them where absent.
    filter: Option<AuditEventFilter>,
    /// What they are written as: CSV, JSON or XLSX.
    format: ExportFormat,
    /// Language of titles; that of the request by default.
    locale: Option<Locale>,
    /// Makes a repeated request have one effect; at most 200 characters.
    idempotency_key: Option<String>,
}

/// The export that was asked for.
#[derive(SimpleObject)]
struct RequestAuditExportPayload {
    /// The export; null when refused.
    export_job: Option<ExportJob>,
    /// Why nothing was done; empty when it was.
    user_errors: Vec<UserError>,
}

/// Acts on exports of the audit trail.
#[derive(Debug, Default)]
pub struct AuditExportMutations;

/// Acts on exports of the audit trail.
#[Object]
impl AuditExportMutations {
    /// Asks for lines of the audit trail as a file, as many as there are: the list that the caller sees when the file is made,
    /// whole. It is made in the background, as of one moment, and kept for 3 days; `jobProgress` follows it.
    async fn request_audit_export(
        &self,
        gql: &Context<'_>,
        #[graphql(desc = "Which lines, the format and the language.")]
        input: RequestAuditExportInput,
    ) -> Result<RequestAuditExportPayload> {
        let ctx = gql.signed_in()?;
        let locale = input.locale.map(|it| it.0);
        let key = input.idempotency_key.as_deref();
        let outcome = match input.filter.unwrap_or_default().read() {
            Ok(audit_events) => {
                let asked = TrailRequest {
                    audit_events,
                    format: input.format.into(),
                    locale: ctx.locale(),
                };
                trail::request(ctx, &asked, locale, key).await
            }
            Err(refusal) => Err(JobError::Invalid(vec![refusal.within("filter")])),
        };
        let (job, user_errors) = answered(ctx, outcome)?;
        Ok(RequestAuditExportPayload {
            export_job: job.map(ExportJob),
            user_errors,
        })
    }
}
