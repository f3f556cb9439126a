//! What an organization shows of contractual volunteering.
//!
//! Its other fields are in `graphql/organizations`.

use async_graphql::Context;
use async_graphql::Object;
use async_graphql::Result;
use entity::ids::OrganizationId;

use crate::graphql::connection::Connection;
use crate::graphql::connection::PageArguments;
use crate::graphql::contracts::accreditation::Accreditation;
use crate::graphql::contracts::accreditation::AccreditationsOf;
use crate::graphql::contracts::contract::VolunteerContract;
use crate::graphql::contracts::contract::VolunteerContractFilter;
use crate::graphql::contracts::contract::contract_page;
use crate::graphql::contracts::incident::ContractIncident;
use crate::graphql::contracts::incident::ContractIncidentFilter;
use crate::graphql::contracts::incident::incident_page;
use crate::graphql::loaders;

/// Contractual volunteering in one organization.
pub struct ContractualProfile(pub OrganizationId);

/// Contractual volunteering in one organization.
#[Object]
impl ContractualProfile {
    /// Its accreditations for contractual volunteering, the first one first; empty where none is recorded.
    /// Public bodies need none. At most 50.
    async fn accreditations(&self, gql: &Context<'_>) -> Result<Vec<Accreditation>> {
        let found = loaders::one(gql, AccreditationsOf(self.0)).await?;
        let found = found.into_iter().flatten();
        Ok(found.map(Accreditation).collect())
    }

    /// Its register of contracts as far as the caller may see it, by number: all of it to those who keep the
    /// organization's volunteers, to a volunteer their own, to others nothing.
    async fn contracts(
        &self,
        gql: &Context<'_>,
        #[graphql(desc = "Which contracts.")] filter: Option<VolunteerContractFilter>,
        #[graphql(desc = "At most this many from the start, 1 to 100; 20 by default.")]
        first: Option<i32>,
        #[graphql(desc = "Only those after this cursor; with `first`.")] after: Option<String>,
        #[graphql(desc = "At most this many from the end, 1 to 100.")] last: Option<i32>,
        #[graphql(desc = "Only those before this cursor; with `last`.")] before: Option<String>,
    ) -> Result<Connection<VolunteerContract>> {
        let asked = PageArguments {
            first,
            after,
            last,
            before,
        };
        contract_page(gql, self.0, filter, &asked).await
    }

    /// What happened under its contracts, newest day first, those taken back included: to those who keep the
    /// organization's volunteers; to others nothing, since it may tell of health.
    async fn contract_incidents(
        &self,
        gql: &Context<'_>,
        #[graphql(desc = "Which incidents.")] filter: Option<ContractIncidentFilter>,
        #[graphql(desc = "At most this many from the start, 1 to 100; 20 by default.")]
        first: Option<i32>,
        #[graphql(desc = "Only those after this cursor; with `first`.")] after: Option<String>,
        #[graphql(desc = "At most this many from the end, 1 to 100.")] last: Option<i32>,
        #[graphql(desc = "Only those before this cursor; with `last`.")] before: Option<String>,
    ) -> Result<Connection<ContractIncident>> {
        let asked = PageArguments {
            first,
            after,
            last,
            before,
        };
        incident_page(gql, self.0, filter, &asked).await
    }
}
