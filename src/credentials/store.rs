//! Statements about second factors and addresses.
//!
//! Nothing is decided here. Nobody sees these rows but whoever has the account, and of them only that there are.

use chrono::DateTime;
use chrono::Utc;
use entity::email_verification;
use entity::ids::EmailVerificationId;
use entity::ids::UserId;
use entity::password_reset;
use entity::recovery_code;
use entity::second_factor;
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
use sea_orm::QuerySelect;
use sea_orm::sea_query::Expr;

use crate::platform::db::Tx;

/// The second factor of an account, confirmed or not.
///
/// # Errors
/// [`DbErr`].
pub async fn factor(
    conn: &impl ConnectionTrait,
    user: UserId,
) -> Result<Option<second_factor::Model>, DbErr> {
    second_factor::Entity::find_by_id(user).one(conn).await
}

/// Writes a second factor that is not confirmed yet, in the place of another such; `false` where there is one that is asked
/// for.
///
/// # Errors
/// [`DbErr`].
pub async fn begin(tx: &Tx, row: second_factor::Model) -> Result<bool, DbErr> {
    second_factor::Entity::delete_many()
        .filter(second_factor::Column::UserId.eq(row.user_id))
        .filter(second_factor::Column::ConfirmedAt.is_null())
        .exec(&**tx)
        .await?;
    if factor(&**tx, row.user_id).await?.is_some() {
        return Ok(false);
    }
    second_factor::Entity::insert(row.into_active_model())
        .exec_without_returning(&**tx)
        .await?;
    Ok(true)
}

/// Notes that a code of a step was used, unless one of it or of a later one was; with the secret as it is sealed now, and
/// since when it is asked for.
///
/// # Errors
/// [`DbErr`].
pub async fn use_step(tx: &Tx, row: &second_factor::Model, step: i64) -> Result<bool, DbErr> {
    use second_factor::Column as C;
    let earlier = Condition::any()
        .add(C::LastStep.is_null())
        .add(C::LastStep.lt(step));
    let used = second_factor::Entity::update_many()
        .col_expr(C::LastStep, Expr::value(step))
        .col_expr(C::Secret, Expr::value(row.secret.clone()))
        .col_expr(C::ConfirmedAt, Expr::value(row.confirmed_at))
        .filter(C::UserId.eq(row.user_id))
        .filter(C::CreatedAt.eq(row.created_at))
        .filter(earlier)
        .exec(&**tx)
        .await?;
    Ok(used.rows_affected == 1)
}

/// Takes the second factor of an account away, with its recovery codes.
///
/// # Errors
/// [`DbErr`].
pub async fn remove(tx: &Tx, user: UserId) -> Result<(), DbErr> {
    remove_codes(tx, user).await?;
    second_factor::Entity::delete_by_id(user)
        .exec(&**tx)
        .await?;
    Ok(())
}

async fn remove_codes(tx: &Tx, user: UserId) -> Result<(), DbErr> {
    recovery_code::Entity::delete_many()
        .filter(recovery_code::Column::UserId.eq(user))
        .exec(&**tx)
        .await?;
    Ok(())
}

/// Writes recovery codes in the place of all others of an account.
///
/// # Errors
/// [`DbErr`].
pub async fn replace_codes(
    tx: &Tx,
    user: UserId,
    rows: Vec<recovery_code::Model>,
) -> Result<(), DbErr> {
    remove_codes(tx, user).await?;
    let rows = rows.into_iter().map(IntoActiveModel::into_active_model);
    recovery_code::Entity::insert_many(rows)
        .exec_without_returning(&**tx)
        .await?;
    Ok(())
}

/// Uses a recovery code up; `false` for one that is unknown or was used.
///
/// # Errors
/// [`DbErr`].
pub async fn use_code(
    tx: &Tx,
    user: UserId,
    digest: &[u8],
    now: DateTime<Utc>,
) -> Result<bool, DbErr> {
    use recovery_code::Column as C;
    let used = recovery_code::Entity::update_many()
        .col_expr(C::UsedAt, Expr::value(now))
        .filter(C::Digest.eq(digest.to_vec()))
        .filter(C::UserId.eq(user))
        .filter(C::UsedAt.is_null())
        .exec(&**tx)
        .await?;
    Ok(used.rows_affected == 1)
}

/// How many recovery codes of an account were not used.
///
/// # Errors
/// [`DbErr`].
pub async fn codes_left(conn: &impl ConnectionTrait, user: UserId) -> Result<u64, DbErr> {
    recovery_code::Entity::find()
        .filter(recovery_code::Column::UserId.eq(user))
        .filter(recovery_code::Column::UsedAt.is_null())
        .count(conn)
        .await
}

/// Writes a verification.
///
/// # Errors
/// [`DbErr`].
pub async fn insert_verification(tx: &Tx, row: email_verification::Model) -> Result<(), DbErr> {
    email_verification::Entity::insert(row.into_active_model())
        .exec_without_returning(&**tx)
        .await?;
    Ok(())
}

/// A verification that is worth something, by the digest of its token.
///
/// # Errors
/// [`DbErr`].
pub async fn verification(
    conn: &impl ConnectionTrait,
    digest: &[u8],
    now: DateTime<Utc>,
) -> Result<Option<email_verification::Model>, DbErr> {
    use email_verification::Column as C;
    email_verification::Entity::find()
        .filter(C::Digest.eq(digest.to_vec()))
        .filter(C::UsedAt.is_null())
        .filter(C::ExpiresAt.gt(now))
        .one(conn)
        .await
}

/// A verification, whatever became of it.
///
/// # Errors
/// [`DbErr`].
pub async fn verification_by_id(
    conn: &impl ConnectionTrait,
    id: EmailVerificationId,
) -> Result<Option<email_verification::Model>, DbErr> {
    email_verification::Entity::find_by_id(id).one(conn).await
}

/// Uses a verification up, with the address whose place its own takes; `false` where others did.
///
/// # Errors
/// [`DbErr`].
pub async fn use_verification(
    tx: &Tx,
    id: EmailVerificationId,
    previous: Option<String>,
    now: DateTime<Utc>,
) -> Result<bool, DbErr> {
    use email_verification::Column as C;
    let used = email_verification::Entity::update_many()
        .col_expr(C::UsedAt, Expr::value(now))
        .col_expr(C::Previous, Expr::value(previous))
        .filter(C::Id.eq(id))
        .filter(C::UsedAt.is_null())
        .exec(&**tx)
        .await?;
    Ok(used.rows_affected == 1)
}

/// Uses up whatever else waits to be verified of an account.
///
/// # Errors
/// [`DbErr`].
pub async fn use_verifications_up(tx: &Tx, user: UserId, now: DateTime<Utc>) -> Result<(), DbErr> {
    use email_verification::Column as C;
    email_verification::Entity::update_many()
        .col_expr(C::UsedAt, Expr::value(now))
        .filter(C::UserId.eq(user))
        .filter(C::UsedAt.is_null())
        .exec(&**tx)
        .await?;
    Ok(())
}

/// Uses up leave to set a new password that went to an address of before.
///
/// # Errors
/// [`DbErr`].
pub async fn use_resets_up(tx: &Tx, user: UserId, now: DateTime<Utc>) -> Result<(), DbErr> {
    use password_reset::Column as C;
    password_reset::Entity::update_many()
        .col_expr(C::UsedAt, Expr::value(now))
        .filter(C::UserId.eq(user))
        .filter(C::UsedAt.is_null())
        .exec(&**tx)
        .await?;
    Ok(())
}

/// Forgets verifications that ended before an instant: how many.
///
/// # Errors
/// [`DbErr`].
pub async fn forget_verifications(tx: &Tx, before: DateTime<Utc>) -> Result<u64, DbErr> {
    let gone = email_verification::Entity::delete_many()
        .filter(email_verification::Column::ExpiresAt.lt(before))
        .exec(&**tx)
        .await?;
    Ok(gone.rows_affected)
}

/// An account that is open, held until the transaction ends.
///
/// # Errors
/// [`DbErr`].
pub async fn hold_account(tx: &Tx, user: UserId) -> Result<Option<user_account::Model>, DbErr> {
    user_account::Entity::find_by_id(user)
        .filter(user_account::Column::DisabledAt.is_null())
        .lock_exclusive()
        .one(&**tx)
        .await
}

/// An account that is open.
///
/// # Errors
/// [`DbErr`].
pub async fn open_account(
    conn: &impl ConnectionTrait,
    user: UserId,
) -> Result<Option<user_account::Model>, DbErr> {
    user_account::Entity::find_by_id(user)
        .filter(user_account::Column::DisabledAt.is_null())
        .one(conn)
        .await
}

/// Gives an account an address that is known to be its owner's.
///
/// # Errors
/// [`DbErr`], also where another account has it.
pub async fn set_email(
    tx: &Tx,
    user: UserId,
    email: &str,
    now: DateTime<Utc>,
) -> Result<(), DbErr> {
    use user_account::Column as C;
    user_account::Entity::update_many()
        .col_expr(C::Email, Expr::value(email))
        .col_expr(C::EmailVerifiedAt, Expr::value(now))
        .col_expr(C::Version, Expr::col(C::Version).add(1))
        .col_expr(C::UpdatedAt, Expr::value(now))
        .filter(C::Id.eq(user))
        .exec(&**tx)
        .await?;
    Ok(())
}
