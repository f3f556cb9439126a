//! Hands timers over from one record of a person to another, when records are merged or parted.
//!
//! The entries that they became go over in `hours`. Which records are of one person is decided in
//! `duplicates`.

use entity::ids::TimerId;
use entity::timer;
use entity::types::TimerStatus;
use entity::volunteer;
use sea_orm::DbErr;
use uuid::Uuid;

use crate::identity::Ctx;
use crate::platform::db::Tx;
use crate::platform::feed;
use crate::platform::feed::Kind;
use crate::timers::store;

/// What became of timers that were to be handed over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Handover {
    /// They went over.
    Moved(Vec<TimerId>),
    /// None: one of them runs, and so does another of the person.
    Clash,
}

/// Hands timers over to a record of the same organization; both records and the person are held.
///
/// # Errors
/// [`DbErr`].
pub async fn hand_over_in(
    ctx: &Ctx,
    tx: &Tx,
    timers: &[timer::Model],
    to: &volunteer::Model,
) -> Result<Handover, DbErr> {
    let moved: Vec<TimerId> = timers.iter().map(|it| it.id).collect();
    let runs = timers.iter().any(|it| it.status == TimerStatus::Running);
    if runs {
        let other = store::running_of(tx, to.person_id).await?;
        if other.is_some_and(|it| !moved.contains(&it.id)) {
            return Ok(Handover::Clash);
        }
    }
    store::give(tx, &moved, to, ctx.now()).await?;
    let records: Vec<Uuid> = moved.iter().map(|it| it.0).collect();
    if let Some(from) = timers.first().map(|it| it.volunteer_id.0) {
        let what = (Kind::Timer, records.as_slice());
        feed::hand_over(tx, to.organization_id, ctx.now(), what, (from, to.id.0));
    }
    Ok(Handover::Moved(moved))
}
