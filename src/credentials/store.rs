//! Statements about second factors.
//!
//! Nothing is decided here. Nobody sees these rows but whoever has the account, and of them only that there are.

use chrono::DateTime;
use chrono::Utc;
use entity::ids::UserId;
use entity::recovery_code;
use entity::second_factor;
use sea_orm::ColumnTrait;
use sea_orm::Condition;
use sea_orm::ConnectionTrait;
use sea_orm::DbErr;
use sea_orm::EntityTrait;
use sea_orm::IntoActiveModel;
use sea_orm::PaginatorTrait;
use sea_orm::QueryFilter;
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
