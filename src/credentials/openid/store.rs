//! Statements about identities at other providers, and sign-ins there.
//!
//! Nothing is decided here.

use chrono::DateTime;
use chrono::Utc;
use entity::identity_link;
use entity::ids::IdentityLinkId;
use entity::ids::SignInRequestId;
use entity::ids::UserId;
use entity::sign_in_request;
use sea_orm::ColumnTrait;
use sea_orm::ConnectionTrait;
use sea_orm::DbErr;
use sea_orm::EntityTrait;
use sea_orm::ExprTrait;
use sea_orm::IntoActiveModel;
use sea_orm::PaginatorTrait;
use sea_orm::QueryFilter;
use sea_orm::QueryOrder;
use sea_orm::QuerySelect;
use sea_orm::Select;
use sea_orm::sea_query::Expr;
use sea_orm::sea_query::OnConflict;

use crate::platform::db::Tx;
use crate::platform::db::violates;

/// Writes a sign-in that began.
///
/// # Errors
/// [`DbErr`].
pub async fn insert_request(tx: &Tx, row: sign_in_request::Model) -> Result<(), DbErr> {
    sign_in_request::Entity::insert(row.into_active_model())
        .exec_without_returning(&**tx)
        .await?;
    Ok(())
}

/// Of the sign-ins that began from a network and did not end, the first to end; those that look for it wait for each other.
///
/// # Errors
/// [`DbErr`].
pub async fn hold_first_begun(
    tx: &Tx,
    network: &[u8],
    now: DateTime<Utc>,
) -> Result<Option<sign_in_request::Model>, DbErr> {
    begun(network, now)
        .order_by_asc(sign_in_request::Column::ExpiresAt)
        .order_by_asc(sign_in_request::Column::Id)
        .lock_exclusive()
        .one(&**tx)
        .await
}

/// How many sign-ins began from a network and did not end.
///
/// # Errors
/// [`DbErr`].
pub async fn count_begun(tx: &Tx, network: &[u8], now: DateTime<Utc>) -> Result<u64, DbErr> {
    begun(network, now).count(&**tx).await
}

fn begun(network: &[u8], now: DateTime<Utc>) -> Select<sign_in_request::Entity> {
    use sign_in_request::Column as C;
    sign_in_request::Entity::find()
        .filter(C::Network.eq(network.to_vec()))
        .filter(C::ExpiresAt.gt(now))
        .filter(C::UsedAt.is_null())
}

/// A sign-in that is worth something, by the digest of its state.
///
/// # Errors
/// [`DbErr`].
pub async fn request(
    conn: &impl ConnectionTrait,
    digest: &[u8],
    now: DateTime<Utc>,
) -> Result<Option<sign_in_request::Model>, DbErr> {
    use sign_in_request::Column as C;
    sign_in_request::Entity::find()
        .filter(C::Digest.eq(digest.to_vec()))
        .filter(C::UsedAt.is_null())
        .filter(C::ExpiresAt.gt(now))
        .one(conn)
        .await
}

/// Notes that a code came back; `false` where one did before.
///
/// # Errors
/// [`DbErr`].
pub async fn take_code(tx: &Tx, id: SignInRequestId, now: DateTime<Utc>) -> Result<bool, DbErr> {
    use sign_in_request::Column as C;
    let taken = sign_in_request::Entity::update_many()
        .col_expr(C::ExchangedAt, Expr::value(now))
        .filter(C::Id.eq(id))
        .filter(C::ExchangedAt.is_null())
        .exec(&**tx)
        .await?;
    Ok(taken.rows_affected == 1)
}

/// Notes whose account a provider proved, by which identity.
///
/// # Errors
/// [`DbErr`].
pub async fn prove(
    tx: &Tx,
    id: SignInRequestId,
    user: UserId,
    digest: Vec<u8>,
) -> Result<(), DbErr> {
    use sign_in_request::Column as C;
    sign_in_request::Entity::update_many()
        .col_expr(C::ProvenUserId, Expr::value(user))
        .col_expr(C::ProvenDigest, Expr::value(digest))
        .filter(C::Id.eq(id))
        .filter(C::UsedAt.is_null())
        .exec(&**tx)
        .await?;
    Ok(())
}

/// Uses a sign-in up; `false` where somebody else did.
///
/// # Errors
/// [`DbErr`].
pub async fn use_request(tx: &Tx, id: SignInRequestId, now: DateTime<Utc>) -> Result<bool, DbErr> {
    use sign_in_request::Column as C;
    let used = sign_in_request::Entity::update_many()
        .col_expr(C::UsedAt, Expr::value(now))
        .filter(C::Id.eq(id))
        .filter(C::UsedAt.is_null())
        .exec(&**tx)
        .await?;
    Ok(used.rows_affected == 1)
}

/// Forgets sign-ins that ended before an instant: how many.
///
/// # Errors
/// [`DbErr`].
pub async fn forget_requests(tx: &Tx, before: DateTime<Utc>) -> Result<u64, DbErr> {
    let gone = sign_in_request::Entity::delete_many()
        .filter(sign_in_request::Column::ExpiresAt.lt(before))
        .exec(&**tx)
        .await?;
    Ok(gone.rows_affected)
}

/// The link of an identity, also one that ended.
///
/// # Errors
/// [`DbErr`].
pub async fn link(
    conn: &impl ConnectionTrait,
    digest: &[u8],
) -> Result<Option<identity_link::Model>, DbErr> {
    identity_link::Entity::find()
        .filter(identity_link::Column::Digest.eq(digest.to_vec()))
        .one(conn)
        .await
}

/// The same, which nobody changes until the transaction ends.
///
/// # Errors
/// [`DbErr`].
pub async fn hold_link(tx: &Tx, digest: &[u8]) -> Result<Option<identity_link::Model>, DbErr> {
    identity_link::Entity::find()
        .filter(identity_link::Column::Digest.eq(digest.to_vec()))
        .lock_exclusive()
        .one(&**tx)
        .await
}

/// Whether an identity was linked by somebody else in the same moment.
#[must_use]
pub fn is_taken(cause: &DbErr) -> bool {
    violates(cause, &["identity_link_digest", "identity_link.digest"])
}

/// The identities that sign in to an account, the first linked first.
///
/// # Errors
/// [`DbErr`].
pub async fn of_user(
    conn: &impl ConnectionTrait,
    user: UserId,
) -> Result<Vec<identity_link::Model>, DbErr> {
    identity_link::Entity::find()
        .filter(identity_link::Column::UserId.eq(user))
        .filter(identity_link::Column::EndedAt.is_null())
        .order_by_asc(identity_link::Column::CreatedAt)
        .all(conn)
        .await
}

/// The identity of one provider that signs in to an account.
///
/// # Errors
/// [`DbErr`].
pub async fn of_user_at(
    conn: &impl ConnectionTrait,
    user: UserId,
    provider: &str,
) -> Result<Option<identity_link::Model>, DbErr> {
    identity_link::Entity::find()
        .filter(identity_link::Column::UserId.eq(user))
        .filter(identity_link::Column::Provider.eq(provider))
        .filter(identity_link::Column::EndedAt.is_null())
        .one(conn)
        .await
}

/// Writes a link.
///
/// # Errors
/// [`DbErr`].
pub async fn insert_link(tx: &Tx, row: identity_link::Model) -> Result<(), DbErr> {
    identity_link::Entity::insert(row.into_active_model())
        .exec_without_returning(&**tx)
        .await?;
    Ok(())
}

/// Writes a link, in the place of itself as it was before.
///
/// # Errors
/// [`DbErr`].
pub async fn put_link(tx: &Tx, row: identity_link::Model) -> Result<(), DbErr> {
    use identity_link::Column as C;
    let again = OnConflict::column(C::Id)
        .update_columns([
            C::UserId,
            C::Provider,
            C::CreatedAt,
            C::LastUsedAt,
            C::EndedAt,
        ])
        .to_owned();
    identity_link::Entity::insert(row.into_active_model())
        .on_conflict(again)
        .exec_without_returning(&**tx)
        .await?;
    Ok(())
}

/// Notes that somebody signed in with an identity.
///
/// # Errors
/// [`DbErr`].
pub async fn note_use(tx: &Tx, id: IdentityLinkId, now: DateTime<Utc>) -> Result<(), DbErr> {
    identity_link::Entity::update_many()
        .col_expr(identity_link::Column::LastUsedAt, Expr::value(now))
        .filter(identity_link::Column::Id.eq(id))
        .exec(&**tx)
        .await?;
    Ok(())
}

/// Forgets every identity of an account, and sign-ins that are on their way to it.
///
/// # Errors
/// [`DbErr`].
pub async fn remove_links(tx: &Tx, user: UserId) -> Result<(), DbErr> {
    identity_link::Entity::delete_many()
        .filter(identity_link::Column::UserId.eq(user))
        .exec(&**tx)
        .await?;
    sign_in_request::Entity::delete_many()
        .filter(
            sign_in_request::Column::UserId
                .eq(user)
                .or(sign_in_request::Column::ProvenUserId.eq(user)),
        )
        .exec(&**tx)
        .await?;
    Ok(())
}
