//! A sign-in at another provider ends: whose account the identity is, and a session there.
//!
//! No account is ever made of what a provider says. An identity that is linked signs in; one that is not is linked to the
//! account with its address where both the provider and we have verified that address: else whoever signs up with somebody
//! else's address would wait there for its owner, or whoever types one at a careless provider would come in.

use entity::identity_link;
use entity::ids::IdentityLinkId;
use entity::sign_in_request;
use entity::user_account;

use crate::credentials;
use crate::credentials::CredentialError;
use crate::credentials::enter::Entering;
use crate::credentials::enter::enter;
use crate::credentials::openid::Returned;
use crate::credentials::openid::answered;
use crate::credentials::openid::begun;
use crate::credentials::openid::configured;
use crate::credentials::openid::links;
use crate::credentials::openid::prove;
use crate::credentials::openid::refused;
use crate::credentials::openid::store;
use crate::identity::Authenticator;
use crate::identity::Ctx;
use crate::identity::IdentityError;
use crate::identity::account;
use crate::identity::attempts;
use crate::identity::attempts::Counter;
use crate::identity::attempts::Taken;
use crate::identity::openid::Identified;
use crate::identity::tokens::Tokens;
use crate::platform::db::Tx;

/// An account, and the identity that the provider proved.
struct Proven {
    account: user_account::Model,
    digest: Vec<u8>,
    by: Way,
}

/// How an identity leads to an account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Way {
    /// It is linked.
    Link,
    /// By the address that both sides verified.
    Address,
    /// It was proven before, and the sign-in waits for a code. It would be gone, had the account been taken from whoever linked
    /// the identity.
    Before,
}

/// Signs somebody in with what came back from a provider. Where a second factor is on, nobody is signed in without a code of
/// it: the same is brought again with one, and the provider is not asked again.
///
/// # Errors
/// [`CredentialError::Unproven`] whatever does not fit; [`CredentialError::Unlinked`] where no account is meant, or a closed
/// one; [`CredentialError::FactorNeeded`] and [`CredentialError::FactorCode`];
/// [`CredentialError::ProviderUnreachable`];
/// [`IdentityError::Attempts`][crate::identity::IdentityError::Attempts] after too many failures.
pub async fn complete(
    ctx: &Ctx,
    authenticator: &Authenticator,
    returned: Returned<'_>,
    totp: Option<&str>,
) -> Result<(user_account::Model, Tokens), CredentialError> {
    let taken = attempts::take(ctx, vec![Counter::returned(ctx)]).await?;
    let row = begun(ctx, &returned, None).await?;
    let (proven, taken) = match (row.proven_user_id, row.proven_digest.clone()) {
        (Some(user), Some(digest)) => {
            let account = credentials::store::open_account(ctx.read(), user).await?;
            let account = account.ok_or(CredentialError::Unlinked)?;
            let by = Way::Before;
            let proven = Proven {
                account,
                digest,
                by,
            };
            (proven, taken)
        }
        _ => {
            let (identified, taken) = prove(ctx, &row, &returned, taken).await?;
            meant(ctx, &row, identified, taken).await?
        }
    };
    let Proven {
        account,
        digest,
        by,
    } = proven;
    ctx.notes().about(account.id);
    let seen = account.clone();
    let entering = Entering {
        account,
        taken,
        code: totp,
    };
    let entered = enter(ctx, authenticator, entering, async |tx, account| {
        if by == Way::Address && account.email != seen.email {
            return Err(CredentialError::Unproven);
        }
        if !store::use_request(tx, row.id, ctx.now()).await? {
            return Err(CredentialError::Unproven);
        }
        signed_in_with(ctx, tx, &row.provider, account, (&digest, by)).await
    })
    .await;
    if let Err(CredentialError::CodeNeeded | CredentialError::Code) = &entered
        && by != Way::Before
    {
        // Once proven it stays so until the sign-in ends: the provider is not asked again for another code.
        stays_proven(ctx, &row, &seen, digest).await?;
    }
    entered.map_err(told)
}

/// Notes whose account was proven, unless another password was set there meanwhile.
async fn stays_proven(
    ctx: &Ctx,
    row: &sign_in_request::Model,
    seen: &user_account::Model,
    digest: Vec<u8>,
) -> Result<(), CredentialError> {
    ctx.transaction(async |tx| {
        let held = credentials::store::hold_account(tx, seen.id).await?;
        match held {
            Some(it) if it.password_hash == seen.password_hash => {
                store::prove(tx, row.id, seen.id, digest).await?;
                Ok(())
            }
            _ => Err(CredentialError::Unproven),
        }
    })
    .await
}

/// Whose account an identity is. The provider is asked for an address only where none is linked with it.
async fn meant(
    ctx: &Ctx,
    row: &sign_in_request::Model,
    identified: Identified,
    taken: Taken,
) -> Result<(Proven, Taken), CredentialError> {
    let link = store::link(ctx.read(), &identified.digest).await?;
    let (by, account, taken) = match link {
        // What its owner unlinked is not linked again by an address.
        Some(link) if link.ended_at.is_some() => (Way::Link, None, taken),
        Some(link) => {
            let linked = credentials::store::open_account(ctx.read(), link.user_id).await?;
            (Way::Link, linked, taken)
        }
        None => {
            let (found, taken) = by_address(ctx, row, &identified, taken).await?;
            (Way::Address, found, taken)
        }
    };
    let proven = Proven {
        account: account.ok_or(CredentialError::Unlinked)?,
        digest: identified.digest,
        by,
    };
    Ok((proven, taken))
}

/// The account that has somebody's address, where both sides verified it and it has no other identity of the provider.
async fn by_address(
    ctx: &Ctx,
    row: &sign_in_request::Model,
    identified: &Identified,
    taken: Taken,
) -> Result<(Option<user_account::Model>, Taken), CredentialError> {
    let config = configured(ctx, &row.provider).filter(|it| it.link_by_email);
    let (email, taken) = match config {
        Some(config) => {
            let told = identified.verified_email().await;
            answered(ctx, row, taken, told.map_err(|it| refused(config, it))).await?
        }
        None => (None, taken),
    };
    let found = account::by_email(ctx, &email.unwrap_or_default()).await?;
    let known = found.filter(|it| it.disabled_at.is_none() && it.email_verified_at.is_some());
    let Some(known) = known else {
        return Ok((None, taken));
    };
    let another = store::of_user_at(ctx.read(), known.id, &row.provider).await?;
    Ok((another.is_none().then_some(known), taken))
}

/// Notes that an identity signed in to an account, for the first time or again. The account is held.
async fn signed_in_with(
    ctx: &Ctx,
    tx: &Tx,
    provider: &str,
    account: &user_account::Model,
    (digest, by): (&[u8], Way),
) -> Result<(), CredentialError> {
    let now = ctx.now();
    match store::hold_link(tx, digest).await? {
        Some(link) if link.user_id == account.id && link.ended_at.is_none() => {
            store::note_use(tx, link.id, now).await?;
        }
        // Unlinked meanwhile, or taken from the account with all that whoever waited in it had left there.
        Some(_) => return Err(CredentialError::Unlinked),
        None if by == Way::Link => return Err(CredentialError::Unlinked),
        None if account.email_verified_at.is_none() => return Err(CredentialError::Unlinked),
        // Another identity of the provider was linked meanwhile.
        None if store::of_user_at(&**tx, account.id, provider)
            .await?
            .is_some() =>
        {
            return Err(CredentialError::Unlinked);
        }
        None => {
            let row = identity_link::Model {
                id: IdentityLinkId(ctx.new_id()),
                user_id: account.id,
                provider: provider.to_owned(),
                digest: digest.to_owned(),
                created_at: now,
                last_used_at: Some(now),
                ended_at: None,
            };
            let written = store::insert_link(tx, row.clone()).await;
            written.map_err(|cause| match store::is_taken(&cause) {
                true => CredentialError::Unlinked,
                false => cause.into(),
            })?;
            links::note(ctx, tx, &row, links::Became::Linked).await?;
        }
    }
    Ok(())
}

/// What is told of it: whoever set another password meanwhile is asked to begin again.
fn told(cause: CredentialError) -> CredentialError {
    match cause {
        CredentialError::CodeNeeded => CredentialError::FactorNeeded,
        CredentialError::Code => CredentialError::FactorCode,
        CredentialError::Identity(IdentityError::Credentials) => CredentialError::Unproven,
        cause => cause,
    }
}
