//! Accounts: sign-up, sign-in, the first administrator.
//!
//! Tokens are with the sessions; memberships are with the organizations.

use std::num::NonZeroUsize;
use std::sync::LazyLock;
use std::time::Duration;

use argon2::Argon2;
use argon2::PasswordHasher;
use argon2::PasswordVerifier;
use argon2::password_hash::phc::PasswordHash;
use entity::ids::RoleGrantId;
use entity::ids::TerritoryId;
use entity::ids::UserId;
use entity::role_grant;
use entity::types::PlatformRole;
use entity::user_account;
use moka::sync::Cache;
use sea_orm::ActiveValue::Set;
use sea_orm::ColumnTrait;
use sea_orm::DbErr;
use sea_orm::EntityTrait;
use sea_orm::QueryFilter;
use tokio::sync::Semaphore;
use tokio::sync::SemaphorePermit;

use crate::identity::actor::Actor;
use crate::identity::ctx::Ctx;
use crate::identity::error::IdentityError;
use crate::identity::session::Authenticator;
use crate::identity::session::Tokens;
use crate::platform::crypto::sha256;
use crate::platform::db::Tx;
use crate::platform::db::violates;
use crate::platform::i18n::Locale;
use crate::refusal::Checks;
use crate::refusal::Code;
use crate::refusal::Refusal;

/// Longest password that is hashed; more would only cost time.
const PASSWORD_MOST: usize = 256;
const WINDOW_MINUTES: i64 = 15;

/// Attempts by digest of the address since the last success. In memory: a restart forgives, and no write is needed to refuse.
static FAILURES: LazyLock<Cache<[u8; 32], u32>> = LazyLock::new(|| {
    Cache::builder()
        .max_capacity(100_000)
        .time_to_live(Duration::from_secs(WINDOW_MINUTES.unsigned_abs() * 60))
        .build()
});

/// A hash of no password of anybody, so that an unknown address takes as long as a known one.
static NOBODYS_HASH: LazyLock<String> =
    LazyLock::new(|| hash_now("nobody's password").unwrap_or_default());

/// What a new account needs.
#[derive(Debug)]
pub struct NewAccount {
    /// Lower case.
    pub email: String,
    /// How others see the user.
    pub display_name: String,
    /// Argon2id in PHC form.
    pub password_hash: String,
    /// Language of messages.
    pub locale: Locale,
}

impl NewAccount {
    /// Checks the parts of a new account and hashes its password: before a transaction begins, since
    /// it takes longer than anything that writes.
    ///
    /// # Errors
    /// [`IdentityError::Invalid`] with everything that is wrong.
    pub async fn parse(
        ctx: &Ctx,
        email: &str,
        display_name: &str,
        password: &str,
        locale: Locale,
    ) -> Result<Self, IdentityError> {
        let mut checks = Checks::new();
        let email = checked_email(&mut checks, "email", email);
        let display_name = checks.text("displayName", display_name, 120);
        checked_password(ctx, &mut checks, "password", password);
        checks.done().map_err(IdentityError::Invalid)?;
        Ok(Self {
            email,
            display_name,
            password_hash: hash(password.to_owned()).await?,
            locale,
        })
    }
}

/// What a password must be.
pub fn checked_password(ctx: &Ctx, checks: &mut Checks, field: &str, password: &str) {
    let least = ctx.core().config.identity.password_min_length;
    let length = password.chars().count();
    checks.demand(length >= least, || {
        Refusal::of(Code::TooShort, field).with("least", least)
    });
    checks.demand(length <= PASSWORD_MOST, || {
        Refusal::of(Code::TooLong, field).with("most", PASSWORD_MOST)
    });
}

/// Forgets the failed attempts of an address: whoever set a new password need not wait.
pub fn forgive(email: &str) {
    FAILURES.invalidate(&attempts_of(email));
}

/// By digest: what is typed as an address may be of any length.
fn attempts_of(email: &str) -> [u8; 32] {
    sha256(email.as_bytes()).try_into().unwrap_or_default()
}

/// An e-mail address as stored: trimmed, lower case, with one `@` between two names.
pub fn checked_email(checks: &mut Checks, field: &str, email: &str) -> String {
    let email = checks.text(field, email, 254).to_lowercase();
    let fits = email.split_once('@').is_some_and(|(local, host)| {
        !local.is_empty()
            && host.contains('.')
            && !host.starts_with('.')
            && !host.ends_with('.')
            && !host.contains('@')
            && !email.chars().any(char::is_whitespace)
    });
    checks.demand(fits || email.is_empty(), || {
        Refusal::of(Code::InvalidFormat, field).with("value", &email)
    });
    email
}

/// Creates an account.
///
/// # Errors
/// [`IdentityError::Taken`] when the address has one.
pub async fn create(
    ctx: &Ctx,
    tx: &Tx,
    new: NewAccount,
) -> Result<user_account::Model, IdentityError> {
    let now = ctx.now();
    let account = user_account::Model {
        id: UserId(ctx.new_id()),
        email: new.email,
        display_name: new.display_name,
        password_hash: new.password_hash,
        locale: new.locale.tag().to_owned(),
        version: 1,
        created_at: now,
        updated_at: now,
        disabled_at: None,
    };
    user_account::Entity::insert(user_account::ActiveModel::from(account.clone()))
        .exec_without_returning(&**tx)
        .await
        .map_err(|it| {
            if violates(&it, &["user_account.email", "user_account_email_key"]) {
                IdentityError::Taken
            } else {
                IdentityError::Database(it)
            }
        })?;
    Ok(account)
}

/// Gives a platform role.
///
/// # Errors
/// [`IdentityError`] of the database only.
pub async fn grant(
    ctx: &Ctx,
    tx: &Tx,
    user: UserId,
    role: PlatformRole,
    territory: Option<TerritoryId>,
) -> Result<(), IdentityError> {
    role_grant::Entity::insert(role_grant::ActiveModel {
        id: Set(RoleGrantId(ctx.new_id())),
        user_id: Set(user),
        role: Set(role),
        territory_id: Set(territory),
        created_at: Set(ctx.now()),
        ended_at: Set(None),
    })
    .exec_without_returning(&**tx)
    .await?;
    Ok(())
}

/// Creates an account and signs it in.
///
/// # Errors
/// [`IdentityError::Taken`] when the address has one.
pub async fn sign_up(
    ctx: &Ctx,
    authenticator: &Authenticator,
    new: NewAccount,
) -> Result<(user_account::Model, Tokens), IdentityError> {
    ctx.beyond(async |tx| {
        let account = create(ctx, tx, new).await?;
        let tokens = authenticator.open(tx, account.id).await?;
        Ok((account, tokens))
    })
    .await
}

/// The account of whoever asks.
///
/// # Errors
/// [`IdentityError`] of the database only.
pub async fn of_actor(ctx: &Ctx) -> Result<Option<user_account::Model>, IdentityError> {
    match ctx.actor().user() {
        None => Ok(None),
        Some(id) => Ok(user_account::Entity::find_by_id(id).one(ctx.read()).await?),
    }
}

/// What a user is called; empty for none.
///
/// # Errors
/// [`DbErr`].
pub async fn name_of(ctx: &Ctx, user: UserId) -> Result<String, DbErr> {
    let found = user_account::Entity::find_by_id(user).one(ctx.read());
    Ok(found.await?.map(|it| it.display_name).unwrap_or_default())
}

/// Ends the session of the request, or that of a refresh token. Nothing to end is no error.
///
/// # Errors
/// [`IdentityError`] of the database only.
pub async fn sign_out(
    ctx: &Ctx,
    authenticator: &Authenticator,
    refresh_token: Option<&str>,
) -> Result<(), IdentityError> {
    let session = match (refresh_token, ctx.actor()) {
        (Some(token), _) => authenticator.session_of(token).await?,
        (None, Actor::User { session, .. }) => Some(session),
        (None, Actor::Operator | Actor::Nobody) => None,
    };
    let Some(session) = session else {
        return Ok(());
    };
    ctx.beyond(async |tx| authenticator.end(tx, session).await)
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
) -> Result<(user_account::Model, Tokens), IdentityError> {
    let email = email.trim().to_lowercase();
    // Counted before the password is looked at: guesses that come all at once count as well.
    let address = attempts_of(&email);
    let attempts = FAILURES
        .entry(address)
        .and_upsert_with(|it| it.map_or(1, |it| it.into_value().saturating_add(1)))
        .into_value();
    if attempts > ctx.core().config.identity.sign_in_attempts {
        return Err(IdentityError::Attempts {
            minutes: WINDOW_MINUTES,
        });
    }
    let account = user_account::Entity::find()
        .filter(user_account::Column::Email.eq(&email))
        .one(ctx.read())
        .await?;
    let stored = account
        .as_ref()
        .map_or_else(|| NOBODYS_HASH.clone(), |it| it.password_hash.clone());
    let fits = verify(password.to_owned(), stored).await?;
    let account = account.filter(|it| fits && it.disabled_at.is_none());
    let Some(account) = account else {
        return Err(IdentityError::Credentials);
    };
    FAILURES.invalidate(&address);
    let tokens = ctx
        .beyond(async |tx| authenticator.open(tx, account.id).await)
        .await?;
    Ok((account, tokens))
}

/// Hashes a password for storage, away from the threads that serve others.
///
/// # Errors
/// [`IdentityError::Crypto`] when the system cannot.
pub async fn hash(password: String) -> Result<String, IdentityError> {
    let _turn = turn().await?;
    // Tens of milliseconds of work: not on a thread that serves others.
    tokio::task::spawn_blocking(move || hash_now(&password))
        .await
        .map_err(|it| IdentityError::Crypto(it.to_string()))?
}

/// A turn at hashing. Each takes 19 MiB for its time: as many at once as there are cores, and the
/// others wait.
async fn turn() -> Result<SemaphorePermit<'static>, IdentityError> {
    static TURNS: LazyLock<Semaphore> = LazyLock::new(|| {
        Semaphore::new(std::thread::available_parallelism().map_or(2, NonZeroUsize::get))
    });
    TURNS
        .acquire()
        .await
        .map_err(|it| IdentityError::Crypto(it.to_string()))
}

async fn verify(password: String, stored: String) -> Result<bool, IdentityError> {
    let _turn = turn().await?;
    tokio::task::spawn_blocking(move || {
        let hash =
            PasswordHash::new(&stored).map_err(|it| IdentityError::Crypto(it.to_string()))?;
        Ok(Argon2::default()
            .verify_password(password.as_bytes(), &hash)
            .is_ok())
    })
    .await
    .map_err(|it| IdentityError::Crypto(it.to_string()))?
}

fn hash_now(password: &str) -> Result<String, IdentityError> {
    Argon2::default()
        .hash_password(password.as_bytes())
        .map(|it: PasswordHash| it.to_string())
        .map_err(|it| IdentityError::Crypto(it.to_string()))
}
