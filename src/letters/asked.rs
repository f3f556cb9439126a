//! Asks for letters, in the transaction of what causes them.
//!
//! Where no mail server is set up nothing is asked for, and nothing fails. What is kept of a letter is of what it is
//! made when it is sent; how that is done is in `correspondence`.

use std::collections::BTreeMap;

use chrono::DateTime;
use chrono::TimeDelta;
use chrono::Utc;
use entity::ids::JobId;
use entity::ids::LetterId;
use entity::ids::OrganizationId;
use entity::ids::SessionId;
use entity::ids::UserId;
use entity::letter;
use entity::types::JobKind;
use entity::types::LetterKind;
use sea_orm::ConnectionTrait;
use sea_orm::DbErr;
use serde::Deserialize;
use serde::Serialize;
use serde_json::Value;
use uuid::Uuid;

use crate::identity::Actor;
use crate::identity::Core;
use crate::identity::Ctx;
use crate::jobs::asked;
use crate::jobs::asked::Unasked;
use crate::letters::choice;
use crate::letters::store;
use crate::platform::db::Tx;
use crate::platform::mail;

/// How many letters of a kind one address receives within a day.
pub const RECEIVED_MOST: u64 = 20;
/// The same of what strangers can cause: invitations, and new passwords.
pub const RECEIVED_OF_STRANGERS_MOST: u64 = 5;
/// How many invitations one user sends within a day.
pub const CAUSED_MOST: u64 = 200;

/// How long it is kept what became of a letter.
const KEPT: TimeDelta = TimeDelta::days(90);

/// Why there is a letter, and of what it is made.
#[derive(Clone, Debug)]
pub struct Cause {
    /// What it is about.
    pub kind: LetterKind,
    /// The organization it is about.
    pub organization: Option<OrganizationId>,
    /// The invitation, or the leave to set a password, that it brings.
    pub subject: Option<Uuid>,
    /// Ids and choices: no sentence, and no name.
    pub matter: Value,
}

/// What the work of a letter is told.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub struct Payload {
    /// Which.
    pub letter: LetterId,
}

/// The digest by which an address is known here.
#[must_use]
pub fn recipient(core: &Core, address: &str) -> Vec<u8> {
    core.keys
        .keyed_hash("letter-recipient", address.to_lowercase().as_bytes())
}

/// How many letters of a kind one address receives within a day.
#[must_use]
pub fn most(kind: LetterKind) -> u64 {
    match kind {
        LetterKind::Invitation | LetterKind::PasswordReset | LetterKind::EmailVerification => {
            RECEIVED_OF_STRANGERS_MOST
        }
        LetterKind::PasswordChanged
        | LetterKind::AccountSafety
        | LetterKind::HoursReturned
        | LetterKind::WeeklyDigest
        | LetterKind::MissingMonth
        | LetterKind::ErasureDecided => RECEIVED_MOST,
    }
}

/// Asks for letters to users, each about something of its own; those of closed accounts, and of whoever does not want
/// them, are left out. How many were asked for.
///
/// # Errors
/// [`DbErr`].
pub async fn to_users(
    ctx: &Ctx,
    tx: &Tx,
    letters: BTreeMap<UserId, Cause>,
) -> Result<usize, DbErr> {
    if letters.is_empty() || !ctx.core().config.mail.is_set_up() {
        return Ok(0);
    }
    let users: Vec<UserId> = letters.keys().copied().collect();
    let mut wanted = Vec::new();
    let accounts = store::open_accounts(&**tx, &users).await?;
    let digests: Vec<Vec<u8>> = accounts
        .iter()
        .map(|it| recipient(ctx.core(), &it.email))
        .collect();
    let off = store::off(&**tx, &digests).await?;
    for (account, digest) in accounts.iter().zip(digests) {
        let Some(cause) = letters.get(&account.id) else {
            continue;
        };
        let unwanted = off
            .iter()
            .any(|it| it.recipient == digest && it.kind == cause.kind);
        if unwanted && choice::can_be_off(cause.kind) {
            continue;
        }
        let of = Actor::User {
            id: account.id,
            session: SessionId(Uuid::nil()),
        };
        let row = row(ctx, Some(account.id), digest, cause);
        wanted.push((of, row));
    }
    put(ctx, tx, wanted).await
}

/// Asks for a letter to an address, which an account may have or not, for whoever causes it. `false` where none will be
/// sent: no mail server is set up, it is not wanted, or there were as many as there may be.
///
/// # Errors
/// [`DbErr`].
pub async fn to_address(ctx: &Ctx, tx: &Tx, address: &str, cause: &Cause) -> Result<bool, DbErr> {
    let by @ Actor::User { .. } = ctx.actor() else {
        return Ok(false);
    };
    if !ctx.core().config.mail.is_set_up() || mail::address(address).is_none() {
        return Ok(false);
    }
    let digest = recipient(ctx.core(), address);
    let off = store::off(&**tx, std::slice::from_ref(&digest)).await?;
    if choice::can_be_off(cause.kind) && off.iter().any(|it| it.kind == cause.kind) {
        return Ok(false);
    }
    let row = row(ctx, None, digest, cause);
    if too_many(&**tx, &row, ctx.now()).await? {
        return Ok(false);
    }
    Ok(put(ctx, tx, vec![(by, row)]).await? == 1)
}

/// Asks for a letter to the owner of an account, at an address that need not be that of the account. `false` where none will
/// be sent: no mail server is set up, or there were as many as there may be.
///
/// # Errors
/// [`DbErr`].
pub async fn to_owner_at(
    ctx: &Ctx,
    tx: &Tx,
    user: UserId,
    address: &str,
    cause: &Cause,
) -> Result<bool, DbErr> {
    if !ctx.core().config.mail.is_set_up() || mail::address(address).is_none() {
        return Ok(false);
    }
    let row = row(ctx, Some(user), recipient(ctx.core(), address), cause);
    if too_many(&**tx, &row, ctx.now()).await? {
        return Ok(false);
    }
    let of = Actor::User {
        id: user,
        session: SessionId(Uuid::nil()),
    };
    Ok(put(ctx, tx, vec![(of, row)]).await? == 1)
}

/// Whether as many letters as there may be were asked for before this one, in the last day: to its address, or by whoever
/// caused it.
///
/// # Errors
/// [`DbErr`].
pub async fn too_many(
    conn: &impl ConnectionTrait,
    row: &letter::Model,
    now: DateTime<Utc>,
) -> Result<bool, DbErr> {
    let since = now - TimeDelta::days(1);
    if store::received_before(conn, row, since).await? >= most(row.kind) {
        return Ok(true);
    }
    let to_anybody = matches!(
        row.kind,
        LetterKind::Invitation | LetterKind::EmailVerification
    );
    let Some(user) = row.caused_by.filter(|_| to_anybody) else {
        return Ok(false);
    };
    Ok(store::caused_before(conn, row, user, since).await? >= CAUSED_MOST)
}

/// Whether an address received as many letters of a kind within a day as there may be.
///
/// # Errors
/// [`DbErr`].
pub async fn received_most(
    ctx: &Ctx,
    conn: &impl ConnectionTrait,
    address: &str,
    kind: LetterKind,
) -> Result<bool, DbErr> {
    let since = ctx.now() - TimeDelta::days(1);
    let recipient = recipient(ctx.core(), address);
    Ok(store::received(conn, kind, &recipient, since).await? >= most(kind))
}

/// Forgets letters that were asked for long ago: how many.
///
/// # Errors
/// [`DbErr`].
pub async fn forget_old(operator: &Ctx) -> Result<u64, DbErr> {
    let before = operator.now() - KEPT;
    operator
        .transaction(async |tx| store::forget(tx, before).await)
        .await
}

fn row(ctx: &Ctx, user: Option<UserId>, recipient: Vec<u8>, cause: &Cause) -> letter::Model {
    letter::Model {
        id: LetterId(ctx.new_id()),
        job_id: JobId(ctx.new_id()),
        kind: cause.kind,
        user_id: user,
        organization_id: cause.organization,
        subject_id: cause.subject,
        recipient,
        caused_by: ctx.actor().user(),
        matter: cause.matter.to_string(),
        sent_at: None,
        dropped_at: None,
        created_at: ctx.now(),
    }
}

async fn put(ctx: &Ctx, tx: &Tx, letters: Vec<(Actor, letter::Model)>) -> Result<usize, DbErr> {
    let mut jobs = Vec::with_capacity(letters.len());
    let mut rows = Vec::with_capacity(letters.len());
    for (of, row) in letters {
        let payload = serde_json::to_string(&Payload { letter: row.id });
        jobs.push(Unasked {
            id: row.job_id,
            of,
            payload: payload.map_err(|it| DbErr::Custom(it.to_string()))?,
        });
        rows.push(row);
    }
    asked::put_all(ctx, tx, JobKind::Letter, jobs).await?;
    let asked = rows.len();
    store::insert(tx, rows).await?;
    Ok(asked)
}
