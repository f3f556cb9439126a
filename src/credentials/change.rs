//! A new password for whoever knows the old one, and proof that somebody knows it.
//!
//! Which passwords are taken is in `identity/password.rs`.

use std::collections::BTreeMap;

use entity::ids::UserId;
use entity::types::LetterKind;
use entity::user_account;
use sea_orm::DbErr;
use serde_json::json;

use crate::audit;
use crate::audit::Line;
use crate::credentials;
use crate::credentials::CredentialError;
use crate::identity::Actor;
use crate::identity::Authenticator;
use crate::identity::Ctx;
use crate::identity::Denied;
use crate::identity::account;
use crate::identity::attempts;
use crate::identity::attempts::Counter;
use crate::identity::hashing;
use crate::identity::password;
use crate::identity::store;
use crate::identity::store::Spared;
use crate::letters::Cause;
use crate::letters::asked;
use crate::platform::db::Tx;
use crate::refusal::Checks;
use crate::refusal::Code;
use crate::refusal::Refusal;

/// The open account of the actor.
///
/// # Errors
/// [`Denied::SignedOut`].
pub async fn own(ctx: &Ctx) -> Result<user_account::Model, CredentialError> {
    let account = account::of_actor(ctx).await?;
    Ok(account.ok_or(Denied::SignedOut)?)
}

/// Demands that the actor knows the password of their account. Attempts are counted by account.
///
/// # Errors
/// [`CredentialError::Password`] with the field, [`IdentityError::Attempts`][crate::identity::IdentityError::Attempts].
pub async fn prove(
    ctx: &Ctx,
    account: &user_account::Model,
    password: &str,
    field: &'static str,
) -> Result<(), CredentialError> {
    let counter = Counter::proof(ctx.core(), account.id);
    let taken = attempts::take(ctx, vec![counter]).await?;
    let stored = Some(account.password_hash.clone());
    if !hashing::verify(ctx.core(), password.to_owned(), stored).await? {
        return Err(CredentialError::Password { field });
    }
    ctx.transaction(async |tx| attempts::succeeded(tx, taken).await)
        .await?;
    Ok(())
}

/// The session of the request, which goes on when all others end.
#[must_use]
pub fn present(ctx: &Ctx) -> Spared {
    Spared {
        session: match ctx.actor() {
            Actor::User { session, .. } => Some(session),
            Actor::Token { .. } | Actor::Operator | Actor::Nobody => None,
        },
        used_since: None,
    }
}

/// Sets a new password: every other session of the account ends, and a letter tells of it.
///
/// # Errors
/// [`CredentialError::Invalid`] for a password that would not do, [`CredentialError::Password`].
pub async fn change(
    ctx: &Ctx,
    authenticator: &Authenticator,
    old: &str,
    new: &str,
) -> Result<(), CredentialError> {
    let account = own(ctx).await?;
    let own = password::own(ctx, &account).await?;
    let mut checks = Checks::new();
    password::checked(ctx, &mut checks, "newPassword", new, &own);
    if new == old {
        checks.refuse(Refusal::of(Code::PasswordSame, "newPassword"));
    }
    checks.done().map_err(CredentialError::Invalid)?;
    prove(ctx, &account, old, "currentPassword").await?;
    let hash = hashing::hash(ctx.core(), new.to_owned()).await?;
    ctx.transaction(async |tx| {
        let proven = &account.password_hash;
        if !store::replace_password(tx, account.id, proven, hash, ctx.now()).await? {
            // Somebody set another one meanwhile: this one was proven by an old one.
            return Err(CredentialError::Password {
                field: "currentPassword",
            });
        }
        // Whoever knew the old one may have asked for another address with it.
        credentials::store::use_verifications_up(tx, account.id, ctx.now()).await?;
        authenticator.end_all(tx, account.id, present(ctx)).await?;
        note(ctx, tx, account.id).await?;
        Ok(())
    })
    .await
}

/// Notes that a password was changed, and tells whoever has the account.
///
/// # Errors
/// [`DbErr`].
pub async fn note(ctx: &Ctx, tx: &Tx, user: UserId) -> Result<(), DbErr> {
    let line = Line::of_account("account.password", user);
    audit::record_about(ctx, tx, line, user).await?;
    let cause = Cause {
        kind: LetterKind::PasswordChanged,
        organization: None,
        subject: None,
        matter: json!({ "at": ctx.now() }),
    };
    asked::to_users(ctx, tx, BTreeMap::from([(user, cause)])).await?;
    Ok(())
}
