//! Merges a record into another of the same person: hours, sign-ups, presence, timers, contracts and what
//! the kept record lacks go over.
//!
//! What lies in months that are closed to the actor stays as it was reported, and goes over when the
//! merge is asked for again under an exception. Taking it back is in `undo`.

use entity::hour_entry;
use entity::ids::MergeId;
use entity::ids::VolunteerId;
use entity::volunteer;
use entity::volunteer_merge;
use serde::Serialize;
use serde_json::json;
use uuid::Uuid;

use crate::activities;
use crate::attendance;
use crate::audit;
use crate::audit::Line;
use crate::contracts;
use crate::duplicates::apart;
use crate::duplicates::error::MergeError;
use crate::duplicates::store;
use crate::duplicates::taken::Field;
use crate::duplicates::taken::Taken;
use crate::hours;
use crate::hours::handover::Handover;
use crate::identity::Action;
use crate::identity::Ctx;
use crate::identity::Denied;
use crate::organizations;
use crate::platform::db::Tx;
use crate::platform::idempotency::Claim;
use crate::platform::zones;
use crate::refusal::Checks;
use crate::timers;
use crate::volunteers;
use crate::volunteers::person;
use crate::volunteers::profile;

/// Longest reason, in characters.
pub(super) const REASON_MOST: usize = 500;
/// Name of the tables of what goes over. Words of stored rows: never renamed.
pub(super) const ENTRY: &str = "hour_entry";
pub(super) const SIGNUP: &str = "signup";
pub(super) const ATTENDANCE: &str = "attendance";
pub(super) const TIMER: &str = "timer";
pub(super) const INVITATION: &str = "invitation";
pub(super) const CONTRACT: &str = "volunteer_contract";

/// A merge as asked for.
#[derive(Clone, Debug, Serialize)]
pub struct NewMerge {
    /// The record that stays.
    pub keep: VolunteerId,
    /// The record that is taken over.
    pub merge: VolunteerId,
    /// Values of the merged record that replace those of the kept one; what the kept record lacks is
    /// taken anyway.
    pub take: Vec<Field>,
    /// Why.
    pub reason: Option<String>,
}

/// Merges a record into another. A merge that holds already is continued: what lay in closed months
/// and may be written now goes over.
///
/// # Errors
/// [`MergeError`]; then nothing went over.
pub async fn merge(
    ctx: &Ctx,
    new: &NewMerge,
    expected: Option<i32>,
    key: Option<&str>,
) -> Result<volunteer_merge::Model, MergeError> {
    ctx.demand_signed_in()?;
    let mut checks = Checks::new();
    checks.key(key);
    let reason = checks.optional_prose("reason", new.reason.as_deref(), REASON_MOST);
    checks.done().map_err(MergeError::Invalid)?;
    let id = MergeId(ctx.new_id());
    ctx.transaction(async |tx| {
        match ctx.claim(tx, "mergeVolunteers", key, new, id.0).await? {
            Claim::Go => {}
            Claim::Conflict => return Err(MergeError::KeyReused),
            Claim::Replay(id) => {
                return store::lock(tx, ctx.scope(), MergeId(id))
                    .await?
                    .ok_or(MergeError::NotFound("idempotencyKey"));
            }
        }
        let records = [(new.keep, "keepId"), (new.merge, "mergeId")];
        may_hold(ctx, tx, records).await?;
        // Shifts and entries before records, as whoever changes a sign-up or an entry holds them.
        activities::handover::hold_shifts(tx, &[new.keep, new.merge]).await?;
        hours::store::hold_of(tx, ctx.scope(), new.merge).await?;
        let [one, other] = records;
        let (mut kept, mut merged) = held(ctx, tx, one, other).await?;
        if expected.is_some_and(|it| it != kept.version) {
            return Err(MergeError::VersionConflict {
                current: kept.version,
            });
        }
        if kept.merged_into_id.is_some() {
            return Err(MergeError::Merged("keepId"));
        }
        for (record, field) in [(&kept, "keepId"), (&merged, "mergeId")] {
            if record.erased_at.is_some() {
                return Err(MergeError::Erased(field));
            }
        }
        let known = match merged.merged_into_id {
            Some(into) if into == kept.id => path(tx, &kept, &merged).await?,
            Some(_) => return Err(MergeError::Merged("mergeId")),
            None => Vec::new(),
        };
        same_person(tx, &kept, &merged).await?;
        let entries = hours::store::lock_of(tx, ctx.scope(), merged.id).await?;
        let (hours, moved) =
            hand_over(ctx, tx, &entries, &merged, &kept, reason.as_deref()).await?;
        let (moved_entries, stayed_entries) = (small(hours.moved.len()), small(hours.stayed.len()));
        let mut moved = moved;
        moved.extend(hours.moved.iter().map(|it| (ENTRY, it.0)));
        let mut merges = Vec::with_capacity(known.len().max(1));
        for known in known {
            let merge = volunteer_merge::Model {
                moved_entries: known.moved_entries.saturating_add(moved_entries),
                stayed_entries,
                version: known.version.saturating_add(1),
                updated_at: ctx.now(),
                ..known
            };
            store::replace(tx, &merge).await?;
            merges.push(merge);
        }
        if merges.is_empty() {
            let merge = volunteer_merge::Model {
                id,
                organization_id: kept.organization_id,
                kept_id: kept.id,
                merged_id: merged.id,
                was_archived: merged.archived_at.is_some(),
                taken: tie(ctx, tx, &mut kept, &mut merged, &new.take).await?,
                reason: reason.clone(),
                moved_entries,
                stayed_entries,
                merged_by: ctx.actor().user(),
                merged_at: ctx.now(),
                undone_by: None,
                undone_at: None,
                undo_reason: None,
                version: 1,
                created_at: ctx.now(),
                updated_at: ctx.now(),
            };
            store::insert(tx, &merge).await?;
            merges.push(merge);
        }
        for merge in &merges {
            // Each step of the way back moves its own.
            store::remember(tx, merge.id, moved.iter().copied()).await?;
            audit::record(ctx, tx, line("volunteer.merge", merge)).await?;
        }
        merges
            .into_iter()
            .next()
            .ok_or(MergeError::NotFound("mergeId"))
    })
    .await
}

/// The merges that lead from a merged record to the one that stands for it, first step first.
async fn path(
    tx: &Tx,
    kept: &volunteer::Model,
    merged: &volunteer::Model,
) -> Result<Vec<volunteer_merge::Model>, MergeError> {
    let mut path = Vec::new();
    let mut from = merged.id;
    while from != kept.id {
        let step = store::standing(tx, from).await?;
        let step = step.ok_or(MergeError::Merged("mergeId"))?;
        from = step.kept_id;
        path.push(step);
    }
    Ok(path)
}

/// What the actor may not see or keep is told before anything is held.
pub(super) async fn may_hold(
    ctx: &Ctx,
    tx: &Tx,
    records: [(VolunteerId, &'static str); 2],
) -> Result<(), MergeError> {
    let ids = records.map(|(id, _)| id);
    let seen = volunteers::store::by_ids(&**tx, ctx.scope(), &ids).await?;
    for (id, field) in records {
        let record = seen.iter().find(|it| it.id == id);
        manage(ctx, record.ok_or(MergeError::NotFound(field))?)?;
    }
    Ok(())
}

/// Two records of one organization that may be seen, held until the transaction ends: always in the
/// order of ids.
pub(super) async fn held(
    ctx: &Ctx,
    tx: &Tx,
    (one, one_field): (VolunteerId, &'static str),
    (other, other_field): (VolunteerId, &'static str),
) -> Result<(volunteer::Model, volunteer::Model), MergeError> {
    let (first, second) = apart::in_order(one, other);
    let older = volunteers::store::lock(tx, ctx.scope(), first).await?;
    let younger = volunteers::store::lock(tx, ctx.scope(), second).await?;
    let (of_one, of_other) = if one == first {
        (older, younger)
    } else {
        (younger, older)
    };
    let of_one = of_one.ok_or(MergeError::NotFound(one_field))?;
    let of_other = of_other.ok_or(MergeError::NotFound(other_field))?;
    if one == other || of_one.organization_id != of_other.organization_id {
        return Err(MergeError::Pair);
    }
    Ok((of_one, of_other))
}

/// Whoever keeps the organization's records may; to a volunteer their own record is visible.
pub(super) fn manage(ctx: &Ctx, record: &volunteer::Model) -> Result<(), Denied> {
    ctx.demand_of_seen(Action::ManageVolunteers, record.organization_id)
}

/// Nothing known says that they are two people, and the person who is known is the one that stays.
async fn same_person(
    tx: &Tx,
    kept: &volunteer::Model,
    merged: &volunteer::Model,
) -> Result<(), MergeError> {
    person::hold(tx, &[kept.person_id, merged.person_id]).await?;
    let known = store::identified(tx, &[kept.person_id, merged.person_id]).await?;
    let is_known = |record: &volunteer::Model| known.contains(&(record.person_id, true));
    if kept.person_id != merged.person_id && is_known(merged) {
        return Err(match is_known(kept) {
            true => MergeError::TwoPeople,
            false => MergeError::KeepIdentified,
        });
    }
    if let (Some(_), Some(user)) = (kept.user_id, merged.user_id) {
        // The account of somebody who left stays with the merged record and opens nothing.
        let member = organizations::store::member(&**tx, merged.organization_id, user).await?;
        if member.is_some() {
            return Err(MergeError::TwoAccounts);
        }
    }
    Ok(())
}

/// Hands everything over that belongs to a record: what became of its hours, and what else went over.
async fn hand_over(
    ctx: &Ctx,
    tx: &Tx,
    entries: &[hour_entry::Model],
    from: &volunteer::Model,
    to: &volunteer::Model,
    reason: Option<&str>,
) -> Result<(Handover, Vec<(&'static str, Uuid)>), MergeError> {
    let mut moved = Vec::new();
    let signups = activities::store::signups_of(tx, from.id).await?;
    match activities::handover::hand_over_in(ctx, tx, &signups, to).await? {
        activities::handover::Handover::Moved(ids) => {
            moved.extend(ids.into_iter().map(|it| (SIGNUP, it.0)));
        }
        activities::handover::Handover::Clash(signup) => {
            // Said on the clock of the country: shifts of two zones may clash.
            let zone = zones::country();
            return Err(MergeError::TwoPlaces {
                from: zone.local_time(signup.starts_at),
                to: zone.local_time(signup.ends_at),
            });
        }
    }
    let attendances = attendance::store::of_record(tx, from.id).await?;
    let attendances = attendance::handover::hand_over_in(ctx, tx, &attendances, to).await?;
    moved.extend(attendances.into_iter().map(|it| (ATTENDANCE, it.0)));
    let timers = timers::store::of_record(tx, from.id).await?;
    match timers::handover::hand_over_in(ctx, tx, &timers, to).await? {
        timers::handover::Handover::Moved(ids) => {
            moved.extend(ids.into_iter().map(|it| (TIMER, it.0)));
        }
        timers::handover::Handover::Clash => return Err(MergeError::TwoTimers),
    }
    let own = contracts::store::lock_of(tx, from.id).await?;
    let own = contracts::handover::hand_over_in(ctx, tx, own, to).await?;
    moved.extend(own.into_iter().map(|it| (CONTRACT, it.0)));
    if to.user_id.is_none() && from.user_id.is_none() {
        let now = ctx.now();
        let open = store::hand_invitations_over(tx, from.id, to.id, None, now).await?;
        moved.extend(open.into_iter().map(|it| (INVITATION, it.0)));
    }
    let hours = hours::handover::hand_over_in(ctx, tx, entries, to, reason).await?;
    Ok((hours, moved))
}

/// Makes one record a name of the other; what the other took of it, as it is remembered.
async fn tie(
    ctx: &Ctx,
    tx: &Tx,
    kept: &mut volunteer::Model,
    merged: &mut volunteer::Model,
    chosen: &[Field],
) -> Result<String, MergeError> {
    let (kept_before, merged_before) = (kept.clone(), merged.clone());
    let unreadable = |it: serde_json::Error| sea_orm::DbErr::Custom(it.to_string());
    let taken = Taken::take(kept, merged, chosen).map_err(unreadable)?;
    let archived = volunteer::Model {
        archived_at: merged.archived_at.or(Some(ctx.now())),
        merged_into_id: Some(kept.id),
        ..merged.clone()
    };
    // First what lets number and account go, then what takes them.
    profile::save(ctx, tx, &merged_before, archived, "volunteer.merged").await?;
    let saved = profile::save(ctx, tx, &kept_before, kept.clone(), "volunteer.kept").await?;
    *kept = saved;
    store::redirect(tx, merged.id, kept.id).await?;
    store::forget_apart(tx, apart::in_order(kept.id, merged.id)).await?;
    Ok(serde_json::to_string(&taken).map_err(unreadable)?)
}

pub(super) fn line(action: &'static str, merge: &volunteer_merge::Model) -> Line {
    Line {
        action,
        organization: Some(merge.organization_id),
        subject: ("VolunteerMerge", Some(merge.id.0)),
        details: Some(json!({
            "kept": merge.kept_id,
            "merged": merge.merged_id,
            "moved": merge.moved_entries,
            "stayed": merge.stayed_entries,
        })),
    }
}

pub(super) fn small(count: usize) -> i32 {
    i32::try_from(count).unwrap_or(i32::MAX)
}
