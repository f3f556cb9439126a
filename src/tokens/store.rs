//! Statements about API tokens, by whose they are.
//!
//! Nothing is decided here. The statement by which one lets somebody in is in `identity::api_token`.

use chrono::DateTime;
use chrono::Utc;
use entity::api_token;
use entity::ids::ApiTokenId;
use entity::ids::UserId;
use entity::user_account;
use sea_orm::ColumnTrait;
use sea_orm::Condition;
use sea_orm::ConnectionTrait;
use sea_orm::DbErr;
use sea_orm::EntityTrait;
use sea_orm::IntoActiveModel;
use sea_orm::IntoSimpleExpr;
use sea_orm::PaginatorTrait;
use sea_orm::QueryFilter;
use sea_orm::QuerySelect;
use sea_orm::Select;
use sea_orm::sea_query::Expr;

use crate::platform::db::Tx;
use crate::platform::page::Direction;
use crate::platform::page::Page;
use crate::platform::page::Slice;

/// Writes a new token.
///
/// # Errors
/// [`DbErr`].
pub async fn insert(tx: &Tx, row: api_token::Model) -> Result<(), DbErr> {
    api_token::Entity::insert(row.into_active_model())
        .exec_without_returning(&**tx)
        .await?;
    Ok(())
}

/// Writes when a token ended.
///
/// # Errors
/// [`DbErr`].
pub async fn update(tx: &Tx, row: &api_token::Model) -> Result<(), DbErr> {
    api_token::Entity::update_many()
        .col_expr(api_token::Column::RevokedAt, Expr::value(row.revoked_at))
        .filter(api_token::Column::Id.eq(row.id))
        .exec(&**tx)
        .await?;
    Ok(())
}

/// Holds an account until the transaction ends.
///
/// # Errors
/// [`DbErr`].
pub async fn lock_account(tx: &Tx, user: UserId) -> Result<(), DbErr> {
    user_account::Entity::find_by_id(user)
        .select_only()
        .column(user_account::Column::Id)
        .lock_exclusive()
        .into_tuple::<UserId>()
        .one(&**tx)
        .await?;
    Ok(())
}

/// Tokens of a user, by id.
///
/// # Errors
/// [`DbErr`].
pub async fn by_ids(
    conn: &impl ConnectionTrait,
    user: UserId,
    ids: &[ApiTokenId],
) -> Result<Vec<api_token::Model>, DbErr> {
    of(user)
        .filter(api_token::Column::Id.is_in(ids.iter().copied()))
        .all(conn)
        .await
}

/// One of a user, held until the transaction ends.
///
/// # Errors
/// [`DbErr`].
pub async fn lock(
    tx: &Tx,
    user: UserId,
    id: ApiTokenId,
) -> Result<Option<api_token::Model>, DbErr> {
    of(user)
        .filter(api_token::Column::Id.eq(id))
        .lock_exclusive()
        .one(&**tx)
        .await
}

/// How many of a user are in force, or were made since an instant.
///
/// # Errors
/// [`DbErr`].
pub async fn count_recent(
    tx: &Tx,
    user: UserId,
    now: DateTime<Utc>,
    since: DateTime<Utc>,
) -> Result<u64, DbErr> {
    let in_force = Condition::all()
        .add(api_token::Column::RevokedAt.is_null())
        .add(api_token::Column::ExpiresAt.gt(now));
    let recent = api_token::Column::CreatedAt.gt(since);
    of(user)
        .filter(Condition::any().add(in_force).add(recent))
        .count(&**tx)
        .await
}

/// A page of the tokens of a user, newest first.
///
/// # Errors
/// [`DbErr`].
pub async fn list(
    conn: &impl ConnectionTrait,
    user: UserId,
    page: &Page<ApiTokenId>,
) -> Result<Slice<api_token::Model>, DbErr> {
    let columns = [api_token::Column::Id.into_simple_expr()];
    let rows = page.narrow(of(user), &columns, Direction::Descending, |key| {
        vec![Expr::value(*key)]
    });
    Ok(page.slice(rows.all(conn).await?))
}

/// How many tokens a user has, those that ended included.
///
/// # Errors
/// [`DbErr`].
pub async fn count(conn: &impl ConnectionTrait, user: UserId) -> Result<u64, DbErr> {
    of(user).count(conn).await
}

fn of(user: UserId) -> Select<api_token::Entity> {
    api_token::Entity::find().filter(api_token::Column::UserId.eq(user))
}
