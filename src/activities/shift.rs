//! Shifts: create, change, cancel.
//!
//! Many by a rule are in `series`; who comes is in `signup` and `waiting`.

use chrono::DateTime;
use chrono::DurationRound;
use chrono::TimeDelta;
use chrono::Utc;
use entity::activity;
use entity::ids::ActivityId;
use entity::ids::ShiftId;
use entity::shift;
use entity::types::NotificationKind;
use entity::types::PlanStatus;
use serde::Serialize;
use serde_json::Value;
use serde_json::json;

use crate::activities::activity as activities;
use crate::activities::error::ActivityError;
use crate::activities::presence::DAY_MINUTES;
use crate::activities::store;
use crate::activities::telling;
use crate::activities::telling::Told;
use crate::activities::telling::wall;
use crate::activities::waiting;
use crate::audit;
use crate::audit::Line;
use crate::identity::Ctx;
use crate::notifications::moment;
use crate::platform::change::Change;
use crate::platform::db::Tx;
use crate::platform::idempotency::Claim;
use crate::platform::zones;
use crate::platform::zones::Zone;
use crate::refusal::Checks;
use crate::refusal::Code;
use crate::refusal::Refusal;

/// Most places of a shift with a limit.
const CAPACITY_MOST: i32 = 100_000;

/// A new shift, as asked for.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct NewShift {
    /// The activity.
    pub activity: ActivityId,
    /// When it starts; seconds are dropped.
    pub starts_at: DateTime<Utc>,
    /// When it ends; seconds are dropped.
    pub ends_at: DateTime<Utc>,
    /// Places; no limit where absent.
    pub capacity: Option<i32>,
    /// Minutes that do not count as work.
    pub break_minutes: i32,
}

/// Changes of a shift.
#[derive(Clone, Debug, Default)]
pub struct ShiftChanges {
    /// When it starts.
    pub starts_at: Change<DateTime<Utc>>,
    /// When it ends.
    pub ends_at: Change<DateTime<Utc>>,
    /// Places; no limit where cleared.
    pub capacity: Change<Option<i32>>,
    /// Minutes that do not count as work.
    pub break_minutes: Change<i32>,
}

/// Where and by which clock an activity takes place.
pub(super) struct Site {
    pub activity: activity::Model,
    pub zone: Zone,
    project: entity::project::Model,
}

/// An activity that takes shifts, held until the transaction ends, with the zone of its place:
/// its own, then the project's, then the organization's, never the actor's.
pub(super) async fn site(ctx: &Ctx, tx: &Tx, id: ActivityId) -> Result<Site, ActivityError> {
    let activity = activities::held(ctx, tx, id, None, "activityId").await?;
    activities::planned(&activity, "activityId")?;
    let (project, organization) = store::project_of(&**tx, &activity)
        .await?
        .ok_or(ActivityError::NotFound("activityId"))?;
    if project.archived_at.is_some() || organization.archived_at.is_some() {
        return Err(ActivityError::Archived("activityId"));
    }
    let name = [activity.time_zone.as_deref(), project.time_zone.as_deref()]
        .into_iter()
        .flatten()
        .next()
        .unwrap_or(&organization.time_zone);
    let zone = zones::parse(name).unwrap_or_else(Zone::utc);
    Ok(Site {
        activity,
        zone,
        project,
    })
}

impl Site {
    /// A new shift of these times, with everything checked that one shift alone can break.
    pub(super) fn shift(
        &self,
        ctx: &Ctx,
        new: &NewShift,
        series: Option<entity::ids::ShiftSeriesId>,
    ) -> Result<shift::Model, ActivityError> {
        let now = ctx.now();
        let shift = shift::Model {
            id: ShiftId(ctx.new_id()),
            organization_id: self.activity.organization_id,
            activity_id: self.activity.id,
            series_id: series,
            starts_at: whole(new.starts_at),
            ends_at: whole(new.ends_at),
            time_zone: self.zone.name().to_owned(),
            capacity: new.capacity,
            break_minutes: new.break_minutes,
            status: PlanStatus::Planned,
            cancel_reason: None,
            cancelled_at: None,
            attendance_closed_at: None,
            confirmed_count: 0,
            waitlisted_count: 0,
            version: 1,
            created_at: now,
            updated_at: now,
        };
        check(&shift)?;
        self.within_project(&shift)?;
        Ok(shift)
    }

    fn within_project(&self, shift: &shift::Model) -> Result<(), ActivityError> {
        let day = self.zone.day_of(shift.starts_at);
        let (from, to) = (self.project.starts_on, self.project.ends_on);
        if day < from || to.is_some_and(|it| day > it) {
            return Err(ActivityError::OutsideProject { from, to, day });
        }
        Ok(())
    }
}

/// Creates a shift.
///
/// # Errors
/// [`ActivityError::Invalid`], [`ActivityError::OutsideProject`], [`ActivityError::Cancelled`],
/// [`ActivityError::Archived`], [`crate::identity::Denied`].
pub async fn create(
    ctx: &Ctx,
    new: NewShift,
    key: Option<&str>,
) -> Result<shift::Model, ActivityError> {
    ctx.demand_signed_in()?;
    let mut checks = Checks::new();
    checks.key(key);
    checks.done().map_err(ActivityError::Invalid)?;
    ctx.transaction(async |tx| {
        let site = site(ctx, tx, new.activity).await?;
        let shift = site.shift(ctx, &new, None);
        let subject = shift.as_ref().map_or_else(|_| ctx.new_id(), |it| it.id.0);
        match ctx.claim(tx, "createShift", key, &new, subject).await? {
            Claim::Go => {
                let shift = shift?;
                store::insert_shifts(tx, std::slice::from_ref(&shift)).await?;
                audit::record(ctx, tx, line("shift.create", &shift, None)).await?;
                Ok(shift)
            }
            Claim::Conflict => Err(ActivityError::KeyReused),
            Claim::Replay(id) => store::shifts(&**tx, ctx.scope(), &[ShiftId(id)])
                .await?
                .pop()
                .ok_or(ActivityError::NotFound("idempotencyKey")),
        }
    })
    .await
}

/// Changes a shift. More places go to those who wait; fewer than are taken are refused, so that
/// nobody is moved silently. Other times are told to everybody who is signed up.
///
/// # Errors
/// [`ActivityError::VersionConflict`], [`ActivityError::CapacityTaken`],
/// [`ActivityError::Started`], [`ActivityError::Overlap`] where somebody has a place elsewhere at
/// the new time, [`ActivityError::Invalid`], [`crate::identity::Denied`].
pub async fn update(
    ctx: &Ctx,
    id: ShiftId,
    expected: Option<i32>,
    changes: ShiftChanges,
) -> Result<shift::Model, ActivityError> {
    ctx.demand_signed_in()?;
    ctx.transaction(async |tx| {
        let (before, site) = held(ctx, tx, id, expected).await?;
        let mut after = before.clone();
        after.starts_at = changes.starts_at.map(whole).over(after.starts_at);
        after.ends_at = changes.ends_at.map(whole).over(after.ends_at);
        after.capacity = changes.capacity.over(after.capacity);
        after.break_minutes = changes.break_minutes.over(after.break_minutes);
        if after == before {
            return Ok(after);
        }
        check(&after)?;
        let moved = (after.starts_at, after.ends_at) != (before.starts_at, before.ends_at);
        if moved {
            ahead(ctx, &before)?;
            site.within_project(&after)?;
        }
        if after.capacity.is_some_and(|it| it < before.confirmed_count) {
            return Err(ActivityError::CapacityTaken {
                taken: before.confirmed_count,
            });
        }
        after.version += 1;
        after.updated_at = ctx.now();
        store::replace_shift(tx, &after).await?;
        if moved {
            telling::rearrange(ctx, tx, &site.activity, &after).await?;
        }
        let promoted = waiting::promote(ctx, tx, &after).await?;
        let details = json!({"moved": moved, "promoted": promoted});
        audit::record(ctx, tx, line("shift.update", &after, Some(details))).await?;
        present(ctx, tx, id).await
    })
    .await
}

/// Cancels a shift that has not begun, takes its sign-ups back and tells the people.
///
/// # Errors
/// [`ActivityError::VersionConflict`], [`ActivityError::Cancelled`], [`ActivityError::Started`],
/// [`ActivityError::Invalid`] without a reason, [`crate::identity::Denied`].
pub async fn cancel(
    ctx: &Ctx,
    id: ShiftId,
    expected: Option<i32>,
    why: &str,
) -> Result<(shift::Model, Told), ActivityError> {
    ctx.demand_signed_in()?;
    ctx.transaction(async |tx| {
        let (shift, site) = held(ctx, tx, id, expected).await?;
        ahead(ctx, &shift)?;
        let why = reason(why)?;
        let kind = NotificationKind::ShiftCancelled;
        let shifts = std::slice::from_ref(&shift);
        let told = telling::call_off(ctx, tx, &site.activity, shifts, &why, kind).await?;
        let details = json!({"signups": told.signups});
        audit::record(ctx, tx, line("shift.cancel", &shift, Some(details))).await?;
        Ok((present(ctx, tx, id).await?, told))
    })
    .await
}

/// Demands that a shift has not begun.
pub(super) fn ahead(ctx: &Ctx, shift: &shift::Model) -> Result<(), ActivityError> {
    if shift.starts_at <= ctx.now() {
        return Err(ActivityError::Started {
            at: wall(shift, shift.starts_at),
        });
    }
    Ok(())
}

/// A reason, which must be given.
pub(super) fn reason(given: &str) -> Result<String, ActivityError> {
    if given.trim().is_empty() {
        return Err(Refusal::of(Code::ReasonRequired, "reason").into());
    }
    let mut checks = Checks::new();
    let reason = checks.prose("reason", given, 1_000);
    checks.done().map_err(ActivityError::Invalid)?;
    Ok(reason)
}

/// A line of the audit trail about a shift.
pub(super) fn line(action: &'static str, shift: &shift::Model, details: Option<Value>) -> Line {
    Line {
        action,
        organization: Some(shift.organization_id),
        subject: ("Shift", Some(shift.id.0)),
        details,
    }
}

/// A planned shift that the actor may change, held until the transaction ends.
async fn held(
    ctx: &Ctx,
    tx: &Tx,
    id: ShiftId,
    expected: Option<i32>,
) -> Result<(shift::Model, Site), ActivityError> {
    let missing = ActivityError::NotFound("id");
    let seen = store::shifts(&**tx, ctx.scope(), &[id]).await?.pop();
    let seen = seen.ok_or(missing)?;
    activities::demand(ctx, seen.organization_id)?;
    if seen.status == PlanStatus::Cancelled {
        return Err(ActivityError::Cancelled("id"));
    }
    // The activity first, as cancelling it does: two acts never wait for each other.
    let site = site(ctx, tx, seen.activity_id).await?;
    let shift = store::lock_shift(tx, ctx.scope(), id).await?;
    let shift = shift.ok_or(ActivityError::NotFound("id"))?;
    if expected.is_some_and(|it| it != shift.version) {
        return Err(ActivityError::VersionConflict {
            current: shift.version,
        });
    }
    if shift.status == PlanStatus::Cancelled {
        return Err(ActivityError::Cancelled("id"));
    }
    Ok((shift, site))
}

/// A shift with the counts that the database keeps.
async fn present(ctx: &Ctx, tx: &Tx, id: ShiftId) -> Result<shift::Model, ActivityError> {
    store::shifts(&**tx, ctx.scope(), &[id])
        .await?
        .pop()
        .ok_or(ActivityError::NotFound("id"))
}

fn whole(instant: DateTime<Utc>) -> DateTime<Utc> {
    instant
        .duration_trunc(TimeDelta::minutes(1))
        .unwrap_or(instant)
}

fn check(shift: &shift::Model) -> Result<(), ActivityError> {
    let mut checks = Checks::new();
    let length = (shift.ends_at - shift.starts_at).num_minutes();
    checks.demand((1..=i64::from(DAY_MINUTES)).contains(&length), || {
        let latest = shift.starts_at + TimeDelta::minutes(i64::from(DAY_MINUTES));
        Refusal::of(Code::OutOfRange, "endsAt")
            .with("least", moment(wall(shift, shift.starts_at)))
            .with("most", moment(wall(shift, latest)))
    });
    let breaks = i64::from(shift.break_minutes);
    checks.demand(breaks >= 0 && breaks < length.max(1), || {
        Refusal::of(Code::OutOfRange, "breakMinutes")
            .with("least", 0)
            .with("most", (length - 1).max(0))
    });
    let fits = shift
        .capacity
        .is_none_or(|it| (1..=CAPACITY_MOST).contains(&it));
    checks.demand(fits, || {
        Refusal::of(Code::OutOfRange, "capacity")
            .with("least", 1)
            .with("most", CAPACITY_MOST)
    });
    checks.done().map_err(ActivityError::Invalid)
}
