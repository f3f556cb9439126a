//! A sign-in at another provider begins: the address that a browser is sent to.
//!
//! What comes back is in `complete`.

use chrono::DateTime;
use chrono::TimeDelta;
use chrono::Utc;
use entity::ids::SignInRequestId;
use entity::sign_in_request;
use sea_orm::DbErr;

use crate::credentials::CredentialError;
use crate::credentials::openid::configured;
use crate::credentials::openid::marks;
use crate::credentials::openid::refused;
use crate::credentials::openid::store;
use crate::identity::Actor;
use crate::identity::Ctx;
use crate::identity::attempts;
use crate::identity::attempts::Counter;
use crate::identity::openid;
use crate::platform::crypto;
use crate::platform::crypto::KeyError;

/// How long a sign-in may take.
const LASTS: TimeDelta = TimeDelta::minutes(10);

/// A sign-in that began.
pub struct Begun {
    /// Where the browser goes.
    pub url: String,
    /// What comes back with it.
    pub state: String,
    /// What the client keeps, and the provider never sees.
    pub key: String,
    /// From then on it is worth nothing.
    pub expires_at: DateTime<Utc>,
}

impl std::fmt::Debug for Begun {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Begun")
    }
}

/// Begins a sign-in at a provider; whoever is signed in links an identity of theirs.
///
/// # Errors
/// [`CredentialError::NoProvider`], [`CredentialError::Redirect`], [`CredentialError::ProviderUnreachable`],
/// [`IdentityError::Attempts`][crate::identity::IdentityError::Attempts] after many that were not finished.
pub async fn begin(
    ctx: &Ctx,
    provider: &str,
    redirect: Option<&str>,
) -> Result<Begun, CredentialError> {
    let config = configured(ctx, provider).ok_or(CredentialError::NoProvider)?;
    let redirect = config.redirect(redirect).ok_or(CredentialError::Redirect)?;
    attempts::take(ctx, vec![Counter::begun(ctx)]).await?;
    let id = SignInRequestId(ctx.new_id());
    let marks = marks(ctx.core(), id);
    let url = openid::authorization_url(ctx, config, redirect, &marks).await;
    let url = url.map_err(|cause| refused(config, cause))?;
    let key = ctx.core().random.text::<32>().map_err(KeyError::from)?;
    let expires_at = ctx.now() + LASTS;
    let row = sign_in_request::Model {
        id,
        provider: config.id.clone(),
        redirect_url: redirect.to_owned(),
        digest: crypto::sha256(marks.state.as_bytes()),
        key_digest: crypto::sha256(key.as_bytes()),
        user_id: match ctx.actor() {
            Actor::User { id, .. } => Some(id),
            Actor::Token { .. } | Actor::Operator | Actor::Nobody => None,
        },
        created_at: ctx.now(),
        expires_at,
        exchanged_at: None,
        proven_user_id: None,
        proven_digest: None,
        used_at: None,
    };
    ctx.transaction(async |tx| store::insert_request(tx, row).await)
        .await?;
    Ok(Begun {
        url: url.into(),
        state: marks.state,
        key,
        expires_at,
    })
}

/// Forgets sign-ins that are worth nothing any more: how many.
///
/// # Errors
/// [`DbErr`].
pub async fn forget_old(operator: &Ctx) -> Result<u64, DbErr> {
    let now = operator.now();
    operator
        .transaction(async |tx| store::forget_requests(tx, now).await)
        .await
}
