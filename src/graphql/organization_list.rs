//! Organizations: one by name, and lists of them.
//!
//! What each of them shows is in `organizations`.

use async_graphql::Context;
use async_graphql::ID;
use async_graphql::InputObject;
use async_graphql::Object;
use async_graphql::Result;
use entity::ids::OrganizationId;

use crate::graphql::connection::Connection;
use crate::graphql::connection::PageArguments;
use crate::graphql::connection::searched;
use crate::graphql::connection::total;
use crate::graphql::context::Gql;
use crate::graphql::error::exactly_one;
use crate::graphql::error::fault;
use crate::graphql::loaders;
use crate::graphql::node::NodeId;
use crate::graphql::organizations::Organization;
use crate::graphql::organizations::OrganizationKind;
use crate::organizations::store;

const BY_NAME: &str = "organizations.name.asc";

/// Which organizations to list; an absent part does not narrow.
#[derive(Debug, Default, InputObject)]
pub struct OrganizationFilter {
    /// With this in a name of either script or in the short name, whatever accents, hamza forms or
    /// case.
    search: Option<String>,
    /// Of this kind.
    kind: Option<OrganizationKind>,
    /// Seated in the territory of this code or below.
    territory_code: Option<String>,
}

/// Queries of organizations.
#[derive(Debug, Default)]
pub struct OrganizationQueries;

/// Queries of organizations.
#[Object]
impl OrganizationQueries {
    /// One organization, by short name or id; null when there is none or the caller may not see it.
    async fn organization(
        &self,
        gql: &Context<'_>,
        #[graphql(desc = "Its short name. Give this or `id`.")] slug: Option<String>,
        #[graphql(desc = "Its id. Give this or `slug`.")] id: Option<ID>,
    ) -> Result<Option<Organization>> {
        let ctx = gql.signed_in()?;
        let found = match (slug, id) {
            (Some(slug), None) => store::by_slug(ctx.read(), ctx.scope(), &slug)
                .await
                .map_err(|it| fault(ctx, &it))?,
            (None, Some(id)) => match OrganizationId::read(&id) {
                Some(id) => loaders::one(gql, id).await?,
                None => None,
            },
            _ => return Err(exactly_one("slug, id")),
        };
        Ok(found.map(Organization))
    }

    /// Organizations that the caller may see, by name: one's own, those of an observed territory,
    /// all for administrators of the platform.
    async fn organizations(
        &self,
        gql: &Context<'_>,
        #[graphql(desc = "Which ones; all by default.")] filter: Option<OrganizationFilter>,
        #[graphql(desc = "At most this many from the start, 1 to 100; 20 by default.")]
        first: Option<i32>,
        #[graphql(desc = "Only those after this cursor; with `first`.")] after: Option<String>,
        #[graphql(desc = "At most this many from the end, 1 to 100.")] last: Option<i32>,
        #[graphql(desc = "Only those before this cursor; with `last`.")] before: Option<String>,
    ) -> Result<Connection<Organization>> {
        let ctx = gql.signed_in()?;
        let filter = filter.unwrap_or_default();
        let filter = store::Filter {
            search: searched(filter.search)?,
            kind: filter.kind.map(Into::into),
            territory_code: filter.territory_code,
        };
        let asked = PageArguments {
            first,
            after,
            last,
            before,
        };
        let page = asked.page::<store::ByName>(BY_NAME)?;
        let slice = store::list(ctx.read(), ctx.scope(), &filter, &page).await;
        let slice = slice.map_err(|it| fault(ctx, &it))?;
        Ok(Connection::new(
            slice,
            BY_NAME,
            |it| (it.name.clone(), it.id),
            Organization,
            total(ctx, move |ctx| {
                let filter = filter.clone();
                async move { store::count(ctx.read(), ctx.scope(), &filter).await }
            }),
        ))
    }
}
