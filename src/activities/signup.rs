//! Sign-ups: a place, or a place in the waiting list, and taking it back.
//!
//! A sign-up makes no hours. Who moves up is decided in `waiting`.

use entity::activity;
use entity::ids::ShiftId;
use entity::ids::SignupId;
use entity::ids::VolunteerId;
use entity::shift;
use entity::signup;
use entity::types::NotificationKind;
use entity::types::PlanStatus;
use entity::types::SignupStatus;
use entity::volunteer;
use sea_orm::DbErr;
use serde::Serialize;

use crate::activities::error::ActivityError;
use crate::activities::lists;
use crate::activities::shift as shifts;
use crate::activities::store;
use crate::activities::telling;
use crate::activities::waiting;
use crate::audit;
use crate::audit::Line;
use crate::identity::Action;
use crate::identity::Ctx;
use crate::identity::Denied;
use crate::notifications;
use crate::platform::db::Tx;
use crate::platform::db::violates;
use crate::platform::idempotency::Claim;
use crate::refusal::Checks;
use crate::refusal::Code;
use crate::refusal::Refusal;
use crate::volunteers::person;

/// A sign-up, as asked for.
#[derive(Clone, Debug, Serialize)]
pub struct NewSignup {
    /// The shift.
    pub shift: ShiftId,
    /// Who; the actor's own record where absent.
    pub volunteer: Option<VolunteerId>,
    /// What the coordinators should know.
    pub note: Option<String>,
}

/// Signs a volunteer up: a place where one is free, else the end of the waiting list.
///
/// # Errors
/// [`ActivityError::Started`], [`ActivityError::Cancelled`], [`ActivityError::Archived`],
/// [`ActivityError::AlreadySignedUp`], [`ActivityError::Overlap`], [`ActivityError::NotFound`],
/// [`Denied`] for somebody else's record without the right to.
pub async fn sign_up(
    ctx: &Ctx,
    new: NewSignup,
    key: Option<&str>,
) -> Result<signup::Model, ActivityError> {
    ctx.demand_signed_in()?;
    let mut checks = Checks::new();
    checks.key(key);
    let note = checks.optional_prose("note", new.note.as_deref(), 1_000);
    checks.done().map_err(ActivityError::Invalid)?;
    ctx.transaction(async |tx| {
        let id = SignupId(ctx.new_id());
        match ctx.claim(tx, "signUpForShift", key, &new, id.0).await? {
            Claim::Go => insert(ctx, tx, id, &new, note).await,
            Claim::Conflict => Err(ActivityError::KeyReused),
            Claim::Replay(id) => store::signups(&**tx, ctx.scope(), &[SignupId(id)])
                .await?
                .pop()
                .ok_or(ActivityError::NotFound("idempotencyKey")),
        }
    })
    .await
}

/// Takes a sign-up back; its place goes to whoever waits longest, in the same transaction.
///
/// # Errors
/// [`ActivityError::VersionConflict`], [`ActivityError::Cancelled`], [`ActivityError::Started`],
/// [`Denied`].
pub async fn cancel(
    ctx: &Ctx,
    id: SignupId,
    expected: Option<i32>,
    reason: Option<&str>,
) -> Result<signup::Model, ActivityError> {
    ctx.demand_signed_in()?;
    let mut checks = Checks::new();
    let reason = checks.optional_prose("reason", reason, 1_000);
    checks.done().map_err(ActivityError::Invalid)?;
    ctx.transaction(async |tx| {
        let missing = || ActivityError::NotFound("id");
        let seen = store::signups(&**tx, ctx.scope(), &[id]).await?.pop();
        let seen = seen.ok_or_else(missing)?;
        entitled(ctx, seen.organization_id, seen.volunteer_id)?;
        // The shift first: whoever gives or frees a place waits there. With it those for which the
        // person waits at that time: whoever had a place elsewhere could not move up there.
        let times = (seen.starts_at, seen.ends_at);
        let mut ids = store::awaited(tx, seen.person_id, times).await?;
        ids.push(seen.shift_id);
        let held = store::lock_shifts(tx, &ids).await?;
        let shift = held.iter().find(|it| it.id == seen.shift_id);
        let shift = shift.ok_or_else(missing)?;
        let signup = store::signups(&**tx, ctx.scope(), &[id]).await?.pop();
        let signup = signup.ok_or_else(missing)?;
        if expected.is_some_and(|it| it != signup.version) {
            return Err(ActivityError::VersionConflict {
                current: signup.version,
            });
        }
        if signup.status == SignupStatus::Cancelled {
            return Err(ActivityError::Cancelled("id"));
        }
        // Attendance speaks only of shifts that have begun.
        shifts::ahead(ctx, shift)?;
        let one = std::slice::from_ref(&signup);
        store::cancel_signups(tx, one, reason.as_deref(), ctx.now()).await?;
        audit::record(ctx, tx, line("signup.cancel", &signup)).await?;
        let activity = activity_of(tx, ctx, shift).await?;
        let kind = NotificationKind::SignupCancelled;
        tell(ctx, tx, &activity, shift, &signup, kind).await?;
        waiting::promote(ctx, tx, shift).await?;
        for other in held.iter().filter(|it| it.id != shift.id) {
            waiting::promote(ctx, tx, other).await?;
        }
        let done = store::signups(&**tx, ctx.scope(), &[id]).await?.pop();
        done.ok_or_else(missing)
    })
    .await
}

/// A line of the audit trail about a sign-up.
pub(super) fn line(action: &'static str, signup: &signup::Model) -> Line {
    Line {
        action,
        organization: Some(signup.organization_id),
        subject: ("Signup", Some(signup.id.0)),
        details: None,
    }
}

async fn insert(
    ctx: &Ctx,
    tx: &Tx,
    id: SignupId,
    new: &NewSignup,
    note: Option<String>,
) -> Result<signup::Model, ActivityError> {
    let shift = store::lock_shift(tx, ctx.scope(), new.shift)
        .await?
        .ok_or(ActivityError::NotFound("shiftId"))?;
    let who = who(ctx, tx, &shift, new.volunteer).await?;
    if shift.status == PlanStatus::Cancelled {
        return Err(ActivityError::Cancelled("shiftId"));
    }
    shifts::ahead(ctx, &shift)?;
    if who.archived_at.is_some() {
        return Err(ActivityError::Archived("volunteerId"));
    }
    let activity = activity_of(tx, ctx, &shift).await?;
    let around = store::project_of(&**tx, &activity).await?;
    let (project, organization) = around.ok_or(ActivityError::NotFound("shiftId"))?;
    if project.archived_at.is_some() || organization.archived_at.is_some() {
        return Err(ActivityError::Archived("shiftId"));
    }
    person::hold(tx, &[who.person_id]).await?;
    let now = ctx.now();
    let place = shift.capacity.is_none_or(|it| shift.confirmed_count < it);
    for before in lists::signups_of(&**tx, &[shift.id], &[who.id]).await? {
        // Whoever waits beside a free place, because they could not move up when it became free,
        // takes it now.
        if before.status != SignupStatus::Waitlisted || !place {
            return Err(ActivityError::AlreadySignedUp);
        }
        store::cancel_signups(tx, std::slice::from_ref(&before), None, now).await?;
        audit::record(ctx, tx, line("signup.cancel", &before)).await?;
    }
    free_then(ctx, tx, &shift, &who).await?;
    let signup = signup::Model {
        id,
        organization_id: shift.organization_id,
        shift_id: shift.id,
        volunteer_id: who.id,
        person_id: who.person_id,
        starts_at: shift.starts_at,
        ends_at: shift.ends_at,
        status: if place {
            SignupStatus::Confirmed
        } else {
            SignupStatus::Waitlisted
        },
        waiting_since: (!place).then_some(now),
        confirmed_at: place.then_some(now),
        cancelled_at: None,
        cancel_reason: None,
        note,
        created_by: ctx.actor().user(),
        version: 1,
        created_at: now,
        updated_at: now,
    };
    store::insert_signup(tx, &signup).await.map_err(refused)?;
    audit::record(ctx, tx, line("signup.create", &signup)).await?;
    let kind = NotificationKind::SignedUp;
    tell(ctx, tx, &activity, &shift, &signup, kind).await?;
    Ok(signup)
}

/// The record that is signed up, and whether the actor may.
async fn who(
    ctx: &Ctx,
    tx: &Tx,
    shift: &shift::Model,
    asked: Option<VolunteerId>,
) -> Result<volunteer::Model, ActivityError> {
    let own = ctx.scope().own_records();
    let id = match asked {
        Some(id) => id,
        None => match store::own_record(tx, shift.organization_id, own).await? {
            Some(id) => id,
            None => {
                if !ctx.may(Action::ManageActivities, shift.organization_id) {
                    ctx.notes().lacking(shift.organization_id);
                    return Err(Denied::NotAllowed.into());
                }
                return Err(Refusal::of(Code::Required, "volunteerId").into());
            }
        },
    };
    let found = store::lock_volunteer(tx, ctx.scope(), id).await?;
    let found = found
        .filter(|it| it.organization_id == shift.organization_id)
        .ok_or(ActivityError::NotFound("volunteerId"))?;
    entitled(ctx, shift.organization_id, found.id)?;
    Ok(found)
}

/// Volunteers sign themselves up and off, coordinators anybody of their organization.
fn entitled(
    ctx: &Ctx,
    organization: entity::ids::OrganizationId,
    volunteer: VolunteerId,
) -> Result<(), Denied> {
    let own = ctx.scope().owns(volunteer) && ctx.may(Action::TakePart, organization);
    if own || ctx.may(Action::ManageActivities, organization) {
        Ok(())
    } else {
        ctx.notes().lacking(organization);
        Err(Denied::NotAllowed)
    }
}

/// Demands that the person has no place elsewhere at that time. Where, is told only to those who
/// may see it.
async fn free_then(
    ctx: &Ctx,
    tx: &Tx,
    shift: &shift::Model,
    who: &volunteer::Model,
) -> Result<(), ActivityError> {
    let times = (shift.starts_at, shift.ends_at);
    let Some(other) = store::busy(tx, &[who.person_id], times).await?.pop() else {
        return Ok(());
    };
    let seen = store::signups(&**tx, ctx.scope(), &[other.id]).await?;
    let wall = |at| telling::wall(shift, at);
    Err(ActivityError::Overlap {
        field: "shiftId",
        times: (!seen.is_empty()).then(|| (wall(other.starts_at), wall(other.ends_at))),
    })
}

async fn activity_of(
    tx: &Tx,
    ctx: &Ctx,
    shift: &shift::Model,
) -> Result<activity::Model, ActivityError> {
    store::activities(&**tx, ctx.scope(), &[shift.activity_id])
        .await?
        .pop()
        .ok_or(ActivityError::NotFound("shiftId"))
}

/// Tells the volunteer, unless they did it themselves.
async fn tell(
    ctx: &Ctx,
    tx: &Tx,
    activity: &activity::Model,
    shift: &shift::Model,
    signup: &signup::Model,
    kind: NotificationKind,
) -> Result<(), DbErr> {
    let accounts = store::accounts(tx, &[signup.volunteer_id]).await?;
    let user = accounts.get(&signup.volunteer_id).and_then(|it| it.0);
    match user.filter(|it| ctx.actor().user() != Some(*it)) {
        Some(user) => {
            let notice = telling::notice(activity, shift, signup, user, kind);
            notifications::tell(ctx, tx, vec![notice]).await
        }
        None => Ok(()),
    }
}

fn refused(error: DbErr) -> ActivityError {
    if violates(&error, &["signup_once", "signup.shift_id"]) {
        ActivityError::AlreadySignedUp
    } else if violates(&error, &["signup_overlap"]) {
        ActivityError::Overlap {
            field: "shiftId",
            times: None,
        }
    } else {
        ActivityError::Database(error)
    }
}
