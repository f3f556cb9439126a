//! National identity numbers, where they are kept: shown one at a time.
//!
//! Who may see them, and that it is noted, is decided in `volunteers::number`.

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
use crate::graphql::node::NodeId;
use crate::volunteers::number;

/// Whose number is to be shown.
#[derive(InputObject)]
struct RevealNationalIdInput {
    /// The record.
    volunteer_id: ID,
}

/// The number, for whoever asked.
#[derive(SimpleObject)]
struct RevealNationalIdPayload {
    /// The national identity number, without blanks, in upper case; null when refused, and where none is kept.
    national_id: Option<String>,
    /// Why nothing was shown; empty when it was, and where none is kept.
    user_errors: Vec<UserError>,
}

/// Acts on national identity numbers.
#[derive(Debug, Default)]
pub struct NationalIdMutations;

/// Acts on national identity numbers.
#[Object]
impl NationalIdMutations {
    /// Shows the national identity number of one record, where the installation keeps numbers
    /// (`privacy.national_id_authorization`). Needs an administrator of the organization. Each time stands in the audit
    /// trail, and the person sees it there. It changes nothing.
    async fn reveal_national_id(
        &self,
        gql: &Context<'_>,
        #[graphql(desc = "Whose number.")] input: RevealNationalIdInput,
    ) -> Result<RevealNationalIdPayload> {
        let ctx = gql.signed_in()?;
        let outcome = async {
            let id = VolunteerId::input(&input.volunteer_id, "volunteerId")?;
            number::reveal(ctx, id).await
        };
        let (found, user_errors) = answered(ctx, outcome.await)?;
        Ok(RevealNationalIdPayload {
            national_id: found.flatten(),
            user_errors,
        })
    }
}
