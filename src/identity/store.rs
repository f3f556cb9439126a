//! Statements about accounts, their sessions and attempts to sign in.
//!
//! Nothing is decided here. Those about memberships are with the organizations, most about API tokens with the tokens.

use chrono::DateTime;
use chrono::Utc;
use entity::api_token;
use entity::ids::SessionId;
use entity::ids::UserId;
use entity::known_network;
use entity::membership;
use entity::organization;
use entity::session;
use entity::sign_in_attempt;
use entity::user_account;
use sea_orm::ActiveValue::Set;
use sea_orm::ColumnTrait;
use sea_orm::Condition;
use sea_orm::ConnectionTrait;
use sea_orm::DbErr;
use sea_orm::EntityTrait;
use sea_orm::ExprTrait;
use sea_orm::IntoSimpleExpr;
use sea_orm::PaginatorTrait;
use sea_orm::QueryFilter;
use sea_orm::QuerySelect;
use sea_orm::QueryTrait;
use sea_orm::Select;
use sea_orm::sea_query::Expr;
use sea_orm::sea_query::OnConflict;

use crate::platform::db::Tx;
use crate::platform::page::Direction;
use crate::platform::page::Page;
use crate::platform::page::Slice;

/// Rows of one statement.
const ROWS: usize = 1_000;

/// Names of the organizations that a user belongs to, in both scripts.
///
/// # Errors
/// [`DbErr`].
pub async fn names_of_organizations(
    conn: &impl ConnectionTrait,
    user: UserId,
) -> Result<Vec<String>, DbErr> {
    let among = membership::Entity::find()
        .select_only()
        .column(membership::Column::OrganizationId)
        .filter(membership::Column::UserId.eq(user))
        .filter(membership::Column::EndedAt.is_null());
    let rows = organization::Entity::find()
        .filter(organization::Column::Id.in_subquery(among.into_query()))
        .all(conn)
        .await?;
    let names = rows.into_iter();
    let names = names.flat_map(|it| [Some(it.name), it.name_ar, Some(it.slug)]);
    Ok(names.flatten().collect())
}

/// Counts an attempt, and gives the row as it is then; one that is older than `quiet` begins anew.
///
/// # Errors
/// [`DbErr`].
pub async fn count_attempt(
    tx: &Tx,
    digest: &[u8],
    now: DateTime<Utc>,
    quiet: DateTime<Utc>,
) -> Result<sign_in_attempt::Model, DbErr> {
    use sign_in_attempt::Column as C;
    let of = |column| Expr::col((sign_in_attempt::Entity, column));
    let counted = Expr::case(of(C::LastAt).lt(quiet), 1).finally(of(C::Failures).add(1));
    let row = sign_in_attempt::ActiveModel {
        digest: Set(digest.to_vec()),
        failures: Set(1),
        last_at: Set(now),
        wait_until: Set(None),
    };
    let again = OnConflict::column(C::Digest)
        .value(C::Failures, counted)
        .value(C::LastAt, Expr::value(now))
        .to_owned();
    sign_in_attempt::Entity::insert(row)
        .on_conflict(again)
        .exec_with_returning(&**tx)
        .await
}

/// Notes until when nobody tries again.
///
/// # Errors
/// [`DbErr`].
pub async fn wait_until(tx: &Tx, digest: &[u8], until: Option<DateTime<Utc>>) -> Result<(), DbErr> {
    use sign_in_attempt::Column as C;
    sign_in_attempt::Entity::update_many()
        .col_expr(C::WaitUntil, Expr::value(until))
        .filter(C::Digest.eq(digest.to_vec()))
        .exec(&**tx)
        .await?;
    Ok(())
}

/// Takes one attempt back, and the wait that came with it.
///
/// # Errors
/// [`DbErr`].
pub async fn take_back_attempt(
    tx: &Tx,
    digest: &[u8],
    until: Option<DateTime<Utc>>,
) -> Result<(), DbErr> {
    use sign_in_attempt::Column as C;
    sign_in_attempt::Entity::update_many()
        .col_expr(C::Failures, Expr::col(C::Failures).sub(1))
        .filter(C::Digest.eq(digest.to_vec()))
        .filter(C::Failures.gt(0))
        .exec(&**tx)
        .await?;
    let Some(until) = until else { return Ok(()) };
    sign_in_attempt::Entity::update_many()
        .col_expr(C::WaitUntil, Expr::value(Option::<DateTime<Utc>>::None))
        .filter(C::Digest.eq(digest.to_vec()))
        .filter(C::WaitUntil.eq(until))
        .exec(&**tx)
        .await?;
    Ok(())
}

/// Forgets what was counted.
///
/// # Errors
/// [`DbErr`].
pub async fn forget_attempts(tx: &Tx, digest: &[u8]) -> Result<(), DbErr> {
    sign_in_attempt::Entity::delete_many()
        .filter(sign_in_attempt::Column::Digest.eq(digest.to_vec()))
        .exec(&**tx)
        .await?;
    Ok(())
}

/// Forgets attempts of before an instant: how many rows.
///
/// # Errors
/// [`DbErr`].
pub async fn forget_attempts_before(tx: &Tx, before: DateTime<Utc>) -> Result<u64, DbErr> {
    let gone = sign_in_attempt::Entity::delete_many()
        .filter(sign_in_attempt::Column::LastAt.lt(before))
        .exec(&**tx)
        .await?;
    Ok(gone.rows_affected)
}

/// Whether an owner came from there since an instant.
///
/// # Errors
/// [`DbErr`].
pub async fn is_known(
    conn: &impl ConnectionTrait,
    digest: &[u8],
    since: DateTime<Utc>,
) -> Result<bool, DbErr> {
    let found = known_network::Entity::find_by_id(digest.to_vec())
        .filter(known_network::Column::SeenAt.gt(since))
        .one(conn)
        .await?;
    Ok(found.is_some())
}

/// Notes from where an owner came.
///
/// # Errors
/// [`DbErr`].
pub async fn know(tx: &Tx, digest: Vec<u8>, at: DateTime<Utc>) -> Result<(), DbErr> {
    use known_network::Column as C;
    let row = known_network::ActiveModel {
        digest: Set(digest),
        seen_at: Set(at),
    };
    known_network::Entity::insert(row)
        .on_conflict(
            OnConflict::column(C::Digest)
                .update_column(C::SeenAt)
                .to_owned(),
        )
        .exec_without_returning(&**tx)
        .await?;
    Ok(())
}

/// Forgets from where owners came before an instant: how many rows.
///
/// # Errors
/// [`DbErr`].
pub async fn forget_known_before(tx: &Tx, before: DateTime<Utc>) -> Result<u64, DbErr> {
    let gone = known_network::Entity::delete_many()
        .filter(known_network::Column::SeenAt.lt(before))
        .exec(&**tx)
        .await?;
    Ok(gone.rows_affected)
}

/// The sessions of a user that go on.
fn open_sessions(user: UserId, now: DateTime<Utc>) -> Select<session::Entity> {
    session::Entity::find()
        .filter(session::Column::UserId.eq(user))
        .filter(session::Column::EndedAt.is_null())
        .filter(session::Column::ExpiresAt.gt(now))
}

/// A page of the sessions of a user that go on, those that began last first.
///
/// # Errors
/// [`DbErr`].
pub async fn sessions(
    conn: &impl ConnectionTrait,
    user: UserId,
    now: DateTime<Utc>,
    page: &Page<SessionId>,
) -> Result<Slice<session::Model>, DbErr> {
    let columns = [session::Column::Id.into_simple_expr()];
    let select = open_sessions(user, now);
    let rows = page.narrow(select, &columns, Direction::Descending, |key| {
        vec![Expr::value(*key)]
    });
    Ok(page.slice(rows.all(conn).await?))
}

/// How many there are.
///
/// # Errors
/// [`DbErr`].
pub async fn count_sessions(
    conn: &impl ConnectionTrait,
    user: UserId,
    now: DateTime<Utc>,
) -> Result<u64, DbErr> {
    open_sessions(user, now).count(conn).await
}

/// Sessions of a user by id, also those that are over.
///
/// # Errors
/// [`DbErr`].
pub async fn sessions_by_ids(
    conn: &impl ConnectionTrait,
    user: UserId,
    ids: &[SessionId],
) -> Result<Vec<session::Model>, DbErr> {
    session::Entity::find()
        .filter(session::Column::UserId.eq(user))
        .filter(session::Column::Id.is_in(ids.iter().copied()))
        .all(conn)
        .await
}

/// A session, whoever has it, also one that is over.
///
/// # Errors
/// [`DbErr`].
pub async fn session(
    conn: &impl ConnectionTrait,
    id: SessionId,
) -> Result<Option<session::Model>, DbErr> {
    session::Entity::find_by_id(id).one(conn).await
}

/// Which sessions of a user go on when the others end.
#[derive(Clone, Copy, Debug, Default)]
pub struct Spared {
    /// This one.
    pub session: Option<SessionId>,
    /// Those last used at or after this instant.
    pub used_since: Option<DateTime<Utc>>,
}

/// Ends sessions of a user that go on, all but those that are spared: those that ended.
///
/// # Errors
/// [`DbErr`].
pub async fn end_sessions(
    tx: &Tx,
    user: UserId,
    but: Spared,
    now: DateTime<Utc>,
) -> Result<Vec<SessionId>, DbErr> {
    use session::Column as C;
    let rows = session::Entity::find()
        .filter(C::UserId.eq(user))
        .filter(C::EndedAt.is_null())
        .apply_if(but.session, |it, id| it.filter(C::Id.ne(id)))
        .apply_if(but.used_since, |it, since| {
            it.filter(C::LastUsedAt.lt(since).or(C::LastUsedAt.is_null()))
        })
        .all(&**tx)
        .await?;
    let ids: Vec<SessionId> = rows.into_iter().map(|it| it.id).collect();
    for some in ids.chunks(ROWS) {
        session::Entity::update_many()
            .col_expr(C::EndedAt, Expr::value(now))
            .filter(C::Id.is_in(some.iter().copied()))
            .filter(C::EndedAt.is_null())
            .exec(&**tx)
            .await?;
    }
    Ok(ids)
}

/// Ends the API tokens of a user that were not ended: those that it ended.
///
/// # Errors
/// [`DbErr`].
pub async fn revoke_tokens(
    tx: &Tx,
    user: UserId,
    now: DateTime<Utc>,
) -> Result<Vec<api_token::Model>, DbErr> {
    use api_token::Column as C;
    let of = Condition::all()
        .add(C::UserId.eq(user))
        .add(C::RevokedAt.is_null());
    let rows = api_token::Entity::find()
        .filter(of.clone())
        .lock_exclusive()
        .all(&**tx)
        .await?;
    api_token::Entity::update_many()
        .col_expr(C::RevokedAt, Expr::value(now))
        .filter(of)
        .exec(&**tx)
        .await?;
    Ok(rows)
}

/// Gives an open account another password, where it still has the one that was proven; `false` where it has not.
///
/// # Errors
/// [`DbErr`].
pub async fn replace_password(
    tx: &Tx,
    user: UserId,
    proven: &str,
    hash: String,
    now: DateTime<Utc>,
) -> Result<bool, DbErr> {
    use user_account::Column as C;
    let set = user_account::Entity::update_many()
        .col_expr(C::PasswordHash, Expr::value(hash))
        .col_expr(C::Version, Expr::col(C::Version).add(1))
        .col_expr(C::UpdatedAt, Expr::value(now))
        .filter(C::Id.eq(user))
        .filter(C::PasswordHash.eq(proven))
        .filter(C::DisabledAt.is_null())
        .exec(&**tx)
        .await?;
    Ok(set.rows_affected == 1)
}
