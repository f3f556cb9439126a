//! Statements that let go of what was kept long enough.
//!
//! How long that is, is said by the settings.

use chrono::DateTime;
use chrono::Utc;
use entity::attendance;
use entity::certificate;
use entity::device;
use entity::hour_entry;
use entity::idempotency_key;
use entity::ids::InvitationId;
use entity::ids::NotificationId;
use entity::ids::SessionId;
use entity::ids::VolunteerId;
use entity::invitation;
use entity::job;
use entity::notification;
use entity::refresh_token;
use entity::schedule;
use entity::session;
use entity::signup;
use entity::timer;
use entity::volunteer;
use entity::volunteer_contract;
use sea_orm::ColumnTrait;
use sea_orm::Condition;
use sea_orm::ConnectionTrait;
use sea_orm::DbErr;
use sea_orm::EntityTrait;
use sea_orm::QueryFilter;
use sea_orm::QueryOrder;
use sea_orm::QuerySelect;
use sea_orm::QueryTrait;
use sea_orm::sea_query::Expr;
use sea_orm::sea_query::ExprTrait;

use crate::platform::db::Tx;

/// Sessions that ended, or could not be used any more, before an instant; those that jobs and schedules name stay.
///
/// # Errors
/// [`DbErr`].
pub async fn drop_sessions(tx: &Tx, until: DateTime<Utc>, most: u64) -> Result<u64, DbErr> {
    let jobs = job::Entity::find()
        .select_only()
        .column(job::Column::SessionId)
        .into_query();
    let schedules = schedule::Entity::find()
        .select_only()
        .column(schedule::Column::SessionId)
        .into_query();
    let old: Vec<SessionId> = session::Entity::find()
        .select_only()
        .column(session::Column::Id)
        .filter(
            Condition::any()
                .add(session::Column::EndedAt.lt(until))
                .add(session::Column::ExpiresAt.lt(until)),
        )
        .filter(session::Column::Id.not_in_subquery(jobs))
        .filter(session::Column::Id.not_in_subquery(schedules))
        .limit(most)
        .into_tuple()
        .all(&**tx)
        .await?;
    refresh_token::Entity::delete_many()
        .filter(refresh_token::Column::SessionId.is_in(old.iter().copied()))
        .exec(&**tx)
        .await?;
    let gone = session::Entity::delete_many()
        .filter(session::Column::Id.is_in(old))
        .exec(&**tx)
        .await?;
    Ok(gone.rows_affected)
}

/// Device and address of sessions that ended, or could not be used any more, before an instant.
///
/// # Errors
/// [`DbErr`].
pub async fn drop_origins(tx: &Tx, until: DateTime<Utc>, most: u64) -> Result<u64, DbErr> {
    use session::Column as C;
    let known = Condition::any()
        .add(C::Device.is_not_null())
        .add(C::Address.is_not_null());
    let over = Condition::any()
        .add(C::EndedAt.lt(until))
        .add(C::ExpiresAt.lt(until));
    let old = session::Entity::find()
        .select_only()
        .column(C::Id)
        .filter(known)
        .filter(over)
        .limit(most)
        .into_query();
    let cleared = session::Entity::update_many()
        .col_expr(C::Device, Expr::value(None::<String>))
        .col_expr(C::Address, Expr::value(None::<String>))
        .filter(C::Id.in_subquery(old))
        .exec(&**tx)
        .await?;
    Ok(cleared.rows_affected)
}

/// Devices that were last heard of before an instant.
///
/// # Errors
/// [`DbErr`].
pub async fn drop_devices(tx: &Tx, until: DateTime<Utc>, most: u64) -> Result<u64, DbErr> {
    let key = [device::Column::UserId, device::Column::Id];
    let old = device::Entity::find()
        .select_only()
        .columns(key)
        .filter(device::Column::LastSeenAt.lt(until))
        .limit(most)
        .into_query();
    let gone = device::Entity::delete_many()
        .filter(Expr::tuple(key.map(Expr::col)).in_subquery(old))
        // Not one that was heard of meanwhile.
        .filter(device::Column::LastSeenAt.lt(until))
        .exec(&**tx)
        .await?;
    Ok(gone.rows_affected)
}

/// What was told before an instant, read or not.
///
/// # Errors
/// [`DbErr`].
pub async fn drop_notifications(tx: &Tx, until: DateTime<Utc>, most: u64) -> Result<u64, DbErr> {
    let old: Vec<NotificationId> = notification::Entity::find()
        .select_only()
        .column(notification::Column::Id)
        .filter(notification::Column::CreatedAt.lt(until))
        .limit(most)
        .into_tuple()
        .all(&**tx)
        .await?;
    let gone = notification::Entity::delete_many()
        .filter(notification::Column::Id.is_in(old))
        .exec(&**tx)
        .await?;
    Ok(gone.rows_affected)
}

/// Invitations whose time ran out before an instant, accepted or not.
///
/// # Errors
/// [`DbErr`].
pub async fn drop_invitations(tx: &Tx, until: DateTime<Utc>, most: u64) -> Result<u64, DbErr> {
    let old: Vec<InvitationId> = invitation::Entity::find()
        .select_only()
        .column(invitation::Column::Id)
        .filter(invitation::Column::ExpiresAt.lt(until))
        .limit(most)
        .into_tuple()
        .all(&**tx)
        .await?;
    let gone = invitation::Entity::delete_many()
        .filter(invitation::Column::Id.is_in(old))
        .exec(&**tx)
        .await?;
    Ok(gone.rows_affected)
}

/// Keys of requests that were claimed before an instant.
///
/// # Errors
/// [`DbErr`].
pub async fn drop_keys(tx: &Tx, until: DateTime<Utc>, most: u64) -> Result<u64, DbErr> {
    let key = [idempotency_key::Column::Actor, idempotency_key::Column::Key];
    let old = idempotency_key::Entity::find()
        .select_only()
        .columns(key)
        .filter(idempotency_key::Column::CreatedAt.lt(until))
        .limit(most)
        .into_query();
    let gone = idempotency_key::Entity::delete_many()
        .filter(Expr::tuple(key.map(Expr::col)).in_subquery(old))
        .exec(&**tx)
        .await?;
    Ok(gone.rows_affected)
}

/// The next records, in the order of ids, that were archived before an instant, have no account, and under which nothing was
/// done: no hours, no contract, no certificate, no timer, no sign-up and no attendance.
///
/// # Errors
/// [`DbErr`].
pub async fn unused_records(
    conn: &impl ConnectionTrait,
    until: DateTime<Utc>,
    after: Option<VolunteerId>,
    most: u64,
) -> Result<Vec<VolunteerId>, DbErr> {
    let hours = hour_entry::Entity::find()
        .select_only()
        .column(hour_entry::Column::VolunteerId)
        .filter(hour_entry::Column::VolunteerId.is_not_null())
        .into_query();
    let contracts = volunteer_contract::Entity::find()
        .select_only()
        .column(volunteer_contract::Column::VolunteerId)
        .into_query();
    let certificates = certificate::Entity::find()
        .select_only()
        .column(certificate::Column::VolunteerId)
        .into_query();
    let timers = timer::Entity::find()
        .select_only()
        .column(timer::Column::VolunteerId)
        .into_query();
    let signups = signup::Entity::find()
        .select_only()
        .column(signup::Column::VolunteerId)
        .into_query();
    let attendances = attendance::Entity::find()
        .select_only()
        .column(attendance::Column::VolunteerId)
        .into_query();
    let merged = volunteer::Entity::find()
        .select_only()
        .column(volunteer::Column::MergedIntoId)
        .filter(volunteer::Column::MergedIntoId.is_not_null())
        .into_query();
    let mut unused = volunteer::Entity::find()
        .select_only()
        .column(volunteer::Column::Id)
        .filter(volunteer::Column::ArchivedAt.lt(until))
        .filter(volunteer::Column::ErasedAt.is_null())
        .filter(volunteer::Column::UserId.is_null())
        .filter(volunteer::Column::MergedIntoId.is_null())
        .apply_if(after, |it, after| {
            it.filter(volunteer::Column::Id.gt(after))
        });
    for done in [
        hours,
        contracts,
        certificates,
        timers,
        signups,
        attendances,
        merged,
    ] {
        unused = unused.filter(volunteer::Column::Id.not_in_subquery(done));
    }
    unused
        .order_by_asc(volunteer::Column::Id)
        .limit(most)
        .into_tuple()
        .all(conn)
        .await
}
