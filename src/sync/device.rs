//! Devices and their clocks.
//!
//! A clock that is wrong refuses nothing: days and hours are what the device says of the work, and
//! the skew tells whoever looks into it.

use chrono::DateTime;
use chrono::Utc;
use entity::device;
use sea_orm::DbErr;
use sea_orm::EntityTrait;
use sea_orm::IntoActiveModel;
use sea_orm::sea_query::OnConflict;
use uuid::Uuid;

use crate::identity::Ctx;

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
