//! The statement of a volunteer as a file: asking for it, and what was asked.
//!
//! Whose hours stand in it is decided in `reports::statement`, how it is written in `exports::statement`.

use async_graphql::Context;
use async_graphql::ID;
use async_graphql::InputObject;
use async_graphql::Object;
use async_graphql::Result;
use async_graphql::SimpleObject;
use entity::ids::VolunteerId;

use crate::exports::statement;
use crate::exports::statement::StatementRequest;
use crate::exports::statement::Whose;
use crate::graphql::context::Gql;
use crate::graphql::error::UserError;
use crate::graphql::error::answered;
use crate::graphql::exports::export::ExportFormat;
use crate::graphql::exports::export::ExportJob;
use crate::graphql::loaders;
use crate::graphql::node::NodeId;
use crate::graphql::scalars::Date;
use crate::graphql::scalars::DateTime;
use crate::graphql::scalars::Locale;
use crate::graphql::volunteers::Volunteer;
use crate::jobs::JobError;

/// Whose statement was asked for as a file.
#[derive(Clone, Copy, Debug)]
pub struct ExportedStatement(pub Whose);

/// Whose statement was asked for as a file.
#[Object]
impl ExportedStatement {
    /// The record that was asked about; null for one that is no longer seen.
    async fn volunteer(&self, gql: &Context<'_>) -> Result<Option<Volunteer>> {
        Ok(loaders::one(gql, self.0.volunteer).await?.map(Volunteer))
    }

    /// First civil day of work.
    async fn from(&self) -> Date {
        Date(self.0.from)
    }

    /// Last civil day of work, inclusive.
    async fn to(&self) -> Date {
        Date(self.0.to)
    }

    /// As of which instant; null where it is the moment at which the file is made, which the file names.
    async fn as_of(&self) -> Option<DateTime> {
        self.0.as_of.map(DateTime)
    }
}

/// A statement to be made into a file.
#[derive(InputObject)]
struct RequestStatementExportInput {
    /// The volunteer. A record that was merged stands for the one that took it over.
    volunteer_id: ID,
    /// First civil day of work.
    from: Date,
    /// Last civil day of work, inclusive.
    to: Date,
    /// As of which instant: what was known then is counted. The moment at which the file is made where absent.
    as_of: Option<DateTime>,
    /// What it is written as.
    format: ExportFormat,
    /// Language of titles and names; that of the request by default.
    locale: Option<Locale>,
    /// Makes a repeated request have one effect; at most 200 characters.
    idempotency_key: Option<String>,
}

/// The export that was asked for.
#[derive(SimpleObject)]
struct RequestStatementExportPayload {
    /// The export; null when refused.
    export_job: Option<ExportJob>,
    /// Why nothing was done; empty when it was.
    user_errors: Vec<UserError>,
}

/// Acts on exports of statements.
#[derive(Debug, Default)]
pub struct StatementExportMutations;

/// Acts on exports of statements.
#[Object]
impl StatementExportMutations {
    /// Asks for `volunteerStatement` as a file: what one volunteer gave, by project and month, for whoever sees it.
    /// It is made in the background with what the caller sees then; `jobProgress` follows it.
    async fn request_statement_export(
        &self,
        gql: &Context<'_>,
        #[graphql(desc = "Whose statement, of which days, the format and the language.")]
        input: RequestStatementExportInput,
    ) -> Result<RequestStatementExportPayload> {
        let ctx = gql.signed_in()?;
        let outcome = match VolunteerId::input(&input.volunteer_id, "volunteerId") {
            Ok(volunteer) => {
                let asked = StatementRequest {
                    statement: Whose {
                        volunteer,
                        from: input.from.0,
                        to: input.to.0,
                        as_of: input.as_of.map(|it| it.0),
                    },
                    format: input.format.into(),
                    locale: ctx.locale(),
                };
                let locale = input.locale.map(|it| it.0);
                let key = input.idempotency_key.as_deref();
                statement::request(ctx, &asked, locale, key).await
            }
            Err(refusal) => Err(JobError::Invalid(vec![refusal])),
        };
        let (job, user_errors) = answered(ctx, outcome)?;
        Ok(RequestStatementExportPayload {
            export_job: job.map(ExportJob),
            user_errors,
        })
    }
}
