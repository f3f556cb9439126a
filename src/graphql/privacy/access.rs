//! All that is known of somebody as one archive: asking for it.
//!
//! What stands in it is gathered in `privacy::access`.

use async_graphql::Context;
use async_graphql::ID;
use async_graphql::InputObject;
use async_graphql::Object;
use async_graphql::Result;
use async_graphql::SimpleObject;
use entity::ids::VolunteerId;

use crate::graphql::context::Gql;
use crate::graphql::error::UserError;
use crate::graphql::error::answered;
use crate::graphql::exports::export::ExportJob;
use crate::graphql::node::NodeId;
use crate::graphql::scalars::Locale;
use crate::jobs::JobError;
use crate::privacy::access;

/// Whose data is asked for.
#[derive(InputObject)]
struct RequestPersonalDataInput {
    /// The record: one's own, or one of an organization that one administers. Absent, all that is known of whoever asks:
    /// the account, and every record of theirs.
    volunteer_id: Option<ID>,
    /// Language of what explains it; that of the request by default.
    locale: Option<Locale>,
    /// Makes a repeated request have one effect; at most 200 characters.
    idempotency_key: Option<String>,
}

/// The export that was asked for.
#[derive(SimpleObject)]
struct RequestPersonalDataPayload {
    /// The export; null when refused.
    export_job: Option<ExportJob>,
    /// Why nothing was done; empty when it was.
    user_errors: Vec<UserError>,
}

/// Acts on what is known of people.
#[derive(Debug, Default)]
pub struct AccessMutations;

/// Acts on what is known of people.
#[Object]
impl AccessMutations {
    /// Asks for all that is known of a person as one archive (ZIP): a file of JSON for each section, the hours as CSV
    /// beside, and a text that explains them. It is made in the background and kept for three days; `jobProgress` follows
    /// it. Nobody else is named in it.
    async fn request_personal_data(
        &self,
        gql: &Context<'_>,
        #[graphql(desc = "Whose data.")] input: RequestPersonalDataInput,
    ) -> Result<RequestPersonalDataPayload> {
        let ctx = gql.signed_in()?;
        let locale = input.locale.map(|it| it.0);
        let outcome = async {
            let volunteer = VolunteerId::optional(input.volunteer_id.as_ref(), "volunteerId");
            let volunteer = volunteer.map_err(|it| JobError::Invalid(vec![it]))?;
            access::request(ctx, volunteer, locale, input.idempotency_key.as_deref()).await
        };
        let (job, user_errors) = answered(ctx, outcome.await)?;
        Ok(RequestPersonalDataPayload {
            export_job: job.map(ExportJob),
            user_errors,
        })
    }
}
