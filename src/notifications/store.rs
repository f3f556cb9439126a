//! Statements about notifications.
//!
//! Nothing is decided here. A user sees their own and nobody else's, so the user is the scope.

use chrono::DateTime;
use chrono::Utc;
use entity::ids::NotificationId;
use entity::ids::SignupId;
use entity::ids::UserId;
use entity::notification;
use sea_orm::ColumnTrait;
use sea_orm::ConnectionTrait;
use sea_orm::DbErr;
use sea_orm::EntityTrait;
use sea_orm::IntoActiveModel;
use sea_orm::IntoSimpleExpr;
use sea_orm::PaginatorTrait;
use sea_orm::QueryFilter;
use sea_orm::QueryTrait;
use sea_orm::Select;
use sea_orm::sea_query::Expr;

use crate::platform::db::Tx;
use crate::platform::feed;
use crate::platform::feed::Change;
use crate::platform::feed::Kind;
use crate::platform::page::Direction;
use crate::platform::page::Page;
use crate::platform::page::Slice;

/// Rows of one statement.
const ROWS: usize = 1_000;

/// Writes notifications.
///
/// # Errors
/// [`DbErr`].
pub async fn insert(tx: &Tx, rows: Vec<notification::Model>) -> Result<(), DbErr> {
    note(tx, &rows, |it| it.created_at);
    // What is of no organization is about accounts: whoever acts has no part in what others are told of them.
    let beyond = rows.iter().any(|it| it.organization_id.is_none());
    for chunk in rows.chunks(ROWS) {
        let rows = chunk
            .iter()
            .cloned()
            .map(IntoActiveModel::into_active_model);
        let insert = notification::Entity::insert_many(rows);
        match beyond {
            true => insert.exec_without_returning(&tx.beyond()).await?,
            false => insert.exec_without_returning(&**tx).await?,
        };
    }
    Ok(())
}

/// A page of a user's notifications, newest first.
///
/// # Errors
/// [`DbErr`].
pub async fn list(
    conn: &impl ConnectionTrait,
    user: UserId,
    unread: Option<bool>,
    page: &Page<NotificationId>,
) -> Result<Slice<notification::Model>, DbErr> {
    let columns = [notification::Column::Id.into_simple_expr()];
    let rows = page
        .narrow(
            select(user, unread),
            &columns,
            Direction::Descending,
            |key| vec![Expr::value(*key)],
        )
        .all(conn)
        .await?;
    Ok(page.slice(rows))
}

/// How many notifications a user has.
///
/// # Errors
/// [`DbErr`].
pub async fn count(
    conn: &impl ConnectionTrait,
    user: UserId,
    unread: Option<bool>,
) -> Result<u64, DbErr> {
    select(user, unread).count(conn).await
}

/// A user's notifications by id.
///
/// # Errors
/// [`DbErr`].
pub async fn by_ids(
    conn: &impl ConnectionTrait,
    user: UserId,
    ids: &[NotificationId],
) -> Result<Vec<notification::Model>, DbErr> {
    let mut found = Vec::new();
    for ids in ids.chunks(ROWS) {
        let rows = select(user, None)
            .filter(notification::Column::Id.is_in(ids.iter().copied()))
            .all(conn)
            .await?;
        found.extend(rows);
    }
    Ok(found)
}

/// Marks a user's unread notifications as read: those named, or all.
///
/// # Errors
/// [`DbErr`].
pub async fn mark_read(
    tx: &Tx,
    user: UserId,
    ids: Option<&[NotificationId]>,
    at: DateTime<Utc>,
) -> Result<u64, DbErr> {
    let read = notification::Entity::update_many()
        .col_expr(notification::Column::ReadAt, Expr::value(at))
        .filter(notification::Column::UserId.eq(user))
        .filter(notification::Column::ReadAt.is_null())
        .apply_if(ids, |it, ids| {
            it.filter(notification::Column::Id.is_in(ids.iter().copied()))
        })
        .exec_with_returning(&**tx)
        .await?;
    note(tx, &read, |_| at);
    Ok(u64::try_from(read.len()).unwrap_or(u64::MAX))
}

/// Deletes what users were told about some sign-ups.
///
/// # Errors
/// [`DbErr`].
pub async fn forget_about(tx: &Tx, signups: &[SignupId], at: DateTime<Utc>) -> Result<(), DbErr> {
    for signups in signups.chunks(ROWS) {
        let gone = notification::Entity::delete_many()
            .filter(notification::Column::SignupId.is_in(signups.iter().copied()))
            .exec_with_returning(&**tx)
            .await?;
        note_gone(tx, &gone, at);
    }
    Ok(())
}

/// Notes for the devices of the users that their notifications are gone.
fn note_gone(tx: &Tx, rows: &[notification::Model], at: DateTime<Utc>) {
    for it in rows {
        if let Some(organization) = it.organization_id {
            let change = Change {
                kind: Kind::Notification,
                record: it.id.0,
                audience: Some(it.user_id.0),
                removed: true,
            };
            feed::append(tx, organization, at, [change]);
        }
    }
}

/// Notes for the devices of the users that their notifications have changed.
fn note(tx: &Tx, rows: &[notification::Model], at: impl Fn(&notification::Model) -> DateTime<Utc>) {
    for it in rows {
        if let Some(organization) = it.organization_id {
            let change = feed::Change::of(Kind::Notification, it.id.0, Some(it.user_id.0));
            feed::append(tx, organization, at(it), [change]);
        }
    }
}

fn select(user: UserId, unread: Option<bool>) -> Select<notification::Entity> {
    notification::Entity::find()
        .filter(notification::Column::UserId.eq(user))
        .apply_if(unread, |it, unread| {
            it.filter(match unread {
                true => notification::Column::ReadAt.is_null(),
                false => notification::Column::ReadAt.is_not_null(),
            })
        })
}
