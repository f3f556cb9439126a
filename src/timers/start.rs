//! Starts timers: one runs at a time for each person.
//!
//! What becomes of them is in `stop`.

use chrono::DateTime;
use chrono::Utc;
use entity::ids::OrganizationId;
use entity::ids::ProjectId;
use entity::ids::TimerId;
use entity::ids::VolunteerId;
use entity::timer;
use entity::types::TimerStatus;
use sea_orm::DbErr;
use serde::Serialize;

use crate::activities;
use crate::hours;
use crate::hours::HoursError;
use crate::hours::days::Calendar;
use crate::hours::entry::DESCRIPTION_MOST;
use crate::hours::guard;
use crate::identity::Action;
use crate::identity::Ctx;
use crate::platform::db::Tx;
use crate::platform::db::violates;
use crate::platform::idempotency::Claim;
use crate::platform::zones;
use crate::refusal::Checks;
use crate::refusal::Code;
use crate::refusal::Refusal;
use crate::timers::error::TimerError;
use crate::timers::rules;
use crate::timers::store;
use crate::timers::trail;
use crate::volunteers;
use crate::volunteers::person;

/// A timer, as asked for.
#[derive(Clone, Debug, Serialize)]
pub struct NewTimer {
    /// Who; the actor's own record where absent.
    pub volunteer: Option<VolunteerId>,
    /// What for.
    pub project: ProjectId,
    /// When the work began; now where absent.
    pub started_at: Option<DateTime<Utc>>,
    /// What is done.
    pub description: Option<String>,
}

/// Starts a timer.
///
/// # Errors
/// [`TimerError::Running`] where the person has one running, [`TimerError::NotFound`],
/// [`TimerError::Hours`] for a project that takes no work or does not run then, [`TimerError::Denied`].
pub async fn start(
    ctx: &Ctx,
    new: NewTimer,
    key: Option<&str>,
) -> Result<timer::Model, TimerError> {
    ctx.demand_signed_in()?;
    let mut checks = Checks::new();
    checks.key(key);
    let description =
        checks.optional_prose("description", new.description.as_deref(), DESCRIPTION_MOST);
    checks.done().map_err(TimerError::Invalid)?;
    ctx.transaction(async |tx| {
        let id = TimerId(ctx.new_id());
        match ctx.claim(tx, "startTimer", key, &new, id.0).await? {
            Claim::Go => insert(ctx, tx, id, &new, description).await,
            Claim::Conflict => Err(TimerError::KeyReused),
            Claim::Replay(id) => store::by_ids(&**tx, ctx.scope(), &[TimerId(id)])
                .await?
                .pop()
                .ok_or(TimerError::NotFound("idempotencyKey")),
        }
    })
    .await
}

async fn insert(
    ctx: &Ctx,
    tx: &Tx,
    id: TimerId,
    new: &NewTimer,
    description: Option<String>,
) -> Result<timer::Model, TimerError> {
    let now = ctx.now();
    let project = hours::store::projects(&**tx, ctx.scope(), &[new.project])
        .await?
        .remove(&new.project)
        .ok_or(TimerError::NotFound("projectId"))?;
    let organization = hours::store::terms(&**tx, &[project.organization_id])
        .await?
        .pop()
        .ok_or(TimerError::NotFound("projectId"))?;
    let volunteer = who(ctx, tx, organization.id, new.volunteer).await?;
    let volunteer = volunteers::store::hold_kept(tx, ctx.scope(), &[volunteer])
        .await?
        .remove(&volunteer)
        .filter(|it| it.organization_id == organization.id)
        .ok_or(TimerError::NotFound("volunteerId"))?;
    guard::demand_writer(ctx, organization.id, Some(volunteer.id))?;
    let archived = [
        (organization.archived_at, "projectId"),
        (project.archived_at, "projectId"),
        (volunteer.archived_at, "volunteerId"),
    ];
    if let Some((_, field)) = archived.into_iter().find(|(at, _)| at.is_some()) {
        return Err(HoursError::Archived { field }.into());
    }
    let zone = project
        .time_zone
        .as_deref()
        .unwrap_or(&organization.time_zone);
    let zone = zones::parse(zone).ok_or(HoursError::Inconsistent("a time zone without a name"))?;
    let Some(started_at) = rules::begin(new.started_at, now) else {
        let day = zone.day_of(new.started_at.unwrap_or(now));
        let field = "startedAt";
        return Err(HoursError::InFuture { day, field }.into());
    };
    // Told now, rather than when a day of work is done.
    let day = zone.day_of(started_at);
    let today = Calendar {
        worked_on: day,
        ended_on: day,
        days: Vec::new(),
    };
    hours::rules::within_project(&today, project.starts_on, project.ends_on)?;
    person::hold(tx, &[volunteer.person_id]).await?;
    if let Some(other) = store::running_of(tx, volunteer.person_id).await? {
        let seen = store::by_ids(&**tx, ctx.scope(), &[other.id]).await?.pop();
        return Err(TimerError::Running(seen.map(Box::new)));
    }
    let timer = timer::Model {
        id,
        organization_id: organization.id,
        volunteer_id: volunteer.id,
        person_id: volunteer.person_id,
        project_id: project.id,
        started_at,
        stopped_at: None,
        time_zone: zone.name().to_owned(),
        description,
        status: TimerStatus::Running,
        review: None,
        refusal: None,
        entry_id: None,
        discard_reason: None,
        created_by: ctx.actor().user(),
        version: 1,
        created_at: now,
        updated_at: now,
    };
    store::insert(tx, &timer).await.map_err(refused)?;
    trail::leave(ctx, tx, "timer.start", &timer).await?;
    Ok(timer)
}

/// The record for which the timer runs.
async fn who(
    ctx: &Ctx,
    tx: &Tx,
    organization: OrganizationId,
    asked: Option<VolunteerId>,
) -> Result<VolunteerId, TimerError> {
    if let Some(id) = asked {
        return Ok(id);
    }
    let own = ctx.scope().own_records();
    if let Some(id) = activities::store::own_record(tx, organization, own).await? {
        return Ok(id);
    }
    ctx.demand(Action::LogHoursForOthers, organization)?;
    Err(Refusal::of(Code::Required, "volunteerId").into())
}

fn refused(error: DbErr) -> TimerError {
    if violates(&error, &[store::RUNNING, "timer.person_id"]) {
        TimerError::Running(None)
    } else {
        TimerError::Database(error)
    }
}
