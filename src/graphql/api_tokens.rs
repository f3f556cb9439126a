//! API tokens of whoever asks.
//!
//! Rules are in `tokens`, what a token may do in `identity::rights`, which scope each field asks for in `token_scopes`.

use std::collections::HashMap;
use std::sync::Arc;

use async_graphql::Context;
use async_graphql::Enum;
use async_graphql::ID;
use async_graphql::InputObject;
use async_graphql::Object;
use async_graphql::Result;
use async_graphql::SimpleObject;
use async_graphql::dataloader::Loader;
use entity::api_token;
use entity::ids::ApiTokenId;
use entity::ids::OrganizationId;
use sea_orm::DbErr;

use crate::graphql::connection::Connection;
use crate::graphql::connection::PageArguments;
use crate::graphql::connection::total;
use crate::graphql::context::Gql;
use crate::graphql::error::UserError;
use crate::graphql::error::answered;
use crate::graphql::error::fault;
use crate::graphql::loaders;
use crate::graphql::loaders::Reader;
use crate::graphql::node::NodeId;
use crate::graphql::organizations::Organization;
use crate::graphql::scalars::DateTime;
use crate::identity::Ctx;
use crate::identity::api_token::Fresh;
use crate::identity::api_token::scopes;
use crate::refusal::Refusal;
use crate::tokens::TokenError;
use crate::tokens::acts;
use crate::tokens::acts::NewToken;
use crate::tokens::store;

/// Order of the list.
const NEWEST: &str = "api_tokens.id.desc";

/// What an API token may do of what its user may. A field that asks for several scopes asks for all of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "entity::types::ApiTokenScope")]
pub enum ApiTokenScope {
    /// Reads the account of its user: address, memberships, what they were told.
    AccountRead,
    /// Reads organizations, projects, activities and shifts.
    ProjectsRead,
    /// Creates and changes projects, activities, shifts and vocabularies; includes `PROJECTS_READ`.
    ProjectsWrite,
    /// Reads personal data: records of volunteers, members, sign-ups and attendance. Without it every
    /// list of them is empty, and every field that leads to one is null.
    VolunteersRead,
    /// Creates and changes records of volunteers, contracts and sign-ups; includes `VOLUNTEERS_READ`.
    VolunteersWrite,
    /// Reads hour entries and months.
    HoursRead,
    /// Writes hours, of any volunteer whom the user may write for; includes `HOURS_READ`, but not whose they
    /// are.
    HoursWrite,
    /// Approves, returns and rejects hours, submits and closes months; includes `HOURS_READ`.
    HoursDecide,
    /// Reads figures, reports, indicators and measurements, and checks the ledger.
    ReportsRead,
    /// Writes indicators, targets and measurements, and decides on them; includes `REPORTS_READ`.
    ImpactWrite,
    /// Asks for files of what its other scopes let it read, and fetches those that were asked for through
    /// it.
    ExportsWrite,
    /// Brings files, of what its other scopes let it write, with `VOLUNTEERS_READ`: what is refused of a file
    /// names people.
    ImportsWrite,
    /// Issues certificates and takes them back, with `VOLUNTEERS_READ`.
    CertificatesWrite,
    /// Changes profile, settings, approval rules and webhooks of organizations. Members it never changes.
    Admin,
    /// Reads the audit trail.
    AuditRead,
}

/// Whether an API token lets anybody in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
pub enum ApiTokenStatus {
    /// It does, as far as its user may come in.
    Active,
    /// Its time is over.
    Expired,
    /// Its user ended it.
    Revoked,
}

/// A token by which a program acts for a user. Only its user sees it.
#[derive(Clone, Debug)]
pub struct ApiToken(pub api_token::Model);

/// A token by which a program acts for a user. Only its user sees it; the text of it is shown once, when it is made.
#[Object]
impl ApiToken {
    /// Global id.
    pub async fn id(&self) -> ID {
        self.0.id.global()
    }

    /// What its user calls it.
    async fn name(&self) -> &str {
        &self.0.name
    }

    /// Its first 12 signs, `twz_` included, to know it by.
    async fn prefix(&self) -> &str {
        &self.0.prefix
    }

    /// What it may do of what its user may.
    async fn scopes(&self) -> Vec<ApiTokenScope> {
        scopes(&self.0).into_iter().map(Into::into).collect()
    }

    /// The only organization in which it acts; null for all of its user's, or where they left it.
    async fn organization(&self, gql: &Context<'_>) -> Result<Option<Organization>> {
        match self.0.organization_id {
            Some(id) => Ok(loaders::one(gql, id).await?.map(Organization)),
            None => Ok(None),
        }
    }

    /// Whether it lets anybody in.
    async fn status(&self, gql: &Context<'_>) -> Result<ApiTokenStatus> {
        let now = gql.op()?.now();
        Ok(match self.0.revoked_at {
            Some(_) => ApiTokenStatus::Revoked,
            None if self.0.expires_at <= now => ApiTokenStatus::Expired,
            None => ApiTokenStatus::Active,
        })
    }

    /// When it was made.
    async fn created_at(&self) -> DateTime {
        DateTime(self.0.created_at)
    }

    /// When it ends by itself.
    async fn expires_at(&self) -> DateTime {
        DateTime(self.0.expires_at)
    }

    /// When its user ended it; null where they did not.
    async fn revoked_at(&self) -> Option<DateTime> {
        self.0.revoked_at.map(DateTime)
    }

    /// When it was last used, to the minute; null where it never was.
    async fn last_used_at(&self) -> Option<DateTime> {
        self.0.last_used_at.map(DateTime)
    }

    /// The network address from which it was last used; null where it never was.
    async fn last_used_address(&self) -> Option<&str> {
        self.0.last_used_address.as_deref()
    }
}

/// Tokens by id, those of whoever asks.
impl Loader<ApiTokenId> for Reader {
    type Value = api_token::Model;
    type Error = Arc<DbErr>;

    async fn load(
        &self,
        ids: &[ApiTokenId],
    ) -> std::result::Result<HashMap<ApiTokenId, api_token::Model>, Arc<DbErr>> {
        // A program sees no tokens, its own neither.
        let Some(user) = own(&self.ctx) else {
            return Ok(HashMap::new());
        };
        let found = store::by_ids(self.ctx.read(), user, ids).await?;
        Ok(found.into_iter().map(|it| (it.id, it)).collect())
    }
}

fn own(ctx: &Ctx) -> Option<entity::ids::UserId> {
    ctx.actor().user().filter(|_| ctx.actor().token().is_none())
}

/// A program that is to act for whoever asks.
#[derive(Debug, InputObject)]
struct CreateApiTokenInput {
    /// What it is for, to know it by; at most 100 characters.
    name: String,
    /// What it may do, at least one; never more than its user may.
    scopes: Vec<ApiTokenScope>,
    /// The only organization in which it acts, one that the caller belongs to; all of theirs where absent.
    organization_id: Option<ID>,
    /// When it ends, at most 366 days from now; in 90 days where absent.
    expires_at: Option<DateTime>,
    /// Makes a repeated request have one effect; at most 200 characters.
    idempotency_key: Option<String>,
}

/// A token that is to end.
#[derive(InputObject)]
struct RevokeApiTokenInput {
    /// The token.
    id: ID,
}

/// The token that was made.
#[derive(SimpleObject)]
struct CreateApiTokenPayload {
    /// The token; null when refused.
    api_token: Option<ApiToken>,
    /// What the program sends as `Authorization: Bearer …`: `twz_` and 50 letters and digits. Shown in this answer alone;
    /// null when refused, and when the request was repeated: then revoke the token whose answer was lost, and make another.
    token: Option<String>,
    /// Why nothing was done; empty when it was.
    user_errors: Vec<UserError>,
}

/// The token that ended.
#[derive(SimpleObject)]
struct RevokeApiTokenPayload {
    /// The token; null when refused.
    api_token: Option<ApiToken>,
    /// Why nothing was done; empty when it was.
    user_errors: Vec<UserError>,
}

/// Queries of API tokens.
#[derive(Debug, Default)]
pub struct ApiTokenQueries;

/// Queries of API tokens.
#[Object]
impl ApiTokenQueries {
    /// API tokens of whoever asks, newest first, those that ended included. No token may ask.
    async fn api_tokens(
        &self,
        gql: &Context<'_>,
        #[graphql(desc = "At most this many from the start, 1 to 100; 20 by default.")]
        first: Option<i32>,
        #[graphql(desc = "Only those after this cursor; with `first`.")] after: Option<String>,
        #[graphql(desc = "At most this many from the end, 1 to 100.")] last: Option<i32>,
        #[graphql(desc = "Only those before this cursor; with `last`.")] before: Option<String>,
    ) -> Result<Connection<ApiToken>> {
        let ctx = gql.signed_in()?;
        let user = own(ctx).ok_or_else(crate::graphql::error::unauthenticated)?;
        let asked = PageArguments {
            first,
            after,
            last,
            before,
        };
        let page = asked.page::<ApiTokenId>(NEWEST)?;
        let slice = store::list(ctx.read(), user, &page).await;
        Ok(Connection::new(
            slice.map_err(|it| fault(ctx, &it))?,
            NEWEST,
            |it| it.id,
            ApiToken,
            total(ctx, move |ctx| async move {
                store::count(ctx.read(), user).await
            }),
        ))
    }
}

/// Acts on API tokens.
#[derive(Debug, Default)]
pub struct ApiTokenMutations;

/// Acts on API tokens.
#[Object]
impl ApiTokenMutations {
    /// Makes a token by which a program acts for the caller, within scopes and until an instant. At most 20 are in force, or
    /// made within a day. No token may make another.
    async fn create_api_token(
        &self,
        gql: &Context<'_>,
        #[graphql(desc = "The program.")] input: CreateApiTokenInput,
    ) -> Result<CreateApiTokenPayload> {
        let ctx = gql.signed_in()?;
        let (done, user_errors) = answered(ctx, created(ctx, input).await)?;
        let (row, fresh) = done.unzip();
        Ok(CreateApiTokenPayload {
            api_token: row.map(ApiToken),
            token: fresh.flatten().map(Fresh::shown),
            user_errors,
        })
    }

    /// Ends a token of the caller's at once: requests by it are refused, and what it holds open is told nothing more and
    /// closed. It stays in the list.
    async fn revoke_api_token(
        &self,
        gql: &Context<'_>,
        #[graphql(desc = "The token.")] input: RevokeApiTokenInput,
    ) -> Result<RevokeApiTokenPayload> {
        let ctx = gql.signed_in()?;
        let outcome = match ApiTokenId::input(&input.id, "id") {
            Ok(id) => acts::revoke(ctx, id).await,
            Err(refusal) => Err(invalid(refusal)),
        };
        let (row, user_errors) = answered(ctx, outcome)?;
        Ok(RevokeApiTokenPayload {
            api_token: row.map(ApiToken),
            user_errors,
        })
    }
}

async fn created(
    ctx: &Ctx,
    input: CreateApiTokenInput,
) -> std::result::Result<(api_token::Model, Option<Fresh>), TokenError> {
    let organization = input.organization_id.as_ref();
    let organization = organization.map(|it| OrganizationId::input(it, "organizationId"));
    let new = NewToken {
        name: input.name,
        scopes: input.scopes.into_iter().map(Into::into).collect(),
        organization: organization.transpose().map_err(invalid)?,
        expires_at: input.expires_at.map(|it| it.0),
    };
    acts::create(ctx, &new, input.idempotency_key.as_deref()).await
}

fn invalid(refusal: Refusal) -> TokenError {
    TokenError::Invalid(vec![refusal])
}
