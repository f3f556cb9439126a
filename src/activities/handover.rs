//! Hands sign-ups over from one record of a person to another, when records are merged or parted.
//!
//! Places and counts stay: the same person has them. Which records are of one person is decided in
//! `duplicates`.

use std::collections::HashSet;

use entity::ids::ShiftId;
use entity::ids::SignupId;
use entity::ids::VolunteerId;
use entity::signup;
use entity::types::SignupStatus;
use entity::volunteer;
use sea_orm::DbErr;
use uuid::Uuid;

use crate::activities::store;
use crate::activities::store::LIVE;
use crate::identity::Ctx;
use crate::platform::db::Tx;
use crate::platform::feed;
use crate::platform::feed::Kind;

/// What became of sign-ups that were to be handed over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Handover {
    /// Those that went over. One for a shift that is past, in which the other record has a place or
    /// had one, stayed.
    Moved(Vec<SignupId>),
    /// None: this one lies ahead, and the other record is signed up for the same time.
    Clash(Box<signup::Model>),
}

/// Holds the shifts for which some records have a place or wait, as whoever gives or frees a place does;
/// before the records are held.
///
/// # Errors
/// [`DbErr`].
pub async fn hold_shifts(tx: &Tx, records: &[VolunteerId]) -> Result<(), DbErr> {
    let shifts = store::live_shifts(tx, records).await?;
    store::lock_shifts(tx, &shifts).await?;
    Ok(())
}

/// Hands sign-ups over to a record of the same organization; both records are held.
///
/// # Errors
/// [`DbErr`].
pub async fn hand_over_in(
    ctx: &Ctx,
    tx: &Tx,
    signups: &[signup::Model],
    to: &volunteer::Model,
) -> Result<Handover, DbErr> {
    let own: HashSet<ShiftId> = store::signups_of(tx, to.id)
        .await?
        .into_iter()
        .filter(|it| it.status != SignupStatus::Cancelled)
        .map(|it| it.shift_id)
        .collect();
    let seated = || {
        signups
            .iter()
            .filter(|it| it.status == SignupStatus::Confirmed)
    };
    let first = seated().map(|it| it.starts_at).min();
    let busy = match (first, seated().map(|it| it.ends_at).max()) {
        (Some(from), Some(to_end)) => store::busy(tx, &[to.person_id], (from, to_end)).await?,
        _ => Vec::new(),
    };
    let going: HashSet<SignupId> = signups.iter().map(|it| it.id).collect();
    let mut moved = Vec::with_capacity(signups.len());
    for it in signups {
        let twice = it.status != SignupStatus::Cancelled && own.contains(&it.shift_id);
        let overlaps = it.status == SignupStatus::Confirmed
            && busy.iter().any(|other| {
                !going.contains(&other.id)
                    && other.starts_at < it.ends_at
                    && other.ends_at > it.starts_at
            });
        if !twice && !overlaps {
            moved.push(it.id);
        } else if LIVE.contains(&it.status) && it.ends_at > ctx.now() {
            return Ok(Handover::Clash(Box::new(it.clone())));
        }
    }
    store::give_signups(tx, &moved, to, ctx.now()).await?;
    let records: Vec<Uuid> = moved.iter().map(|it| it.0).collect();
    if let Some(from) = signups.first().map(|it| it.volunteer_id.0) {
        let what = (Kind::Signup, records.as_slice());
        feed::hand_over(tx, to.organization_id, ctx.now(), what, (from, to.id.0));
    }
    Ok(Handover::Moved(moved))
}
