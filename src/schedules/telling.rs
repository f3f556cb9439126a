//! Tells the owner of a schedule what did not arrive.
//!
//! Sentences are in `locales/`; when they are told is in `due` and `settle`.

use std::collections::BTreeMap;

use entity::schedule;
use entity::schedule_run;
use entity::types::NotificationKind;
use sea_orm::DbErr;

use crate::identity::Ctx;
use crate::notifications;
use crate::notifications::Notice;
use crate::notifications::moment;
use crate::platform::db::Tx;
use crate::platform::zones;
use crate::platform::zones::Zone;

/// Tells the owner, in the transaction of what happened. What the schedule is called is told, and the clock
/// time of its tick.
///
/// # Errors
/// [`DbErr`].
pub(super) async fn tell(
    ctx: &Ctx,
    tx: &Tx,
    row: &schedule::Model,
    run: &schedule_run::Model,
    kind: NotificationKind,
) -> Result<(), DbErr> {
    let zone = zones::parse(&row.time_zone).unwrap_or_else(Zone::utc);
    let values = BTreeMap::from([
        ("title", row.title.clone()),
        ("starts", moment(zone.local_time(run.tick_at))),
    ]);
    let notice = Notice {
        user: row.owner_id,
        organization: None,
        kind,
        values,
        activity: None,
        shift: None,
        signup: None,
    };
    notifications::tell(ctx, tx, vec![notice]).await
}
