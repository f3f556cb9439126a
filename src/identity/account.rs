//! Accounts: how one is made, and who has it.
//!
//! Tokens are with the sessions; signing in is in `credentials`; memberships are with the organizations.

use entity::ids::RoleGrantId;
use entity::ids::TerritoryId;
use entity::ids::UserId;
use entity::role_grant;
use entity::types::PlatformRole;
use entity::user_account;
use sea_orm::ActiveValue::Set;
use sea_orm::ColumnTrait;
use sea_orm::DbErr;
use sea_orm::EntityTrait;
use sea_orm::QueryFilter;

use crate::identity::actor::Actor;
use crate::identity::ctx::Ctx;
use crate::identity::error::IdentityError;
use crate::identity::hashing;
use crate::identity::password;
use crate::identity::password::Own;
use crate::platform::db::Tx;
use crate::platform::db::violates;
use crate::platform::i18n::Locale;
use crate::refusal::Checks;
use crate::refusal::Code;
use crate::refusal::Refusal;

/// What a new account needs.
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

impl std::fmt::Debug for NewAccount {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "NewAccount({})", self.locale.tag())
    }
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
        let own = Own::of(&email, &display_name);
        password::checked(ctx, &mut checks, "password", password, &own);
        checks.done().map_err(IdentityError::Invalid)?;
        Ok(Self {
            email,
            display_name,
            password_hash: hashing::hash(ctx.core(), password.to_owned()).await?,
            locale,
        })
    }
}

/// An e-mail address as stored: trimmed, lower case, of the form of HTML's `<input type=email>`, with a host of two names
/// at least. So one mailbox has one spelling, and none looks like another: letters are those of ASCII.
pub fn checked_email(checks: &mut Checks, field: &str, email: &str) -> String {
    let email = checks.text(field, email, 254).to_lowercase();
    checks.demand(is_mailbox(&email) || email.is_empty(), || {
        // What is said again may be logged by whoever asked.
        Refusal::of(Code::InvalidFormat, field).with("value", "…")
    });
    email
}

/// An address by which an account is looked for, as stored. What it must look like is asked where one is set: there are
/// accounts of before whose address would be taken no more, and whoever has one finds it.
pub fn sought_email(checks: &mut Checks, field: &str, email: &str) -> String {
    let email = checks.text(field, email, 254).to_lowercase();
    checks.demand(email.contains('@') || email.is_empty(), || {
        Refusal::of(Code::InvalidFormat, field).with("value", "…")
    });
    email
}

/// Whether a text in lower case is a valid address by the standard of HTML; local parts have 64 signs at most (RFC 5321).
fn is_mailbox(email: &str) -> bool {
    let plain = |it: char| it.is_ascii_lowercase() || it.is_ascii_digit();
    let label = |it: &str| {
        (1..=63).contains(&it.len())
            && !it.starts_with('-')
            && !it.ends_with('-')
            && it.chars().all(|sign| plain(sign) || sign == '-')
    };
    email.split_once('@').is_some_and(|(local, host)| {
        (1..=64).contains(&local.len())
            && local
                .chars()
                .all(|it| plain(it) || ".!#$%&'*+/=?^_`{|}~-".contains(it))
            && host.contains('.')
            && host.split('.').all(label)
    })
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
        // The operator says whose it is.
        email_verified_at: (ctx.actor() == Actor::Operator).then_some(now),
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

/// The account of an address, open or not.
///
/// # Errors
/// [`DbErr`].
pub async fn by_email(ctx: &Ctx, email: &str) -> Result<Option<user_account::Model>, DbErr> {
    user_account::Entity::find()
        .filter(user_account::Column::Email.eq(email))
        .one(ctx.read())
        .await
}
