//! Making an account, and signing in.
//!
//! Whoever guesses learns nothing from an answer, nor from what it costs: an unknown address, a closed account and a wrong
//! password are answered alike, with the same work.

use entity::user_account;

use crate::audit;
use crate::audit::Line;
use crate::credentials::CredentialError;
use crate::identity::Authenticator;
use crate::identity::Ctx;
use crate::identity::IdentityError;
use crate::identity::account;
use crate::identity::account::NewAccount;
use crate::identity::attempts;
use crate::identity::attempts::Counter;
use crate::identity::hashing;
use crate::identity::session::Tokens;

/// Creates an account and signs it in.
///
/// # Errors
/// [`IdentityError::Taken`] when the address has one: how often one hears that is counted by network.
pub async fn sign_up(
    ctx: &Ctx,
    authenticator: &Authenticator,
    new: NewAccount,
) -> Result<(user_account::Model, Tokens), CredentialError> {
    // Who asks for one address after the other would learn which have accounts.
    let taken = attempts::take(ctx, vec![Counter::taken(ctx)]).await?;
    ctx.transaction(async |tx| {
        let account = account::create(ctx, tx, new).await?;
        attempts::succeeded(tx, taken).await?;
        attempts::remember(ctx, tx, &account.email).await?;
        let line = Line {
            action: "account.create",
            organization: None,
            subject: ("User", Some(account.id.0)),
            details: None,
        };
        audit::record(ctx, tx, line).await?;
        let tokens = authenticator.open(ctx, tx, account.id).await?;
        Ok((account, tokens))
    })
    .await
}

/// Signs a user in.
///
/// # Errors
/// [`IdentityError::Credentials`] whether the address is unknown, the password wrong or the account
/// disabled; [`IdentityError::Attempts`] after too many failures.
pub async fn sign_in(
    ctx: &Ctx,
    authenticator: &Authenticator,
    email: &str,
    password: &str,
) -> Result<(user_account::Model, Tokens), CredentialError> {
    let email = email.trim().to_lowercase();
    let taken = attempts::sign_in(ctx, &email).await?;
    let account = account::by_email(ctx, &email).await?;
    let stored = account.as_ref().map(|it| it.password_hash.clone());
    let fits = hashing::verify(ctx.core(), password.to_owned(), stored).await?;
    let account = account.filter(|it| fits && it.disabled_at.is_none());
    let account = account.ok_or(IdentityError::Credentials)?;
    ctx.transaction(async |tx| {
        attempts::succeeded(tx, taken).await?;
        attempts::remember(ctx, tx, &account.email).await?;
        let tokens = authenticator.open(ctx, tx, account.id).await?;
        Ok((account, tokens))
    })
    .await
}
