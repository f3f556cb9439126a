//! Addresses of accounts: whether they are known to be theirs, and another one.
//!
//! An address is known once somebody brought a token that went there by letter: of a verification, or of a lost password. An
//! invitation proves nothing, since whoever invites holds its token as well.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::TimeDelta;
use entity::email_verification;
use entity::ids::EmailVerificationId;
use entity::ids::UserId;
use entity::types::LetterKind;
use entity::user_account;
use sea_orm::DbErr;
use serde_json::json;

use crate::audit;
use crate::audit::Line;
use crate::credentials::CredentialError;
use crate::credentials::change;
use crate::credentials::store;
use crate::identity::Core;
use crate::identity::Ctx;
use crate::identity::account;
use crate::letters::Cause;
use crate::letters::asked;
use crate::letters::safety;
use crate::letters::safety::Safety;
use crate::platform::crypto;
use crate::platform::db::Tx;
use crate::platform::db::violates;
use crate::refusal::Checks;

/// How long a token is worth something.
const LASTS: TimeDelta = TimeDelta::days(2);
/// How long it is kept what was asked for.
const KEPT: TimeDelta = TimeDelta::days(30);

/// Has a letter sent to the address of the actor, by which it can be verified: `false` where none will be, since it is
/// verified, no mail server is set up, or there were as many as there may be.
///
/// # Errors
/// [`Denied::SignedOut`][crate::identity::Denied::SignedOut].
pub async fn request(ctx: &Ctx, email: Option<&str>) -> Result<bool, CredentialError> {
    let account = change::own(ctx).await?;
    let another = email.is_some_and(|it| it.trim().to_lowercase() != account.email);
    if account.email_verified_at.is_some() || another {
        return Ok(false);
    }
    Ok(ctx
        .transaction(async |tx| send(ctx, tx, account.id, &account.email).await)
        .await?)
}

/// Asks for a letter to an address with a token that says that it is the account's. Whether another account has the address
/// is not looked at here, so that neither the answer nor its time tells: nothing is sent there then.
///
/// # Errors
/// [`DbErr`].
pub async fn send(ctx: &Ctx, tx: &Tx, user: UserId, email: &str) -> Result<bool, DbErr> {
    let now = ctx.now();
    let id = EmailVerificationId(ctx.new_id());
    let cause = Cause {
        kind: LetterKind::EmailVerification,
        organization: None,
        subject: Some(id.0),
        matter: json!({}),
    };
    if !asked::to_owner_at(ctx, tx, user, email, &cause).await? {
        // Without a letter nobody would hold the token.
        return Ok(false);
    }
    let row = email_verification::Model {
        id,
        user_id: user,
        email: email.to_owned(),
        previous: None,
        digest: crypto::sha256(token(ctx.core(), id).as_bytes()),
        created_at: now,
        expires_at: now + LASTS,
        used_at: None,
    };
    store::insert_verification(tx, row).await?;
    audit::record_about(
        ctx,
        tx,
        Line::of_account("account.verification", user),
        user,
    )
    .await?;
    Ok(true)
}

/// The token of a verification: 256 bits that only the holder of the keys can make.
#[must_use]
pub fn token(core: &Core, id: EmailVerificationId) -> String {
    let keyed = core.keys.keyed_hash("email-verification", id.0.as_bytes());
    URL_SAFE_NO_PAD.encode(keyed)
}

/// Takes an address for that of its account, with the token that went there, once. Another address takes the place of the one
/// so far, which is told of it; tokens of lost passwords that went there are worth nothing any more.
///
/// # Errors
/// [`CredentialError::Verification`] for a token that is unknown, used or too old, or whose address another account took
/// meanwhile.
pub async fn verify(ctx: &Ctx, token: &str) -> Result<(), CredentialError> {
    let digest = crypto::sha256(token.as_bytes());
    let now = ctx.now();
    ctx.transaction(async |tx| {
        let row = store::verification(&**tx, &digest, now).await?;
        let row = row.ok_or(CredentialError::Verification)?;
        let account = store::open_account(&**tx, row.user_id).await?;
        let account = account.ok_or(CredentialError::Verification)?;
        let previous = (account.email != row.email).then_some(account.email);
        if !store::use_verification(tx, row.id, previous.clone(), now).await? {
            return Err(CredentialError::Verification);
        }
        store::use_verifications_up(tx, account.id, now).await?;
        let set = store::set_email(tx, account.id, &row.email, now).await;
        set.map_err(|it| {
            if violates(&it, &["user_account.email", "user_account_email_key"]) {
                CredentialError::Verification
            } else {
                CredentialError::Database(it)
            }
        })?;
        let Some(previous) = previous else {
            let line = Line::of_account("account.verified", account.id);
            audit::record_about(ctx, tx, line, account.id).await?;
            return Ok(());
        };
        store::use_resets_up(tx, account.id, now).await?;
        let line = Line::of_account("account.email", account.id);
        audit::record_about(ctx, tx, line, account.id).await?;
        let cause = Safety::EmailChanged.cause(ctx, Some(row.id));
        asked::to_owner_at(ctx, tx, account.id, &previous, &cause).await?;
        Ok(())
    })
    .await
}

/// Asks for another address, for whoever knows the password: it counts once it is verified with the token of the letter that
/// goes there. The answer does not tell whether an account has it.
///
/// # Errors
/// [`CredentialError::Invalid`] for what is no address, [`CredentialError::MailUnset`],
/// [`CredentialError::Password`], [`CredentialError::VersionConflict`].
pub async fn change(
    ctx: &Ctx,
    email: &str,
    password: &str,
    expected: Option<i32>,
) -> Result<(user_account::Model, bool), CredentialError> {
    let account = change::own(ctx).await?;
    let mut checks = Checks::new();
    let email = account::checked_email(&mut checks, "email", email);
    checks.done().map_err(CredentialError::Invalid)?;
    if !ctx.core().config.mail.is_set_up() {
        return Err(CredentialError::MailUnset);
    }
    if expected.is_some_and(|it| it != account.version) {
        return Err(CredentialError::VersionConflict {
            current: account.version,
        });
    }
    change::prove(ctx, &account, password, "password").await?;
    if account.email == email {
        return Ok((account, false));
    }
    let emailed = ctx
        .transaction(async |tx| send(ctx, tx, account.id, &email).await)
        .await?;
    Ok((account, emailed))
}

/// Tells the owner of an account that somebody tried to make another one with its address.
///
/// # Errors
/// [`DbErr`].
pub async fn tell_of_sign_up(ctx: &Ctx, tx: &Tx, user: UserId) -> Result<(), DbErr> {
    safety::tell(ctx, tx, user, Safety::SignUp).await
}

/// Forgets what was asked for long ago: how many rows.
///
/// # Errors
/// [`DbErr`].
pub async fn forget_old(operator: &Ctx) -> Result<u64, DbErr> {
    let before = operator.now() - KEPT;
    operator
        .transaction(async |tx| store::forget_verifications(tx, before).await)
        .await
}
