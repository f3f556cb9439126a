//! Signing in at another provider: begun here, finished with what comes back, and which identities sign in to an account.
//!
//! How providers are spoken to, and what is believed of them, is in `identity::openid`; statements are in `store`.

mod begin;
mod complete;
mod links;
pub mod store;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use entity::ids::SignInRequestId;
use entity::ids::UserId;
use entity::sign_in_request;

use crate::config::ProviderConfig;
use crate::credentials::CredentialError;
use crate::identity::Core;
use crate::identity::Ctx;
use crate::identity::attempts;
use crate::identity::attempts::Taken;
use crate::identity::openid;
use crate::identity::openid::Identified;
use crate::identity::openid::Marks;
use crate::identity::openid::ProviderError;
use crate::platform::crypto;

pub use begin::Begun;
pub use begin::begin;
pub use begin::forget_old;
pub use complete::complete;
pub use links::let_go;
pub use links::link;
pub use links::unlink;

/// What somebody brings back from a provider.
#[derive(Clone, Copy)]
pub struct Returned<'a> {
    /// What the sign-in began with, and only whoever began it has.
    pub key: &'a str,
    /// What the address brought back as `state`.
    pub state: &'a str,
    /// What it brought back as `code`.
    pub code: &'a str,
    /// What it brought back as `iss`, where it did.
    pub issuer: Option<&'a str>,
}

impl std::fmt::Debug for Returned<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Returned")
    }
}

/// The settings of a provider.
#[must_use]
pub fn configured<'a>(ctx: &'a Ctx, provider: &str) -> Option<&'a ProviderConfig> {
    let all = &ctx.core().config.identity.providers;
    all.iter().find(|it| it.id == provider)
}

/// What a sign-in is known by: made of its id by a key of the server, so that none of it is kept.
fn marks(core: &Core, id: SignInRequestId) -> Marks {
    let made = |purpose: &str| {
        let keyed = core.keys.keyed_hash(purpose, id.0.as_bytes());
        URL_SAFE_NO_PAD.encode(keyed)
    };
    Marks {
        state: made("openid-state"),
        nonce: made("openid-nonce"),
        verifier: made("openid-verifier"),
    }
}

/// The sign-in that somebody began, as long as it is worth something: `whose` links an identity, or nobody, who signs in.
async fn begun(
    ctx: &Ctx,
    returned: &Returned<'_>,
    whose: Option<UserId>,
) -> Result<sign_in_request::Model, CredentialError> {
    let digest = crypto::sha256(returned.state.as_bytes());
    let row = store::request(ctx.read(), &digest, ctx.now()).await?;
    let key = crypto::sha256(returned.key.as_bytes());
    row.filter(|it| it.key_digest == key && it.user_id == whose)
        .ok_or(CredentialError::Unproven)
}

/// Whom the provider identifies with the code: once, whatever comes of it. The attempt was counted.
async fn prove(
    ctx: &Ctx,
    row: &sign_in_request::Model,
    returned: &Returned<'_>,
    taken: Taken,
) -> Result<(Identified, Taken), CredentialError> {
    let now = ctx.now();
    let first = ctx.transaction(async |tx| store::take_code(tx, row.id, now).await);
    let config = configured(ctx, &row.provider);
    let (true, Some(config)) = (first.await?, config) else {
        return Err(CredentialError::Unproven);
    };
    let back = openid::Returned {
        code: returned.code,
        issuer: returned.issuer,
        redirect: &row.redirect_url,
        since: row.created_at,
    };
    let identified = openid::identify(ctx, config, &marks(ctx.core(), row.id), back).await;
    answered(
        ctx,
        row,
        taken,
        identified.map_err(|it| refused(config, it)),
    )
    .await
}

/// What came of asking a provider. That it does not answer is nobody's failure: the attempt does not count, and the sign-in, whose
/// code may be used up, is not on its way any more.
async fn answered<T>(
    ctx: &Ctx,
    row: &sign_in_request::Model,
    taken: Taken,
    outcome: Result<T, CredentialError>,
) -> Result<(T, Taken), CredentialError> {
    match outcome {
        Ok(said) => Ok((said, taken)),
        Err(CredentialError::ProviderUnreachable) => {
            ctx.transaction(async |tx| {
                attempts::succeeded(tx, taken).await?;
                store::use_request(tx, row.id, ctx.now()).await
            })
            .await?;
            Err(CredentialError::ProviderUnreachable)
        }
        Err(cause) => Err(cause),
    }
}

/// What is told of it says nothing of what did not fit; the log does.
fn refused(config: &ProviderConfig, cause: ProviderError) -> CredentialError {
    tracing::warn!(provider.id = %config.id, %cause, "nobody identified");
    match cause {
        ProviderError::Unreachable(_) => CredentialError::ProviderUnreachable,
        ProviderError::Unproven(_) => CredentialError::Unproven,
    }
}
