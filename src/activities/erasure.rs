//! Takes a person out of the shifts of an organization: what lies ahead is cancelled, freed places go to whoever waits, and
//! texts go.
//!
//! What was seen of their presence is in `attendance`. Whose data is erased is decided in `privacy`.

mod store;

use entity::ids::ShiftId;
use entity::ids::SignupId;
use entity::ids::VolunteerId;
use entity::shift;
use entity::signup;
use entity::types::SignupStatus;
use sea_orm::DbErr;

use crate::activities;
use crate::activities::erasure::store::forget_texts;
use crate::activities::erasure::store::of_records;
use crate::activities::signup::line;
use crate::activities::store::LIVE;
use crate::activities::waiting;
use crate::audit;
use crate::identity::Ctx;
use crate::notifications;
use crate::platform::db::Tx;

/// Shifts that are held until the transaction ends.
#[derive(Debug)]
pub struct Held(Vec<shift::Model>);

/// Holds the shifts ahead in which some records have a place or wait, and those for which the same people wait at these
/// times, in any organization; before the records are held, as whoever gives or frees a place does.
///
/// # Errors
/// [`DbErr`].
pub async fn hold(ctx: &Ctx, tx: &Tx, records: &[VolunteerId]) -> Result<Held, DbErr> {
    let mut ids: Vec<ShiftId> = Vec::new();
    for it in of_records(tx, records).await? {
        if !is_ahead(ctx, &it) {
            continue;
        }
        ids.push(it.shift_id);
        if it.status == SignupStatus::Confirmed {
            // Whoever had a place could not move up elsewhere.
            let times = (it.starts_at, it.ends_at);
            ids.extend(activities::store::awaited(tx, it.person_id, times).await?);
        }
    }
    ids.sort_unstable();
    ids.dedup();
    Ok(Held(activities::store::lock_shifts(tx, &ids).await?))
}

/// Cancels what lies ahead, takes the texts of all sign-ups away with what was told about them, and gives the freed places
/// to whoever waits. The records and their shifts are held.
///
/// # Errors
/// [`DbErr`], also where somebody signed them up after the shifts were held: then it is tried again.
pub async fn erase_in(
    ctx: &Ctx,
    tx: &Tx,
    held: &Held,
    records: &[VolunteerId],
) -> Result<(), DbErr> {
    let all = of_records(tx, records).await?;
    let ahead: Vec<signup::Model> = all.iter().filter(|it| is_ahead(ctx, it)).cloned().collect();
    let is_held = |id: ShiftId| held.0.iter().any(|it| it.id == id);
    if !ahead.iter().all(|it| is_held(it.shift_id)) {
        return Err(DbErr::Custom("signed up meanwhile".to_owned()));
    }
    activities::store::cancel_signups(tx, &ahead, None, ctx.now()).await?;
    let lines = ahead.iter().map(|it| line("signup.cancel", it)).collect();
    audit::record_all(ctx, tx, lines).await?;
    let speaks = |it: &&signup::Model| it.note.is_some() || it.cancel_reason.is_some();
    let texts: Vec<signup::Model> = all.iter().filter(speaks).cloned().collect();
    forget_texts(tx, &texts, ctx.now()).await?;
    let ids: Vec<SignupId> = all.iter().map(|it| it.id).collect();
    notifications::store::forget_about(tx, &ids, ctx.now()).await?;
    for shift in &held.0 {
        waiting::promote(ctx, tx, shift).await?;
    }
    Ok(())
}

/// Whether a sign-up holds a place or waits for one in a shift that has not begun.
fn is_ahead(ctx: &Ctx, signup: &signup::Model) -> bool {
    LIVE.contains(&signup.status) && signup.starts_at > ctx.now()
}
