//! Devices and their clocks.
//!
//! A clock that is wrong refuses nothing: days and hours are what the device says of the work, and
//! the skew tells whoever looks into it.

use chrono::DateTime;
use chrono::Utc;
use entity::device;
use sea_orm::ColumnTrait;
use sea_orm::DbErr;
use sea_orm::EntityTrait;
use sea_orm::IntoActiveModel;
use sea_orm::QueryFilter;
use sea_orm::QueryOrder;
use sea_orm::QuerySelect;
use sea_orm::sea_query::OnConflict;
use uuid::Uuid;

use crate::identity::Ctx;

/// Most devices of a user that are shown.
const DEVICES_MOST: u64 = 20;

/// Writes down that a device sent a batch, and by how much its clock is off: milliseconds by which
/// the server's was ahead.
///
/// # Errors
/// [`DbErr`].
pub async fn seen(ctx: &Ctx, device: Uuid, sent_at: DateTime<Utc>) -> Result<i64, DbErr> {
    let now = ctx.now();
    let skew = (now - sent_at).num_milliseconds();
    let Some(user) = ctx.actor().user() else {
        return Ok(skew);
    };
    let row = device::Model {
        user_id: user,
        id: device,
        clock_skew_ms: skew,
        first_seen_at: now,
        last_seen_at: now,
    };
    ctx.transaction(async |tx| {
        device::Entity::insert(row.into_active_model())
            .on_conflict(
                OnConflict::columns([device::Column::UserId, device::Column::Id])
                    .update_columns([device::Column::ClockSkewMs, device::Column::LastSeenAt])
                    .to_owned(),
            )
            .exec_without_returning(&**tx)
            .await
    })
    .await?;
    Ok(skew)
}

/// The devices of the actor, those heard of last first; at most twenty.
///
/// # Errors
/// [`DbErr`].
pub async fn devices(ctx: &Ctx) -> Result<Vec<device::Model>, DbErr> {
    let Some(user) = ctx.actor().user() else {
        return Ok(Vec::new());
    };
    device::Entity::find()
        .filter(device::Column::UserId.eq(user))
        .order_by_desc(device::Column::LastSeenAt)
        .order_by_asc(device::Column::Id)
        .limit(DEVICES_MOST)
        .all(ctx.read())
        .await
}
