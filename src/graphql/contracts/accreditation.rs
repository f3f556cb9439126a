//! Accreditations of organizations.
//!
//! What records them is in `acts`.

use std::collections::HashMap;
use std::sync::Arc;

use async_graphql::Context;
use async_graphql::ID;
use async_graphql::Object;
use async_graphql::Result;
use async_graphql::dataloader::Loader;
use entity::accreditation;
use entity::ids::AccreditationId;
use entity::ids::OrganizationId;
use sea_orm::DbErr;

use crate::contracts::rules;
use crate::contracts::store;
use crate::graphql::context::Gql;
use crate::graphql::loaders;
use crate::graphql::loaders::Reader;
use crate::graphql::node::NodeId;
use crate::graphql::organizations::Organization;
use crate::graphql::scalars::Date;

/// The accreditation that a private organization needs for contractual volunteering (Moroccan law 06-18, arts.
/// 4 and 8 to 19). Recorded as the organization says it: nobody asks the administration.
#[derive(Clone, Debug)]
pub struct Accreditation(pub accreditation::Model);

/// The accreditation that a private organization needs for contractual volunteering (Moroccan law 06-18, arts.
/// 4 and 8 to 19). Recorded as the organization says it: nobody asks the administration.
#[Object]
impl Accreditation {
    /// Global id.
    pub async fn id(&self) -> ID {
        self.0.id.global()
    }

    /// Whose it is.
    async fn organization(&self, gql: &Context<'_>) -> Result<Option<Organization>> {
        let found = loaders::one(gql, self.0.organization_id).await?;
        Ok(found.map(Organization))
    }

    /// Its number, as the administration gave it.
    async fn number(&self) -> &str {
        &self.0.number
    }

    /// First day on which it holds.
    async fn from(&self) -> Date {
        Date(self.0.valid_from)
    }

    /// Last day on which it holds, inclusive; null while no end is known.
    async fn until(&self) -> Option<Date> {
        self.0.valid_until.map(Date)
    }

    /// Whether it holds today.
    async fn is_valid(&self, gql: &Context<'_>) -> Result<bool> {
        Ok(rules::holds(&self.0, gql.op()?.today()))
    }

    /// Counts the changes; for `expectedVersion`.
    async fn version(&self) -> i32 {
        self.0.version
    }
}

/// Accreditations by id.
impl Loader<AccreditationId> for Reader {
    type Value = accreditation::Model;
    type Error = Arc<DbErr>;

    async fn load(
        &self,
        ids: &[AccreditationId],
    ) -> std::result::Result<HashMap<AccreditationId, accreditation::Model>, Arc<DbErr>> {
        let found = store::accreditations(self.ctx.read(), self.ctx.scope(), ids).await?;
        Ok(found.into_iter().map(|it| (it.id, it)).collect())
    }
}

/// Asks for the accreditations of an organization.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct AccreditationsOf(pub OrganizationId);

/// Accreditations of organizations, the first one first.
impl Loader<AccreditationsOf> for Reader {
    type Value = Vec<accreditation::Model>;
    type Error = Arc<DbErr>;

    async fn load(
        &self,
        asked: &[AccreditationsOf],
    ) -> std::result::Result<HashMap<AccreditationsOf, Self::Value>, Arc<DbErr>> {
        let ids: Vec<OrganizationId> = asked.iter().map(|it| it.0).collect();
        let found = store::accreditations_of(self.ctx.read(), self.ctx.scope(), &ids).await?;
        let mut of: HashMap<AccreditationsOf, Vec<accreditation::Model>> = HashMap::new();
        for row in found {
            of.entry(AccreditationsOf(row.organization_id))
                .or_default()
                .push(row);
        }
        Ok(of)
    }
}
