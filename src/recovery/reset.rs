//! Asking for a new password, and setting it.
//!
//! Of a token only its digest is kept; the token follows from the keys, so that the letter can be written again. Nothing of it
//! is logged.

use std::collections::BTreeMap;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::TimeDelta;
use entity::ids::PasswordResetId;
use entity::ids::UserId;
use entity::password_request;
use entity::password_reset;
use entity::types::LetterKind;
use sea_orm::DbErr;
use serde_json::json;

use crate::audit;
use crate::audit::Line;
use crate::credentials;
use crate::credentials::change;
use crate::credentials::factor;
use crate::identity::Authenticator;
use crate::identity::Core;
use crate::identity::Ctx;
use crate::identity::account;
use crate::identity::attempts;
use crate::identity::hashing;
use crate::identity::password;
use crate::identity::password::Own;
use crate::identity::store::Spared;
use crate::letters::Cause;
use crate::letters::asked;
use crate::platform::crypto;
use crate::platform::db::Tx;
use crate::recovery::RecoveryError;
use crate::recovery::store;
use crate::refusal::Checks;

/// How long a token is worth something, in minutes.
pub const LASTS_MINUTES: i64 = 60;
/// How often one address may ask within [`WINDOW_MINUTES`].
const ASKED_MOST: u64 = 5;
const WINDOW_MINUTES: i64 = 15;
/// Addresses that are read at once.
const PART: u64 = 100;
/// How long it is kept that somebody asked.
const KEPT: TimeDelta = TimeDelta::days(2);

/// Notes that somebody asked for a new password for an address. Whether an account has it is not looked at here, so that
/// neither the answer nor its time tells.
///
/// # Errors
/// [`RecoveryError::Invalid`] for what is no address, [`RecoveryError::TooOften`].
pub async fn request(ctx: &Ctx, email: &str) -> Result<(), RecoveryError> {
    let mut checks = Checks::new();
    let email = account::sought_email(&mut checks, "email", email);
    checks.done().map_err(RecoveryError::Invalid)?;
    let recipient = asked::recipient(ctx.core(), &email);
    let now = ctx.now();
    ctx.transaction(async |tx| {
        let since = now - TimeDelta::minutes(WINDOW_MINUTES);
        if store::asked_since(tx, &recipient, since).await? >= ASKED_MOST {
            return Err(RecoveryError::TooOften {
                minutes: WINDOW_MINUTES,
            });
        }
        let row = password_request::Model {
            id: PasswordResetId(ctx.new_id()),
            recipient,
            email: Some(email),
            created_at: now,
        };
        let line = Line {
            action: "account.password_request",
            organization: None,
            subject: ("PasswordReset", Some(row.id.0)),
            details: None,
        };
        store::insert_request(tx, row).await?;
        audit::record(ctx, tx, line).await?;
        tx.ring(crate::jobs::QUEUE);
        Ok(())
    })
    .await
}

/// Looks up the addresses for which a new password was asked for, and has letters sent to those that open accounts have: how
/// many were looked up.
///
/// # Errors
/// [`DbErr`].
pub async fn answer_waiting(operator: &Ctx) -> Result<usize, DbErr> {
    let mut answered = 0;
    for asked in store::waiting(operator.read(), PART).await? {
        let done = operator
            .transaction(async |tx| answer(operator, tx, &asked).await)
            .await?;
        answered += usize::from(done);
    }
    Ok(answered)
}

async fn answer(operator: &Ctx, tx: &Tx, asked: &password_request::Model) -> Result<bool, DbErr> {
    if !store::take(tx, asked.id).await? {
        return Ok(false);
    }
    let email = asked.email.as_deref().unwrap_or_default();
    let Some(account) = store::account(&**tx, email).await? else {
        return Ok(true);
    };
    // However many letters strangers cause, whoever has the account gets one where none of them opens anything any more.
    let kind = LetterKind::PasswordReset;
    if asked::received_most(operator, &**tx, email, kind).await?
        && store::is_open(&**tx, account.id, operator.now()).await?
    {
        return Ok(true);
    }
    let letters = BTreeMap::from([(
        account.id,
        Cause {
            kind,
            organization: None,
            subject: Some(asked.id.0),
            matter: json!({}),
        },
    )]);
    if asked::to_users(operator, tx, letters).await? == 0 {
        // Without a letter nobody would hold the token.
        return Ok(true);
    }
    let now = operator.now();
    let row = password_reset::Model {
        id: asked.id,
        user_id: account.id,
        digest: crypto::sha256(token(operator.core(), asked.id).as_bytes()),
        created_at: now,
        expires_at: now + TimeDelta::minutes(LASTS_MINUTES),
        used_at: None,
    };
    store::insert(tx, row).await?;
    Ok(true)
}

/// The token of leave: 256 bits that only the holder of the keys can make.
#[must_use]
pub fn token(core: &Core, id: PasswordResetId) -> String {
    URL_SAFE_NO_PAD.encode(core.keys.keyed_hash("password-reset", id.0.as_bytes()))
}

/// Sets a new password with a token, once: every session of the account ends, and a letter tells of it.
///
/// # Errors
/// [`RecoveryError::Invalid`] for a password that would not do, [`RecoveryError::Token`].
pub async fn reset(
    ctx: &Ctx,
    authenticator: &Authenticator,
    token: &str,
    new: &str,
) -> Result<(), RecoveryError> {
    let digest = crypto::sha256(token.as_bytes());
    let leave = store::by_digest(ctx.read(), &digest, ctx.now()).await?;
    let own = match &leave {
        Some(leave) => own(ctx, leave.user_id).await?,
        None => Own::default(),
    };
    let mut checks = Checks::new();
    password::checked(ctx, &mut checks, "newPassword", new, &own);
    checks.done().map_err(RecoveryError::Invalid)?;
    let leave = leave.ok_or(RecoveryError::Token)?;
    // Before the transaction: it takes longer than anything that writes, and only for whoever holds a token.
    let hash = hashing::hash(ctx.core(), new.to_owned()).await?;
    let now = ctx.now();
    ctx.transaction(async |tx| {
        if !store::use_up(tx, leave.id, now).await? {
            return Err(RecoveryError::Token);
        }
        let before = credentials::store::hold_account(tx, leave.user_id).await?;
        let before = before.ok_or(RecoveryError::Token)?;
        if !store::set_password(tx, leave.user_id, hash, now).await? {
            return Err(RecoveryError::Token);
        }
        store::use_up_all(tx, leave.user_id, now).await?;
        // Whoever had the account so far may have asked for another address.
        credentials::store::use_verifications_up(tx, leave.user_id, now).await?;
        if before.email_verified_at.is_none() {
            forget_occupant(ctx, tx, leave.user_id).await?;
        }
        authenticator
            .end_all(tx, leave.user_id, Spared::default())
            .await?;
        change::note(ctx, tx, leave.user_id).await?;
        Ok(attempts::forgive(ctx, tx, &before.email).await?)
    })
    .await
}

/// Takes from an account whatever outlasts a new password, when its address is known to be its owner's for the first time:
/// somebody else may have made the account, to wait in it.
async fn forget_occupant(ctx: &Ctx, tx: &Tx, user: UserId) -> Result<(), DbErr> {
    factor::let_go(ctx, tx, user).await?;
    credentials::openid::let_go(ctx, tx, user).await?;
    credentials::programs::end_all(ctx, tx, user).await
}

async fn own(ctx: &Ctx, user: UserId) -> Result<Own, DbErr> {
    let accounts = crate::letters::store::open_accounts(ctx.read(), &[user]).await?;
    match accounts.first() {
        Some(account) => password::own(ctx, account).await,
        None => Ok(Own::default()),
    }
}

/// Forgets what was asked for days ago.
///
/// # Errors
/// [`DbErr`].
pub async fn forget_old(operator: &Ctx) -> Result<u64, DbErr> {
    let before = operator.now() - KEPT;
    operator
        .transaction(async |tx| store::forget(tx, before).await)
        .await
}
