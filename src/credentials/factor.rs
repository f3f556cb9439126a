//! The second factor of an account: switched on, asked for, switched off.
//!
//! A new password leaves it as it is where the address is known to be its owner's: whoever reads somebody's letters does not
//! get past it. How codes follow from the secret is in `identity/totp.rs`.

use chrono::TimeDelta;
use entity::ids::UserId;
use entity::recovery_code;
use entity::second_factor;
use entity::types::Sealed;
use sea_orm::DbErr;

use crate::audit;
use crate::audit::Line;
use crate::credentials::CredentialError;
use crate::credentials::change;
use crate::credentials::store;
use crate::identity::Authenticator;
use crate::identity::Core;
use crate::identity::Ctx;
use crate::identity::Denied;
use crate::identity::IdentityError;
use crate::identity::attempts;
use crate::identity::attempts::Counter;
use crate::identity::store::Spared;
use crate::identity::totp;
use crate::letters::safety;
use crate::letters::safety::Safety;
use crate::platform::crypto::KeyError;
use crate::platform::db::Tx;
use crate::platform::sealing::SealedColumn;

/// How many recovery codes there are.
const CODES: usize = 10;
/// How long a new secret waits for the first code of it.
const WAITS: TimeDelta = TimeDelta::hours(1);

/// Where secrets stand.
pub const SEALED: SealedColumn = SealedColumn {
    table: "second_factor",
    key: "user_id",
    column: "secret",
    purpose: "second-factor",
    called: "secrets of second factors",
};

/// A secret that was made, shown once.
#[derive(Clone)]
pub struct Begun {
    /// As people type it.
    pub secret: String,
    /// As authenticators read it from a picture.
    pub uri: String,
}

impl std::fmt::Debug for Begun {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Begun")
    }
}

/// Makes a secret for the actor, who knows their password. It is asked for once a code of it was given.
///
/// # Errors
/// [`CredentialError::FactorOn`], [`CredentialError::Password`].
pub async fn enable(ctx: &Ctx, password: &str) -> Result<Begun, CredentialError> {
    let account = change::own(ctx).await?;
    change::prove(ctx, &account, password, "password").await?;
    let core = ctx.core();
    let secret = core.random.bytes::<{ totp::SECRET_LEN }>();
    let secret = secret.map_err(KeyError::from)?;
    let row = second_factor::Model {
        user_id: account.id,
        secret: sealed(core, account.id, &secret)?,
        created_at: ctx.now(),
        confirmed_at: None,
        last_step: None,
    };
    ctx.transaction(async |tx| {
        if !store::begin(tx, row).await? {
            return Err(CredentialError::FactorOn);
        }
        let line = Line::of_account("account.totp_begin", account.id);
        audit::record_about(ctx, tx, line, account.id).await?;
        Ok(Begun {
            secret: totp::shown(&secret),
            uri: totp::uri(&secret, &account.email),
        })
    })
    .await
}

/// Switches the second factor on with the first code of it: the recovery codes, which are shown once. Every other session of
/// the account ends, since none of them was asked for a code.
///
/// # Errors
/// [`CredentialError::FactorOff`] where no secret waits, [`CredentialError::FactorOn`], [`CredentialError::Code`].
pub async fn confirm(
    ctx: &Ctx,
    authenticator: &Authenticator,
    code: &str,
) -> Result<Vec<String>, CredentialError> {
    let account = change::own(ctx).await?;
    let now = ctx.now();
    let row = store::factor(ctx.read(), account.id).await?;
    let mut row = row.ok_or(CredentialError::FactorOff)?;
    if row.confirmed_at.is_some() {
        return Err(CredentialError::FactorOn);
    }
    if row.created_at + WAITS <= now {
        return Err(CredentialError::FactorOff);
    }
    row.confirmed_at = Some(now);
    let taken = attempts::take(ctx, vec![Counter::code(ctx.core(), account.id)]).await?;
    ctx.transaction(async |tx| {
        // Whoever signs in at this moment does so before, and is signed out, or after, and is asked for a code.
        hold(tx, account.id).await?;
        if !fits(ctx, tx, row, &totp::typed(code)).await? {
            return Err(CredentialError::Code);
        }
        attempts::succeeded(tx, taken).await?;
        authenticator
            .end_all(tx, account.id, change::present(ctx))
            .await?;
        note(ctx, tx, account.id, "account.totp_on", Safety::TotpOn).await?;
        new_codes(ctx, tx, account.id).await
    })
    .await
}

/// Switches the second factor off, for whoever knows the password and has a code.
///
/// # Errors
/// [`CredentialError::FactorOff`], [`CredentialError::Password`], [`CredentialError::Code`].
pub async fn disable(ctx: &Ctx, password: &str, code: &str) -> Result<(), CredentialError> {
    let account = change::own(ctx).await?;
    let row = required(ctx, account.id).await?;
    let row = row.ok_or(CredentialError::FactorOff)?;
    change::prove(ctx, &account, password, "password").await?;
    let taken = attempts::take(ctx, vec![Counter::code(ctx.core(), account.id)]).await?;
    ctx.transaction(async |tx| {
        hold(tx, account.id).await?;
        pass(ctx, tx, row, code).await?;
        attempts::succeeded(tx, taken).await?;
        store::remove(tx, account.id).await?;
        note(ctx, tx, account.id, "account.totp_off", Safety::TotpOff).await?;
        Ok(())
    })
    .await
}

/// Switches the second factor of somebody off who lost both device and recovery codes, on the word of the operator. Every
/// session of the account ends. `false` where none is on.
///
/// # Errors
/// A fault of ours only.
pub async fn take_off(
    operator: &Ctx,
    authenticator: &Authenticator,
    user: UserId,
) -> Result<bool, CredentialError> {
    if required(operator, user).await?.is_none() {
        return Ok(false);
    }
    operator
        .transaction(async |tx| {
            store::hold_account(tx, user).await?;
            store::remove(tx, user).await?;
            authenticator.end_all(tx, user, Spared::default()).await?;
            note(operator, tx, user, "account.totp_off", Safety::TotpOff).await?;
            Ok(true)
        })
        .await
}

/// Takes away what somebody switched on who had an account under an address that was not known to be theirs; nothing where
/// there is nothing.
///
/// # Errors
/// [`DbErr`].
pub async fn let_go(ctx: &Ctx, tx: &Tx, user: UserId) -> Result<(), DbErr> {
    let Some(row) = store::factor(&**tx, user).await? else {
        return Ok(());
    };
    store::remove(tx, user).await?;
    if row.confirmed_at.is_some() {
        note(ctx, tx, user, "account.totp_off", Safety::TotpOff).await?;
    }
    Ok(())
}

/// Gives new recovery codes in the place of all others, for whoever knows the password and has a code.
///
/// # Errors
/// [`CredentialError::FactorOff`], [`CredentialError::Password`], [`CredentialError::Code`].
pub async fn regenerate(
    ctx: &Ctx,
    password: &str,
    code: &str,
) -> Result<Vec<String>, CredentialError> {
    let account = change::own(ctx).await?;
    let row = required(ctx, account.id).await?;
    let row = row.ok_or(CredentialError::FactorOff)?;
    change::prove(ctx, &account, password, "password").await?;
    let taken = attempts::take(ctx, vec![Counter::code(ctx.core(), account.id)]).await?;
    ctx.transaction(async |tx| {
        hold(tx, account.id).await?;
        pass(ctx, tx, row, code).await?;
        attempts::succeeded(tx, taken).await?;
        let (action, what) = ("account.recovery_codes", Safety::RecoveryCodes);
        note(ctx, tx, account.id, action, what).await?;
        new_codes(ctx, tx, account.id).await
    })
    .await
}

/// The second factor that an account is asked for; `None` where it is off.
///
/// # Errors
/// [`DbErr`].
pub async fn required(ctx: &Ctx, user: UserId) -> Result<Option<second_factor::Model>, DbErr> {
    let row = store::factor(ctx.read(), user).await?;
    Ok(row.filter(|it| it.confirmed_at.is_some()))
}

/// Uses up a code of an account: one that follows from the time, or a recovery code.
///
/// # Errors
/// [`CredentialError::Code`] for one that is wrong, too old or used.
pub async fn pass(
    ctx: &Ctx,
    tx: &Tx,
    row: second_factor::Model,
    code: &str,
) -> Result<(), CredentialError> {
    let (user, typed) = (row.user_id, totp::typed(code));
    if totp::is_of_time(&typed) {
        return match fits(ctx, tx, row, &typed).await? {
            true => Ok(()),
            false => Err(CredentialError::Code),
        };
    }
    let digest = digest(ctx.core(), user, &typed);
    if !store::use_code(tx, user, &digest, ctx.now()).await? {
        return Err(CredentialError::Code);
    }
    note(ctx, tx, user, "account.recovery_code", Safety::RecoveryCode).await?;
    Ok(())
}

/// Holds the account before its factor, as whoever signs in does: one order, so that none waits for the other in a circle.
async fn hold(tx: &Tx, user: UserId) -> Result<(), CredentialError> {
    let held = store::hold_account(tx, user).await?;
    held.ok_or(Denied::SignedOut)?;
    Ok(())
}

/// Whether a typed code is right now; then it is used up, and the secret is sealed with the key of today.
async fn fits(
    ctx: &Ctx,
    tx: &Tx,
    mut row: second_factor::Model,
    typed: &str,
) -> Result<bool, CredentialError> {
    let core = ctx.core();
    let place = SEALED.place(row.user_id.0);
    let secret = core.keys.vault().open(place, &row.secret)?;
    let Some(step) = totp::step_of(&secret, typed, ctx.now(), row.last_step) else {
        return Ok(false);
    };
    if !core.keys.vault().is_current(&row.secret) {
        row.secret = sealed(core, row.user_id, &secret)?;
    }
    Ok(store::use_step(tx, &row, step).await?)
}

async fn new_codes(ctx: &Ctx, tx: &Tx, user: UserId) -> Result<Vec<String>, CredentialError> {
    let mut codes = Vec::with_capacity(CODES);
    for _ in 0..CODES {
        let random = ctx.core().random.bytes::<10>().map_err(KeyError::from)?;
        codes.push(totp::recovery_code(random));
    }
    let rows = codes.iter().map(|it| recovery_code::Model {
        digest: digest(ctx.core(), user, &totp::typed(it)),
        user_id: user,
        created_at: ctx.now(),
        used_at: None,
    });
    store::replace_codes(tx, user, rows.collect()).await?;
    Ok(codes)
}

/// Notes what became of the second factor, and tells its owner.
async fn note(
    ctx: &Ctx,
    tx: &Tx,
    user: UserId,
    action: &'static str,
    what: Safety,
) -> Result<(), DbErr> {
    audit::record_about(ctx, tx, Line::of_account(action, user), user).await?;
    safety::tell(ctx, tx, user, what).await
}

fn sealed(core: &Core, user: UserId, secret: &[u8]) -> Result<Sealed, CredentialError> {
    let vault = core.keys.vault();
    Ok(vault.seal(&core.random, SEALED.place(user.0), secret)?)
}

/// By account: two accounts that draw the same code do not meet.
fn digest(core: &Core, user: UserId, typed: &str) -> Vec<u8> {
    let of = [user.0.as_bytes().as_slice(), typed.as_bytes()].concat();
    core.keys.keyed_hash("recovery-code", &of)
}

impl From<KeyError> for CredentialError {
    fn from(cause: KeyError) -> Self {
        Self::Identity(IdentityError::from(cause))
    }
}
