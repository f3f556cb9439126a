//! Takes a merge back: what went over and is still there goes back, and the two are said to be two
//! people.
//!
//! What was written for the kept record since stays with it.

use std::collections::HashSet;

use entity::ids::MergeId;
use entity::volunteer;
use entity::volunteer_merge;
use uuid::Uuid;

use crate::activities;
use crate::attendance;
use crate::audit;
use crate::contracts;
use crate::duplicates::apart;
use crate::duplicates::error::MergeError;
use crate::duplicates::merge::ATTENDANCE;
use crate::duplicates::merge::CONTRACT;
use crate::duplicates::merge::ENTRY;
use crate::duplicates::merge::INVITATION;
use crate::duplicates::merge::REASON_MOST;
use crate::duplicates::merge::SIGNUP;
use crate::duplicates::merge::TIMER;
use crate::duplicates::merge::held;
use crate::duplicates::merge::line;
use crate::duplicates::merge::may_hold;
use crate::duplicates::merge::small;
use crate::duplicates::store;
use crate::duplicates::taken::Taken;
use crate::hours;
use crate::identity::Ctx;
use crate::platform::db::Tx;
use crate::platform::zones;
use crate::refusal::Checks;
use crate::timers;
use crate::volunteers::person;
use crate::volunteers::profile;

/// Takes a merge back. One that was taken back already is answered as it is.
///
/// # Errors
/// [`MergeError::NotFound`], [`MergeError::VersionConflict`], [`MergeError::Over`] where the kept
/// record was merged itself since, [`MergeError::Erased`], [`MergeError::Denied`]; then nothing went back.
pub async fn undo(
    ctx: &Ctx,
    id: MergeId,
    expected: Option<i32>,
    reason: &str,
) -> Result<volunteer_merge::Model, MergeError> {
    ctx.demand_signed_in()?;
    let mut checks = Checks::new();
    let reason = checks.prose("reason", reason, REASON_MOST);
    checks.done().map_err(MergeError::Invalid)?;
    ctx.transaction(async |tx| {
        let missing = || MergeError::NotFound("id");
        let seen = store::by_ids(&**tx, ctx.scope(), &[id]).await?.pop();
        let seen = seen.ok_or_else(missing)?;
        let records = [(seen.kept_id, "id"), (seen.merged_id, "id")];
        may_hold(ctx, tx, records).await?;
        // Shifts and entries before records, as whoever changes a sign-up or an entry holds them.
        activities::handover::hold_shifts(tx, &[seen.kept_id, seen.merged_id]).await?;
        hours::store::hold_of(tx, ctx.scope(), seen.kept_id).await?;
        let [one, other] = records;
        let (kept, merged) = held(ctx, tx, one, other).await?;
        let merge = store::lock(tx, ctx.scope(), id)
            .await?
            .ok_or_else(missing)?;
        if merge.undone_at.is_some() {
            return Ok(merge);
        }
        if expected.is_some_and(|it| it != merge.version) {
            return Err(MergeError::VersionConflict {
                current: merge.version,
            });
        }
        if kept.merged_into_id.is_some() {
            return Err(MergeError::Over);
        }
        if kept.erased_at.is_some() || merged.erased_at.is_some() {
            return Err(MergeError::Erased("id"));
        }
        person::hold(tx, &[kept.person_id, merged.person_id]).await?;
        let (kept, merged) = part(ctx, tx, &merge, kept, merged).await?;
        let stayed = give_back(ctx, tx, &merge, &kept, &merged, &reason).await?;
        let undone = volunteer_merge::Model {
            stayed_entries: small(stayed),
            undone_by: ctx.actor().user(),
            undone_at: Some(ctx.now()),
            undo_reason: Some(reason),
            version: merge.version.saturating_add(1),
            updated_at: ctx.now(),
            ..merge
        };
        store::replace(tx, &undone).await?;
        store::redirect_back(tx, merged.id).await?;
        apart::remember(ctx, tx, &kept, &merged).await?;
        audit::record(ctx, tx, line("volunteer.unmerge", &undone)).await?;
        Ok(undone)
    })
    .await
    .map_err(|it: MergeError| it.told_of("id"))
}

/// Makes the merged record one of its own again.
async fn part(
    ctx: &Ctx,
    tx: &Tx,
    merge: &volunteer_merge::Model,
    kept: volunteer::Model,
    merged: volunteer::Model,
) -> Result<(volunteer::Model, volunteer::Model), MergeError> {
    let unreadable = |it: serde_json::Error| sea_orm::DbErr::Custom(it.to_string());
    let taken: Taken = serde_json::from_str(&merge.taken).map_err(unreadable)?;
    let (mut kept_after, mut merged_after) = (kept.clone(), merged.clone());
    taken
        .give_back(&mut kept_after, &mut merged_after)
        .map_err(unreadable)?;
    merged_after.merged_into_id = None;
    if !merge.was_archived {
        merged_after.archived_at = None;
    }
    // First what lets number and account go, then what takes them.
    let kept = profile::save(ctx, tx, &kept, kept_after, "volunteer.parted").await?;
    let merged = profile::save(ctx, tx, &merged, merged_after, "volunteer.parted").await?;
    Ok((kept, merged))
}

/// Hands back what went over and is still there: how many entries stay, since their months are closed.
async fn give_back(
    ctx: &Ctx,
    tx: &Tx,
    merge: &volunteer_merge::Model,
    kept: &volunteer::Model,
    merged: &volunteer::Model,
    reason: &str,
) -> Result<usize, MergeError> {
    let remembered = store::remembered(tx, merge.id).await?;
    let of = |kind: &str| -> HashSet<Uuid> {
        remembered
            .iter()
            .filter(|it| it.kind == kind)
            .map(|it| it.subject_id)
            .collect()
    };
    let ids = of(SIGNUP);
    let mut signups = activities::store::signups_of(tx, kept.id).await?;
    signups.retain(|it| ids.contains(&it.id.0));
    if let activities::handover::Handover::Clash(signup) =
        activities::handover::hand_over_in(ctx, tx, &signups, merged).await?
    {
        let zone = zones::country();
        return Err(MergeError::TwoPlaces {
            from: zone.local_time(signup.starts_at),
            to: zone.local_time(signup.ends_at),
        });
    }
    let ids = of(ATTENDANCE);
    let mut attendances = attendance::store::of_record(tx, kept.id).await?;
    attendances.retain(|it| ids.contains(&it.id.0));
    attendance::handover::hand_over_in(ctx, tx, &attendances, merged).await?;
    let ids = of(TIMER);
    let mut timers = timers::store::of_record(tx, kept.id).await?;
    timers.retain(|it| ids.contains(&it.id.0));
    if timers::handover::hand_over_in(ctx, tx, &timers, merged).await?
        == timers::handover::Handover::Clash
    {
        return Err(MergeError::TwoTimers);
    }
    let ids = of(CONTRACT);
    let mut own = contracts::store::lock_of(tx, kept.id).await?;
    own.retain(|it| ids.contains(&it.id.0));
    contracts::handover::hand_over_in(ctx, tx, own, merged).await?;
    let ids: Vec<Uuid> = of(INVITATION).into_iter().collect();
    if !ids.is_empty() {
        let now = ctx.now();
        store::hand_invitations_over(tx, kept.id, merged.id, Some(&ids), now).await?;
    }
    let ids = of(ENTRY);
    let mut entries = hours::store::lock_of(tx, ctx.scope(), kept.id).await?;
    entries.retain(|it| ids.contains(&it.id.0));
    let done = hours::handover::hand_over_in(ctx, tx, &entries, merged, Some(reason)).await?;
    Ok(done.stayed.len())
}
