//! A sign-in at another provider ends: whose account the identity is, and a session there.
//!
//! No account is ever made of what a provider says. An identity that is linked signs in; one that is not is linked to the
//! account with its address where both the provider and we have verified that address: else whoever signs up with somebody
//! else's address would wait there for its owner, or whoever types one at a careless provider would come in.

use entity::identity_link;
use entity::ids::IdentityLinkId;
use entity::user_account;

use crate::credentials;
use crate::credentials::CredentialError;
use crate::credentials::address;
use crate::credentials::factor;
use crate::credentials::openid::Returned;
use crate::credentials::openid::begun;
use crate::credentials::openid::configured;
use crate::credentials::openid::links;
use crate::credentials::openid::prove;
use crate::credentials::openid::store;
use crate::credentials::sign_in::must_verify;
use crate::credentials::sign_in::unchanged;
use crate::identity::Authenticator;
use crate::identity::Ctx;
use crate::identity::IdentityError;
use crate::identity::account;
use crate::identity::attempts;
use crate::identity::attempts::Counter;
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
    let mut taken = vec![attempts::take(ctx, vec![Counter::returned(ctx)]).await?];
    let row = begun(ctx, &returned, None).await?;
    let proven = match (row.proven_user_id, row.proven_digest.clone()) {
        (Some(user), Some(digest)) => {
            let account = credentials::store::open_account(ctx.read(), user).await?;
            let account = account.ok_or(CredentialError::Unlinked)?;
            Proven {
                account,
                digest,
                by: Way::Before,
            }
        }
        _ => {
            let identified = prove(ctx, &row, &returned).await?;
            meant(ctx, &row.provider, identified).await?
        }
    };
    let Proven {
        account,
        digest,
        by,
    } = proven;
    ctx.notes().about(account.id);
    if account.email_verified_at.is_none() && must_verify(ctx) {
        ctx.transaction(async |tx| {
            for taken in taken {
                attempts::succeeded(tx, taken).await?;
            }
            address::send(ctx, tx, account.id, &account.email).await
        })
        .await?;
        return Err(CredentialError::Unverified);
    }
    let factor = factor::required(ctx, account.id).await?;
    match (&factor, totp) {
        (None, _) => {}
        (Some(_), None) => {
            ctx.transaction(async |tx| {
                for taken in taken {
                    attempts::succeeded(tx, taken).await?;
                }
                store::prove(tx, row.id, account.id, digest).await
            })
            .await?;
            return Err(CredentialError::FactorNeeded);
        }
        (Some(_), Some(_)) => {
            let counter = Counter::code(ctx.core(), account.id);
            taken.push(attempts::take(ctx, vec![counter]).await?);
            // Once proven it stays so until the sign-in ends: a wrong code is not asked of the provider again.
            let digest = digest.clone();
            ctx.transaction(async |tx| store::prove(tx, row.id, account.id, digest).await)
                .await?;
        }
    }
    ctx.transaction(async |tx| {
        let seen = account;
        let account = unchanged(tx, &seen, factor.as_ref())
            .await
            .map_err(at_unchanged)?;
        if by == Way::Address && account.email != seen.email {
            return Err(CredentialError::Unproven);
        }
        if !store::use_request(tx, row.id, ctx.now()).await? {
            return Err(CredentialError::Unproven);
        }
        if let (Some(factor), Some(code)) = (factor, totp) {
            factor::pass(ctx, tx, factor, code).await.map_err(at_totp)?;
        }
        signed_in_with(ctx, tx, &row.provider, &account, (digest, by)).await?;
        for taken in taken {
            attempts::succeeded(tx, taken).await?;
        }
        attempts::take_back(tx, &Counter::begun(ctx)).await?;
        attempts::remember(ctx, tx, &account.email).await?;
        let tokens = authenticator.open(ctx, tx, account.id).await?;
        Ok((account, tokens))
    })
    .await
}

/// Whose account an identity is.
async fn meant(
    ctx: &Ctx,
    provider: &str,
    identified: Identified,
) -> Result<Proven, CredentialError> {
    let Identified {
        digest,
        verified_email,
    } = identified;
    let link = store::link(ctx.read(), &digest).await?;
    let by = if link.is_some() {
        Way::Link
    } else {
        Way::Address
    };
    let account = match link {
        // What its owner unlinked is not linked again by an address.
        Some(link) if link.ended_at.is_some() => None,
        Some(link) => credentials::store::open_account(ctx.read(), link.user_id).await?,
        None => {
            let by_email = configured(ctx, provider).is_some_and(|it| it.link_by_email);
            let email = verified_email.filter(|_| by_email).unwrap_or_default();
            let found = account::by_email(ctx, &email).await?;
            let open = found.filter(|it| it.disabled_at.is_none());
            let known = open.filter(|it| it.email_verified_at.is_some());
            match known {
                // Another identity of the provider is the account's.
                Some(it)
                    if store::of_user_at(ctx.read(), it.id, provider)
                        .await?
                        .is_some() =>
                {
                    None
                }
                known => known,
            }
        }
    };
    let account = account.ok_or(CredentialError::Unlinked)?;
    Ok(Proven {
        account,
        digest,
        by,
    })
}

/// Notes that an identity signed in to an account, for the first time or again. The account is held.
async fn signed_in_with(
    ctx: &Ctx,
    tx: &Tx,
    provider: &str,
    account: &user_account::Model,
    (digest, by): (Vec<u8>, Way),
) -> Result<(), CredentialError> {
    let now = ctx.now();
    match store::hold_link(tx, &digest).await? {
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
                digest,
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

/// Whoever set another password meanwhile is asked to begin again, as whoever has a new second factor is asked for its code.
fn at_unchanged(cause: CredentialError) -> CredentialError {
    match cause {
        CredentialError::CodeNeeded => CredentialError::FactorNeeded,
        CredentialError::Identity(IdentityError::Credentials) => CredentialError::Unproven,
        cause => cause,
    }
}

fn at_totp(cause: CredentialError) -> CredentialError {
    match cause {
        CredentialError::Code => CredentialError::FactorCode,
        cause => cause,
    }
}
