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
use crate::identity::IdentityError;
use crate::identity::attempts;
use crate::identity::openid;
use crate::platform::crypto;
use crate::platform::crypto::KeyError;
use crate::platform::db::Tx;

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
/// [`IdentityError::Attempts`] where as many as may be are on their way from the network.
pub async fn begin(
    ctx: &Ctx,
    provider: &str,
    redirect: Option<&str>,
) -> Result<Begun, CredentialError> {
    let config = configured(ctx, provider).ok_or(CredentialError::NoProvider)?;
    let redirect = config.redirect(redirect).ok_or(CredentialError::Redirect)?;
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
        network: Some(attempts::network_digest(ctx)),
    };
    ctx.transaction(async |tx| {
        room(ctx, tx, &attempts::network_digest(ctx)).await?;
        store::insert_request(tx, row).await?;
        Ok::<_, CredentialError>(())
    })
    .await?;
    Ok(Begun {
        url: url.into(),
        state: marks.state,
        key,
        expires_at,
    })
}

/// Whether another one may be on its way from a network: one that is finished, or over, makes room.
async fn room(ctx: &Ctx, tx: &Tx, network: &[u8]) -> Result<(), CredentialError> {
    let now = ctx.now();
    // Held, so that those that begin at the same moment count each other.
    let Some(first) = store::hold_first_begun(tx, network, now).await? else {
        return Ok(());
    };
    if store::count_begun(tx, network, now).await? < attempts::most_begun(ctx.core()) {
        return Ok(());
    }
    let seconds = (first.expires_at - now).num_seconds().max(1);
    Err(IdentityError::Attempts { seconds }.into())
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
