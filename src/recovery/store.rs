//! Statements about new passwords.
//!
//! Nothing is decided here. Nobody sees these rows: whoever holds a token, or an address, is told nothing of them.

use chrono::DateTime;
use chrono::Utc;
use entity::ids::PasswordResetId;
use entity::ids::UserId;
use entity::password_request;
use entity::password_reset;
use entity::user_account;
use sea_orm::ColumnTrait;
use sea_orm::Condition;
use sea_orm::ConnectionTrait;
use sea_orm::DbErr;
use sea_orm::EntityTrait;
use sea_orm::ExprTrait;
use sea_orm::IntoActiveModel;
use sea_orm::PaginatorTrait;
use sea_orm::QueryFilter;
use sea_orm::QueryOrder;
use sea_orm::QuerySelect;
use sea_orm::sea_query::Expr;

use crate::platform::db::Tx;

/// Notes that an address asked.
///
/// # Errors
/// [`DbErr`].
pub async fn insert_request(tx: &Tx, row: password_request::Model) -> Result<(), DbErr> {
    password_request::Entity::insert(row.into_active_model())
        .exec_without_returning(&**tx)
        .await?;
    Ok(())
}

/// How often an address asked since an instant.
///
/// # Errors
/// [`DbErr`].
pub async fn asked_since(tx: &Tx, recipient: &[u8], since: DateTime<Utc>) -> Result<u64, DbErr> {
    password_request::Entity::find()
        .filter(password_request::Column::Recipient.eq(recipient.to_vec()))
        .filter(password_request::Column::CreatedAt.gt(since))
        .count(&**tx)
        .await
}

/// Addresses that wait to be looked up, the first first.
///
/// # Errors
/// [`DbErr`].
pub async fn waiting(
    conn: &impl ConnectionTrait,
    limit: u64,
) -> Result<Vec<password_request::Model>, DbErr> {
    password_request::Entity::find()
        .filter(password_request::Column::Email.is_not_null())
        .order_by_asc(password_request::Column::Id)
        .limit(limit)
        .all(conn)
        .await
}

/// Takes one to look it up, and forgets the address: `false` where others did.
///
/// # Errors
/// [`DbErr`].
pub async fn take(tx: &Tx, id: PasswordResetId) -> Result<bool, DbErr> {
    let taken = password_request::Entity::update_many()
        .col_expr(
            password_request::Column::Email,
            Expr::value(Option::<String>::None),
        )
        .filter(password_request::Column::Id.eq(id))
        .filter(password_request::Column::Email.is_not_null())
        .exec(&**tx)
        .await?;
    Ok(taken.rows_affected == 1)
}

/// Forgets what was asked for, and leave that ended, before an instant: how many rows.
///
/// # Errors
/// [`DbErr`].
pub async fn forget(tx: &Tx, before: DateTime<Utc>) -> Result<u64, DbErr> {
    let requests = password_request::Entity::delete_many()
        .filter(password_request::Column::CreatedAt.lt(before))
        .filter(password_request::Column::Email.is_null())
        .exec(&**tx)
        .await?;
    let resets = password_reset::Entity::delete_many()
        .filter(password_reset::Column::ExpiresAt.lt(before))
        .exec(&**tx)
        .await?;
    Ok(requests.rows_affected.saturating_add(resets.rows_affected))
}

/// The open account of an address.
///
/// # Errors
/// [`DbErr`].
pub async fn account(
    conn: &impl ConnectionTrait,
    email: &str,
) -> Result<Option<user_account::Model>, DbErr> {
    user_account::Entity::find()
        .filter(user_account::Column::Email.eq(email))
        .filter(user_account::Column::DisabledAt.is_null())
        .one(conn)
        .await
}

/// Writes new leave.
///
/// # Errors
/// [`DbErr`].
pub async fn insert(tx: &Tx, row: password_reset::Model) -> Result<(), DbErr> {
    password_reset::Entity::insert(row.into_active_model())
        .exec_without_returning(&**tx)
        .await?;
    Ok(())
}

/// Leave that is worth something, by its id.
///
/// # Errors
/// [`DbErr`].
pub async fn live(
    conn: &impl ConnectionTrait,
    id: PasswordResetId,
    now: DateTime<Utc>,
) -> Result<Option<password_reset::Model>, DbErr> {
    password_reset::Entity::find_by_id(id)
        .filter(worth(now))
        .one(conn)
        .await
}

/// Whether a user holds leave that is worth something.
///
/// # Errors
/// [`DbErr`].
pub async fn is_open(
    conn: &impl ConnectionTrait,
    user: UserId,
    now: DateTime<Utc>,
) -> Result<bool, DbErr> {
    let found = password_reset::Entity::find()
        .filter(password_reset::Column::UserId.eq(user))
        .filter(worth(now))
        .count(conn)
        .await?;
    Ok(found > 0)
}

/// Leave that is worth something, by the digest of its token.
///
/// # Errors
/// [`DbErr`].
pub async fn by_digest(
    conn: &impl ConnectionTrait,
    digest: &[u8],
    now: DateTime<Utc>,
) -> Result<Option<password_reset::Model>, DbErr> {
    password_reset::Entity::find()
        .filter(password_reset::Column::Digest.eq(digest.to_vec()))
        .filter(worth(now))
        .one(conn)
        .await
}

/// Uses leave up, where it is worth something yet.
///
/// # Errors
/// [`DbErr`].
pub async fn use_up(tx: &Tx, id: PasswordResetId, now: DateTime<Utc>) -> Result<bool, DbErr> {
    let used = password_reset::Entity::update_many()
        .col_expr(password_reset::Column::UsedAt, Expr::value(now))
        .filter(password_reset::Column::Id.eq(id))
        .filter(worth(now))
        .exec(&**tx)
        .await?;
    Ok(used.rows_affected == 1)
}

/// The same for whatever else a user was given.
///
/// # Errors
/// [`DbErr`].
pub async fn use_up_all(tx: &Tx, user: UserId, now: DateTime<Utc>) -> Result<(), DbErr> {
    password_reset::Entity::update_many()
        .col_expr(password_reset::Column::UsedAt, Expr::value(now))
        .filter(password_reset::Column::UserId.eq(user))
        .filter(password_reset::Column::UsedAt.is_null())
        .exec(&**tx)
        .await?;
    Ok(())
}

fn worth(now: DateTime<Utc>) -> Condition {
    Condition::all()
        .add(password_reset::Column::UsedAt.is_null())
        .add(password_reset::Column::ExpiresAt.gt(now))
}

/// Gives an open account a password; `false` where it is closed.
///
/// # Errors
/// [`DbErr`].
pub async fn set_password(
    tx: &Tx,
    user: UserId,
    hash: String,
    now: DateTime<Utc>,
) -> Result<bool, DbErr> {
    use user_account::Column as C;
    let set = user_account::Entity::update_many()
        .col_expr(C::PasswordHash, Expr::value(hash))
        // The token went to the address of the account.
        .col_expr(
            C::EmailVerifiedAt,
            Expr::col(C::EmailVerifiedAt).if_null(Expr::value(now)),
        )
        .col_expr(C::Version, Expr::col(C::Version).add(1))
        .col_expr(C::UpdatedAt, Expr::value(now))
        .filter(C::Id.eq(user))
        .filter(C::DisabledAt.is_null())
        .exec(&**tx)
        .await?;
    Ok(set.rows_affected == 1)
}
