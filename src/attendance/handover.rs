//! Hands what is known of a person's presence over from one record to another, when records are
//! merged or parted.
//!
//! Hours and sign-ups go over in `hours` and `activities`. Which records are of one person is decided
//! in `duplicates`.

use std::collections::HashSet;

use entity::attendance;
use entity::ids::AttendanceId;
use entity::ids::ShiftId;
use entity::volunteer;
use sea_orm::DbErr;
use uuid::Uuid;

use crate::attendance::store;
use crate::identity::Ctx;
use crate::platform::db::Tx;
use crate::platform::feed;
use crate::platform::feed::Kind;

/// Hands attendances over to a record of the same organization; both records are held. One of a shift
/// in which the other record was seen, too, stays: which went over.
///
/// # Errors
/// [`DbErr`].
pub async fn hand_over_in(
    ctx: &Ctx,
    tx: &Tx,
    attendances: &[attendance::Model],
    to: &volunteer::Model,
) -> Result<Vec<AttendanceId>, DbErr> {
    let own: HashSet<ShiftId> = store::of_record(tx, to.id)
        .await?
        .into_iter()
        .map(|it| it.shift_id)
        .collect();
    let moved: Vec<AttendanceId> = attendances
        .iter()
        .filter(|it| !own.contains(&it.shift_id))
        .map(|it| it.id)
        .collect();
    store::give(tx, &moved, to, ctx.now()).await?;
    let records: Vec<Uuid> = moved.iter().map(|it| it.0).collect();
    if let Some(from) = attendances.first().map(|it| it.volunteer_id.0) {
        let what = (Kind::Attendance, records.as_slice());
        feed::hand_over(tx, to.organization_id, ctx.now(), what, (from, to.id.0));
    }
    Ok(moved)
}
