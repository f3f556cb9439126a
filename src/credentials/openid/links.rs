//! Which identities sign in to an account: linked by whoever knows its password, and unlinked.
//!
//! Linking by a verified address is in `complete`.

use entity::identity_link;
use entity::ids::IdentityLinkId;
use entity::ids::UserId;
use sea_orm::DbErr;
use serde_json::json;

use crate::audit;
use crate::audit::Line;
use crate::credentials;
use crate::credentials::CredentialError;
use crate::credentials::change;
use crate::credentials::openid::Returned;
use crate::credentials::openid::begun;
use crate::credentials::openid::prove;
use crate::credentials::openid::store;
use crate::identity::Ctx;
use crate::identity::Denied;
use crate::identity::attempts;
use crate::identity::attempts::Counter;
use crate::letters::safety;
use crate::letters::safety::Safety;
use crate::platform::db::Tx;

/// What became of a link.
#[derive(Clone, Copy, Debug)]
pub(super) enum Became {
    /// It was made.
    Linked,
    /// It ended.
    Unlinked,
}

/// Links the identity that came back from a provider with the account of the actor, who began it and knows the password.
///
/// # Errors
/// [`CredentialError::Unproven`], [`CredentialError::Password`], [`CredentialError::LinkTaken`] where another account has the
/// identity or the account another one of the provider, [`CredentialError::ProviderUnreachable`].
pub async fn link(
    ctx: &Ctx,
    returned: Returned<'_>,
    password: &str,
) -> Result<identity_link::Model, CredentialError> {
    let account = change::own(ctx).await?;
    change::prove(ctx, &account, password, "password").await?;
    let taken = attempts::take(ctx, vec![Counter::returned(ctx)]).await?;
    let row = begun(ctx, &returned, Some(account.id)).await?;
    let (identified, taken) = prove(ctx, &row, &returned, taken).await?;
    let now = ctx.now();
    ctx.transaction(async |tx| {
        let held = credentials::store::hold_account(tx, account.id).await?;
        let held = held.ok_or(Denied::SignedOut)?;
        // While the provider was asked somebody may have set another password: whoever knew the one before links nothing.
        if held.password_hash != account.password_hash {
            return Err(CredentialError::Password { field: "password" });
        }
        if !store::use_request(tx, row.id, now).await? {
            return Err(CredentialError::Unproven);
        }
        attempts::succeeded(tx, taken).await?;
        let before = store::hold_link(tx, &identified.digest).await?;
        let before = match before {
            Some(link) if link.ended_at.is_none() && link.user_id == account.id => {
                return Ok(link);
            }
            Some(link) if link.ended_at.is_none() => return Err(CredentialError::LinkTaken),
            before => before,
        };
        let another = store::of_user_at(&**tx, account.id, &row.provider).await?;
        if another.is_some() {
            return Err(CredentialError::LinkTaken);
        }
        let link = identity_link::Model {
            id: before.map_or_else(|| IdentityLinkId(ctx.new_id()), |it| it.id),
            user_id: account.id,
            provider: row.provider.clone(),
            digest: identified.digest,
            created_at: now,
            last_used_at: None,
            ended_at: None,
        };
        let written = store::put_link(tx, link.clone()).await;
        written.map_err(|cause| match store::is_taken(&cause) {
            true => CredentialError::LinkTaken,
            false => cause.into(),
        })?;
        note(ctx, tx, &link, Became::Linked).await?;
        Ok(link)
    })
    .await
}

/// Ends that an identity of a provider signs in to the account of the actor. Sessions go on.
///
/// # Errors
/// [`CredentialError::NoLink`].
pub async fn unlink(ctx: &Ctx, provider: &str) -> Result<identity_link::Model, CredentialError> {
    let account = change::own(ctx).await?;
    let now = ctx.now();
    ctx.transaction(async |tx| {
        let held = credentials::store::hold_account(tx, account.id).await?;
        held.ok_or(Denied::SignedOut)?;
        let link = store::of_user_at(&**tx, account.id, provider).await?;
        let link = link.ok_or(CredentialError::NoLink)?;
        let ended = identity_link::Model {
            ended_at: Some(now),
            ..link
        };
        store::put_link(tx, ended.clone()).await?;
        note(ctx, tx, &ended, Became::Unlinked).await?;
        Ok(ended)
    })
    .await
}

/// Takes every identity from an account whose owner turns out to be somebody else than whoever linked it.
///
/// # Errors
/// [`DbErr`].
pub async fn let_go(ctx: &Ctx, tx: &Tx, user: UserId) -> Result<(), DbErr> {
    for link in store::of_user(&**tx, user).await? {
        audit::record_about(ctx, tx, line(&link, Became::Unlinked), user).await?;
    }
    store::remove_links(tx, user).await
}

/// Notes what became of a link, and tells its owner.
pub(super) async fn note(
    ctx: &Ctx,
    tx: &Tx,
    link: &identity_link::Model,
    became: Became,
) -> Result<(), DbErr> {
    audit::record_about(ctx, tx, line(link, became), link.user_id).await?;
    let what = match became {
        Became::Linked => Safety::IdentityLinked,
        Became::Unlinked => Safety::IdentityUnlinked,
    };
    safety::tell(ctx, tx, link.user_id, what).await
}

fn line(link: &identity_link::Model, became: Became) -> Line {
    let action = match became {
        Became::Linked => "account.link",
        Became::Unlinked => "account.unlink",
    };
    Line {
        details: Some(json!({ "provider": link.provider })),
        ..Line::of_account(action, link.user_id)
    }
}
