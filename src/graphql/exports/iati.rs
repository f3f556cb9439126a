//! Results as an IATI file: asking for them, and what was asked.
//!
//! What is published is decided in `impact::published`, how it is written in `exports::iati`.

use async_graphql::Context;
use async_graphql::ID;
use async_graphql::InputObject;
use async_graphql::Object;
use async_graphql::Result;
use async_graphql::SimpleObject;
use entity::ids::OrganizationId;

use crate::exports::iati;
use crate::exports::iati::IatiRequest;
use crate::graphql::context::Gql;
use crate::graphql::error::UserError;
use crate::graphql::error::answered;
use crate::graphql::exports::export::ExportJob;
use crate::graphql::loaders;
use crate::graphql::node::NodeId;
use crate::graphql::organizations::Organization;
use crate::graphql::scalars::Date;
use crate::jobs::JobError;

/// Whose results were asked for as IATI.
#[derive(Clone, Debug)]
pub struct ExportedIati(pub IatiRequest);

/// Whose results were asked for as IATI.
#[Object]
impl ExportedIati {
    /// Who reports; null for one that is no longer seen.
    async fn organization(&self, gql: &Context<'_>) -> Result<Option<Organization>> {
        let found = loaders::one(gql, self.0.iati_organization).await?;
        Ok(found.map(Organization))
    }

    /// Its identifier in IATI; null where none was given.
    async fn organization_identifier(&self) -> Option<&str> {
        self.0.identifier.as_deref()
    }

    /// First day: periods that begin before it are left out.
    async fn from(&self) -> Date {
        Date(self.0.from)
    }

    /// Last day, inclusive: periods that end after it are left out.
    async fn to(&self) -> Date {
        Date(self.0.to)
    }
}

/// Results to be written as an IATI file.
#[derive(InputObject)]
struct RequestIatiExportInput {
    /// Who reports: an organization whose figures the caller reads.
    organization_id: ID,
    /// First day: periods of measurements and targets that begin before it are left out.
    from: Date,
    /// Last day, inclusive: periods that end after it are left out.
    to: Date,
    /// The organization's identifier in IATI, an agency and a number, as `MA-ICE-001234567000089`; `MA-` and its
    /// registration number where absent, which is known to nobody else.
    organization_identifier: Option<String>,
    /// Makes a repeated request have one effect; at most 200 characters.
    idempotency_key: Option<String>,
}

/// The export that was asked for.
#[derive(SimpleObject)]
struct RequestIatiExportPayload {
    /// The export; null when refused.
    export_job: Option<ExportJob>,
    /// Why nothing was done; empty when it was.
    user_errors: Vec<UserError>,
}

/// Acts on exports of results.
#[derive(Debug, Default)]
pub struct IatiExportMutations;

/// Acts on exports of results.
#[Object]
impl IatiExportMutations {
    /// Asks for the results of an organization's projects as an activity file of IATI 2.03, to be published: approved
    /// measurements, targets and baselines, in Arabic, French and English. It is made in the background; `jobProgress`
    /// follows it.
    async fn request_iati_export(
        &self,
        gql: &Context<'_>,
        #[graphql(desc = "Whose results, and of which days.")] input: RequestIatiExportInput,
    ) -> Result<RequestIatiExportPayload> {
        let ctx = gql.signed_in()?;
        let outcome = async {
            let organization = OrganizationId::input(&input.organization_id, "organizationId");
            let asked = IatiRequest {
                iati_organization: organization.map_err(|it| JobError::Invalid(vec![it]))?,
                from: input.from.0,
                to: input.to.0,
                identifier: input.organization_identifier,
            };
            iati::request(ctx, &asked, input.idempotency_key.as_deref()).await
        };
        let (job, user_errors) = answered(ctx, outcome.await)?;
        Ok(RequestIatiExportPayload {
            export_job: job.map(ExportJob),
            user_errors,
        })
    }
}
