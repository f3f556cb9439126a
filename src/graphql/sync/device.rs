//! The devices of a user, with what was measured of their clocks.
//!
//! They are written down with each batch, in `sync`.

use async_graphql::Context;
use async_graphql::Object;
use async_graphql::Result;
use entity::device;

use crate::graphql::context::Gql;
use crate::graphql::error::fault;
use crate::graphql::scalars::DateTime;
use crate::graphql::scalars::Uuid;
use crate::sync;

/// A device that sent batches of what was done while it was away.
pub struct Device(device::Model);

/// A device that sent batches of what was done while it was away.
#[Object]
impl Device {
    /// As the device calls itself: the `deviceId` of its batches.
    async fn id(&self) -> Uuid {
        Uuid(self.0.id)
    }

    /// Milliseconds by which the server's clock was ahead of the device's at its last batch; negative
    /// when behind. The way of the request is part of it. A clock that is off by more than 24 days
    /// gives the largest or the smallest `Int`.
    async fn clock_skew_milliseconds(&self) -> i32 {
        within_int(self.0.clock_skew_ms)
    }

    /// When its first batch came, by the server's clock.
    async fn first_seen_at(&self) -> DateTime {
        DateTime(self.0.first_seen_at)
    }

    /// When its last batch came, by the server's clock.
    async fn last_seen_at(&self) -> DateTime {
        DateTime(self.0.last_seen_at)
    }
}

/// A skew as `Int` can tell it: beyond its ends clients read no number at all.
pub(super) fn within_int(milliseconds: i64) -> i32 {
    let end = if milliseconds < 0 { i32::MIN } else { i32::MAX };
    i32::try_from(milliseconds).unwrap_or(end)
}

/// The devices of whoever asks.
///
/// # Errors
/// A fault.
pub async fn own(gql: &Context<'_>) -> Result<Vec<Device>> {
    let ctx = gql.op()?;
    let found = sync::devices(ctx).await;
    let found = found.map_err(|it| fault(ctx, &it))?;
    Ok(found.into_iter().map(Device).collect())
}
