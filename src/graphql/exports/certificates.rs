//! Certificates as one file to print: asking for it.
//!
//! What a page says is decided in `certificates::printed`, which pages there are in `certificates::sheaf`.

use async_graphql::Context;
use async_graphql::ID;
use async_graphql::InputObject;
use async_graphql::Object;
use async_graphql::Result;
use async_graphql::SimpleObject;
use entity::ids::CertificateId;

use crate::certificates::sheaf;
use crate::graphql::context::Gql;
use crate::graphql::error::UserError;
use crate::graphql::error::answered;
use crate::graphql::exports::export::ExportJob;
use crate::graphql::node::NodeId;
use crate::graphql::scalars::Locale;

/// Certificates to be printed into one file.
#[derive(InputObject)]
struct RequestCertificatesExportInput {
    /// The certificates, 1 to 500, in the order of their pages; those that the caller sees.
    certificate_ids: Vec<ID>,
    /// Language of the document; that of the request by default. Each page is in the language of its certificate.
    locale: Option<Locale>,
    /// Makes a repeated request have one effect; at most 200 characters.
    idempotency_key: Option<String>,
}

/// The export that was asked for.
#[derive(SimpleObject)]
struct RequestCertificatesExportPayload {
    /// The export; null when refused.
    export_job: Option<ExportJob>,
    /// Why nothing was done; empty when it was.
    user_errors: Vec<UserError>,
}

/// Acts on exports of certificates.
#[derive(Debug, Default)]
pub struct CertificateExportMutations;

/// Acts on exports of certificates.
#[Object]
impl CertificateExportMutations {
    /// Asks for certificates as one PDF to print, a page each, as `pdfUrl` gives them one by one: what the holder lets be
    /// shown, of those that are valid when it is made; the codes of others stand on its last page. It is made in the
    /// background; `jobProgress` follows it.
    async fn request_certificates_export(
        &self,
        gql: &Context<'_>,
        #[graphql(desc = "The certificates and the language.")]
        input: RequestCertificatesExportInput,
    ) -> Result<RequestCertificatesExportPayload> {
        let ctx = gql.signed_in()?;
        let ids = input.certificate_ids.iter().map(CertificateId::read);
        let ids: Vec<Option<CertificateId>> = ids.collect();
        let locale = input.locale.map(|it| it.0);
        let key = input.idempotency_key.as_deref();
        let outcome = sheaf::request(ctx, &ids, locale, key).await;
        let (job, user_errors) = answered(ctx, outcome)?;
        Ok(RequestCertificatesExportPayload {
            export_job: job.map(ExportJob),
            user_errors,
        })
    }
}
