//! The end of every way into an account: what is asked for besides the first proof, and the session.
//!
//! The first proof is a password (`sign_in`), or what another provider says (`openid::complete`).

use entity::second_factor;
use entity::user_account;

use crate::config::EmailVerification;
use crate::credentials::CredentialError;
use crate::credentials::address;
use crate::credentials::factor;
use crate::credentials::store;
use crate::identity::Authenticator;
use crate::identity::Ctx;
use crate::identity::IdentityError;
use crate::identity::attempts;
use crate::identity::attempts::Counter;
use crate::identity::attempts::Taken;
use crate::identity::tokens::Tokens;
use crate::platform::db::Tx;

/// Somebody who proved by one thing who they are.
pub(super) struct Entering<'a> {
    /// The account, as it was when they did.
    pub account: user_account::Model,
    /// What was counted of the attempt.
    pub taken: Taken,
    /// A code of the second factor, where one was brought.
    pub code: Option<&'a str>,
}

/// Opens a session of whoever proved who they are, with a code of the second factor where one is on. `last` is what becomes of
/// the first proof in the transaction in which the session begins; the account is held.
///
/// # Errors
/// [`CredentialError::Unverified`] where nobody signs in with an address that is not verified: a letter goes there;
/// [`CredentialError::CodeNeeded`] and [`CredentialError::Code`]; [`IdentityError::Credentials`] where the account is another
/// since; [`IdentityError::Attempts`]; what `last` refuses.
pub(super) async fn enter(
    ctx: &Ctx,
    authenticator: &Authenticator,
    entering: Entering<'_>,
    last: impl AsyncFnOnce(&Tx, &user_account::Model) -> Result<(), CredentialError>,
) -> Result<(user_account::Model, Tokens), CredentialError> {
    let Entering {
        account: seen,
        taken,
        code,
    } = entering;
    if seen.email_verified_at.is_none() && must_verify(ctx) {
        ctx.transaction(async |tx| {
            attempts::succeeded(tx, taken).await?;
            address::send(ctx, tx, seen.id, &seen.email).await
        })
        .await?;
        return Err(CredentialError::Unverified);
    }
    let factor = factor::required(ctx, seen.id).await?;
    let (code, taken) = match (&factor, code) {
        (None, _) => (None, vec![taken]),
        (Some(_), None) => {
            ctx.transaction(async |tx| attempts::succeeded(tx, taken).await)
                .await?;
            return Err(CredentialError::CodeNeeded);
        }
        (Some(_), Some(code)) => {
            let counter = Counter::code(ctx.core(), seen.id);
            let more = attempts::take(ctx, vec![counter]).await?;
            (Some(code), vec![taken, more])
        }
    };
    ctx.transaction(async |tx| {
        let account = unchanged(tx, &seen, factor.as_ref()).await?;
        last(tx, &account).await?;
        if let (Some(factor), Some(code)) = (factor, code) {
            factor::pass(ctx, tx, factor, code).await?;
        }
        for taken in taken {
            attempts::succeeded(tx, taken).await?;
        }
        attempts::remember(ctx, tx, &account.email).await?;
        let tokens = authenticator.open(ctx, tx, account.id).await?;
        Ok((account, tokens))
    })
    .await
}

/// Whether nobody signs in with an address that is not verified.
pub(super) fn must_verify(ctx: &Ctx) -> bool {
    let config = &ctx.core().config;
    config.mail.is_set_up() && config.identity.email_verification == EmailVerification::Required
}

/// The account as it is now, held until the transaction ends. While the first proof was looked at somebody may have closed it, set
/// another password or switched a second factor on, whose sessions ended: none begins after that with what was before.
async fn unchanged(
    tx: &Tx,
    seen: &user_account::Model,
    factor: Option<&second_factor::Model>,
) -> Result<user_account::Model, CredentialError> {
    let held = store::hold_account(tx, seen.id).await?;
    let held = held.filter(|it| it.password_hash == seen.password_hash);
    let held = held.ok_or(IdentityError::Credentials)?;
    let now = store::factor(&**tx, seen.id).await?;
    let now = now.filter(|it| it.confirmed_at.is_some());
    // A secret is known by when it was made: another one may stand in its place.
    if now.map(|it| it.created_at) != factor.map(|it| it.created_at) {
        return Err(CredentialError::CodeNeeded);
    }
    Ok(held)
}
