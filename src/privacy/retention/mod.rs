//! Lets go of what was kept long enough, by category, a thousand rows at a time.
//!
//! For how long and why is in `docs/personal-data.md`; the days are settings. Files of exports and imports, letters and what
//! webhooks were told go by the chores of their own areas.

mod store;

use chrono::DateTime;
use chrono::TimeDelta;
use chrono::Utc;
use entity::ids::VolunteerId;
use sea_orm::DbErr;

use crate::identity::Ctx;
use crate::privacy::erase;
use crate::privacy::error::PrivacyError;

/// Between two rounds: days are not counted by the minute.
pub const ROUND: TimeDelta = TimeDelta::hours(1);
/// Rows of one statement.
const PART: u64 = 1_000;
/// Records that one round erases.
const RECORDS: u64 = 50;

/// What one round let go of, in rows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Gone {
    /// Sessions that ended long ago, with their tokens.
    pub sessions: u64,
    /// Sessions that ended a while ago: what their devices call themselves, and the addresses of their networks.
    pub origins: u64,
    /// Devices that were not heard of for long.
    pub devices: u64,
    /// What people were told long ago.
    pub notifications: u64,
    /// Invitations that are long over.
    pub invitations: u64,
    /// Keys of requests that nobody repeats any more.
    pub keys: u64,
    /// Records that were out of use for long, under which nothing was done.
    pub records: u64,
}

impl Gone {
    /// How many rows there are.
    #[must_use]
    pub fn all(self) -> u64 {
        self.sessions
            + self.origins
            + self.devices
            + self.notifications
            + self.invitations
            + self.keys
            + self.records
    }
}

/// Lets go of what was kept long enough.
///
/// # Errors
/// [`PrivacyError::Database`]; what went before it stays gone, and the next round tries the rest again.
pub async fn enforce(ctx: &Ctx) -> Result<Gone, PrivacyError> {
    let kept = &ctx.core().config.privacy.retention;
    let before = |days: i64| ctx.now() - TimeDelta::days(days);
    Ok(Gone {
        sessions: parts(ctx, Category::Sessions, before(kept.session_days)).await?,
        origins: parts(ctx, Category::Origins, before(kept.session_origin_days)).await?,
        devices: parts(ctx, Category::Devices, before(kept.device_days)).await?,
        notifications: parts(ctx, Category::Notifications, before(kept.notification_days)).await?,
        invitations: parts(ctx, Category::Invitations, before(kept.invitation_days)).await?,
        keys: parts(ctx, Category::Keys, before(kept.request_key_days)).await?,
        records: records(ctx).await?,
    })
}

/// What is let go of by age alone.
#[derive(Clone, Copy, Debug)]
enum Category {
    Sessions,
    Origins,
    Devices,
    Notifications,
    Invitations,
    Keys,
}

/// Lets go of rows part by part, each in a transaction of its own, so that nobody waits long.
async fn parts(ctx: &Ctx, what: Category, until: DateTime<Utc>) -> Result<u64, DbErr> {
    let mut gone = 0_u64;
    loop {
        let part = ctx
            .transaction(async |tx| match what {
                Category::Sessions => store::drop_sessions(tx, until, PART).await,
                Category::Origins => store::drop_origins(tx, until, PART).await,
                Category::Devices => store::drop_devices(tx, until, PART).await,
                Category::Notifications => store::drop_notifications(tx, until, PART).await,
                Category::Invitations => store::drop_invitations(tx, until, PART).await,
                Category::Keys => store::drop_keys(tx, until, PART).await,
            })
            .await?;
        gone = gone.saturating_add(part);
        if part < PART {
            return Ok(gone);
        }
    }
}

/// Erases records without an account that were archived long ago and under which nothing was done, where that is set.
async fn records(ctx: &Ctx) -> Result<u64, PrivacyError> {
    let days = ctx.core().config.privacy.retention.unused_record_days;
    if days == 0 {
        return Ok(0);
    }
    let until = ctx.now() - TimeDelta::days(days);
    let (mut gone, mut after) = (0, None::<VolunteerId>);
    while gone < RECORDS {
        let unused = store::unused_records(ctx.read(), until, after, RECORDS - gone).await?;
        let Some(last) = unused.last() else { break };
        after = Some(*last);
        for id in unused {
            let erased = ctx
                .transaction(async |tx| erase::erase_record(ctx, tx, id).await)
                .await;
            match erased {
                Ok(()) => gone += 1,
                Err(cause) => {
                    tracing::error!(volunteer.id = %id, %cause, "an unused record was not erased")
                }
            }
        }
    }
    Ok(gone)
}
