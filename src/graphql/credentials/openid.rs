//! Signing in at another provider, and which identities sign in to an account.
//!
//! Rules are in `credentials::openid`; sessions that begin are like those of `sign_in`.

use async_graphql::Context;
use async_graphql::InputObject;
use async_graphql::Object;
use async_graphql::Result;
use async_graphql::SimpleObject;
use entity::identity_link;
use entity::ids::UserId;

use crate::config::ProviderConfig;
use crate::credentials::openid;
use crate::credentials::openid::Returned;
use crate::credentials::openid::configured;
use crate::graphql::context::Gql;
use crate::graphql::credentials::sign_in::Session;
use crate::graphql::credentials::sign_in::retry_after;
use crate::graphql::error::UserError;
use crate::graphql::error::answered;
use crate::graphql::error::fault;
use crate::graphql::identity::Viewer;
use crate::graphql::scalars::DateTime;
use crate::graphql::scalars::Url;
use crate::identity::Ctx;

/// Somebody at whom people may sign in instead of here, by OpenID Connect.
#[derive(SimpleObject)]
struct SignInProvider {
    /// What this server calls it; for `beginSignIn`.
    code: String,
    /// How people call it, for a button.
    name: String,
}

impl From<&ProviderConfig> for SignInProvider {
    fn from(provider: &ProviderConfig) -> Self {
        Self {
            code: provider.id.clone(),
            name: provider.name.clone(),
        }
    }
}

/// An identity at another provider that signs in to an account. Only its owner sees it.
#[derive(SimpleObject)]
pub struct LinkedIdentity {
    /// What this server calls the provider; for `unlinkIdentity`.
    provider: String,
    /// How people call it; null where the server knows it no more, and the identity signs in to nothing.
    name: Option<String>,
    /// When it was linked.
    linked_at: DateTime,
    /// When it last signed in; null where it never did.
    last_used_at: Option<DateTime>,
}

impl LinkedIdentity {
    fn of(ctx: &Ctx, link: identity_link::Model) -> Self {
        Self {
            name: configured(ctx, &link.provider).map(|it| it.name.clone()),
            provider: link.provider,
            linked_at: DateTime(link.created_at),
            last_used_at: link.last_used_at.map(DateTime),
        }
    }
}

/// The identities that sign in to the caller's account.
///
/// # Errors
/// A fault of ours.
pub async fn own_identities(gql: &Context<'_>, user: UserId) -> Result<Vec<LinkedIdentity>> {
    let ctx = gql.op()?;
    if ctx.actor().token().is_some() {
        return Ok(Vec::new());
    }
    let found = openid::store::of_user(ctx.read(), user).await;
    let found = found.map_err(|it| fault(ctx, &it))?;
    let each = found.into_iter().map(|it| LinkedIdentity::of(ctx, it));
    Ok(each.collect())
}

/// Where to sign in.
#[derive(InputObject)]
struct BeginSignInInput {
    /// Which provider: a `code` of `signInProviders`.
    provider: String,
    /// Where it sends the browser back to: one of the addresses that the operator allows, letter by letter; the first of them
    /// where absent.
    redirect_uri: Option<String>,
}

/// A sign-in that began.
#[derive(SimpleObject)]
struct BeginSignInPayload {
    /// Where to send the browser; null when refused.
    authorization_url: Option<Url>,
    /// What comes back as `state`; null when refused. An answer with another one is not the client's.
    state: Option<String>,
    /// What the client keeps on the device until the browser is back, and shows to nobody else: without it nothing that comes
    /// back is worth anything. Null when refused.
    key: Option<String>,
    /// From then on it is worth nothing: ten minutes; null when refused.
    expires_at: Option<DateTime>,
    /// With `TOO_MANY_ATTEMPTS`: after how many seconds it may be tried again; null otherwise.
    retry_after_seconds: Option<i32>,
    /// Why nothing was done; empty when it was.
    user_errors: Vec<UserError>,
}

/// What came back from a provider.
#[derive(InputObject)]
struct CompleteSignInInput {
    /// The `key` of `beginSignIn`.
    key: String,
    /// What the address brought back as `state`.
    state: String,
    /// What it brought back as `code`.
    code: String,
    /// What it brought back as `iss`, where it did.
    iss: Option<String>,
    /// The code that the authenticator shows, or a recovery code. Leave it out at first: `TOTP_REQUIRED` says that it is
    /// needed; send the same again with it then.
    totp_code: Option<String>,
}

/// The session that began.
#[derive(SimpleObject)]
struct CompleteSignInPayload {
    /// The session; null when refused.
    session: Option<Session>,
    /// Who signed in; null when refused.
    viewer: Option<Viewer>,
    /// With `TOO_MANY_ATTEMPTS`: after how many seconds it may be tried again; null otherwise.
    retry_after_seconds: Option<i32>,
    /// Why nothing was done; empty when it was.
    user_errors: Vec<UserError>,
}

/// What came back from a provider, and proof that it is the owner who links it.
#[derive(InputObject)]
struct LinkIdentityInput {
    /// The `key` of `beginSignIn`.
    key: String,
    /// What the address brought back as `state`.
    state: String,
    /// What it brought back as `code`.
    code: String,
    /// What it brought back as `iss`, where it did.
    iss: Option<String>,
    /// The password of the account.
    password: String,
}

/// The identity that was linked.
#[derive(SimpleObject)]
struct LinkIdentityPayload {
    /// The identity; null when refused.
    linked_identity: Option<LinkedIdentity>,
    /// With `TOO_MANY_ATTEMPTS`: after how many seconds it may be tried again; null otherwise.
    retry_after_seconds: Option<i32>,
    /// Why nothing was done; empty when it was.
    user_errors: Vec<UserError>,
}

/// Which identity.
#[derive(InputObject)]
struct UnlinkIdentityInput {
    /// That of which provider.
    provider: String,
}

/// The identity that was unlinked.
#[derive(SimpleObject)]
struct UnlinkIdentityPayload {
    /// Whether it was unlinked.
    identity_unlinked: bool,
    /// Why nothing was done; empty when it was.
    user_errors: Vec<UserError>,
}

/// What strangers may know of providers.
#[derive(Debug, Default)]
pub struct SignInProviderQueries;

/// What strangers may know of providers.
#[Object]
impl SignInProviderQueries {
    /// At whom people may sign in instead of here, by OpenID Connect. Open to everybody.
    async fn sign_in_providers(&self, gql: &Context<'_>) -> Result<Vec<SignInProvider>> {
        let all = &gql.op()?.core().config.identity.providers;
        Ok(all.iter().map(SignInProvider::from).collect())
    }
}

/// Acts on sign-ins at other providers.
#[derive(Debug, Default)]
pub struct OpenidMutations;

/// Acts on sign-ins at other providers.
#[Object]
impl OpenidMutations {
    /// Begins a sign-in at a provider (OpenID Connect, authorization code with PKCE): send the browser to the address, and what
    /// it brings back to `completeSignIn`. Whoever is signed in begins to link an identity instead, for `linkIdentity`.
    async fn begin_sign_in(
        &self,
        gql: &Context<'_>,
        #[graphql(desc = "Where to sign in.")] input: BeginSignInInput,
    ) -> Result<BeginSignInPayload> {
        let ctx = gql.op()?;
        let outcome = openid::begin(ctx, &input.provider, input.redirect_uri.as_deref()).await;
        let retry_after_seconds = outcome.as_ref().err().and_then(retry_after);
        let (done, user_errors) = answered(ctx, outcome)?;
        let expires_at = done.as_ref().map(|it| DateTime(it.expires_at));
        let (authorization_url, kept) = done.map(|it| (it.url, (it.state, it.key))).unzip();
        let (state, key) = kept.unzip();
        Ok(BeginSignInPayload {
            authorization_url: authorization_url.map(Url),
            state,
            key,
            expires_at,
            retry_after_seconds,
            user_errors,
        })
    }

    /// Begins a session with what came back from a provider, for the account that its identity is linked with; at the first
    /// time for the account whose address is the same, where the provider and this server have both verified it. No account is
    /// made of it. A second factor that is on is asked for all the same.
    async fn complete_sign_in(
        &self,
        gql: &Context<'_>,
        #[graphql(desc = "What came back.")] input: CompleteSignInInput,
    ) -> Result<CompleteSignInPayload> {
        let ctx = gql.op()?;
        let returned = Returned {
            key: &input.key,
            state: &input.state,
            code: &input.code,
            issuer: input.iss.as_deref(),
        };
        let authenticator = gql.authenticator()?;
        let outcome =
            openid::complete(ctx, authenticator, returned, input.totp_code.as_deref()).await;
        let retry_after_seconds = outcome.as_ref().err().and_then(retry_after);
        let (done, user_errors) = answered(ctx, outcome)?;
        if let Some((_, tokens)) = &done {
            gql.go_on_as(tokens).await?;
        }
        let (viewer, session) = done.unzip();
        Ok(CompleteSignInPayload {
            session: session.map(Session::from),
            viewer: viewer.map(Viewer),
            retry_after_seconds,
            user_errors,
        })
    }

    /// Links the identity that came back from a provider with the caller's account: it signs in from then on. Its owner is told
    /// by letter.
    async fn link_identity(
        &self,
        gql: &Context<'_>,
        #[graphql(desc = "What came back, and the password.")] input: LinkIdentityInput,
    ) -> Result<LinkIdentityPayload> {
        let ctx = gql.signed_in()?;
        let returned = Returned {
            key: &input.key,
            state: &input.state,
            code: &input.code,
            issuer: input.iss.as_deref(),
        };
        let outcome = openid::link(ctx, returned, &input.password).await;
        let retry_after_seconds = outcome.as_ref().err().and_then(retry_after);
        let (done, user_errors) = answered(ctx, outcome)?;
        Ok(LinkIdentityPayload {
            linked_identity: done.map(|it| LinkedIdentity::of(ctx, it)),
            retry_after_seconds,
            user_errors,
        })
    }

    /// Ends that an identity signs in to the caller's account. It is not linked again by its address: only by `linkIdentity`.
    /// Sessions that it began go on.
    async fn unlink_identity(
        &self,
        gql: &Context<'_>,
        #[graphql(desc = "Which identity.")] input: UnlinkIdentityInput,
    ) -> Result<UnlinkIdentityPayload> {
        let ctx = gql.signed_in()?;
        let outcome = openid::unlink(ctx, &input.provider).await;
        let (done, user_errors) = answered(ctx, outcome)?;
        Ok(UnlinkIdentityPayload {
            identity_unlinked: done.is_some(),
            user_errors,
        })
    }
}
