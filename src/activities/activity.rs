//! Activities: create, change, cancel.
//!
//! Their shifts are in `shift`.

use entity::activity;
use entity::ids::ActivityId;
use entity::ids::OrganizationId;
use entity::ids::ProjectId;
use entity::project;
use entity::types::AttendanceMode;
use entity::types::NotificationKind;
use entity::types::PlanStatus;
use rust_decimal::Decimal;
use sea_orm::ActiveModelTrait;
use sea_orm::EntityTrait;
use sea_orm::IntoActiveModel;
use serde::Serialize;
use serde_json::Value;
use serde_json::json;

use crate::activities::error::ActivityError;
use crate::activities::geofence::Geofence;
use crate::activities::presence;
use crate::activities::presence::AutoCloseRule;
use crate::activities::shift;
use crate::activities::store;
use crate::activities::telling;
use crate::activities::telling::Told;
use crate::audit;
use crate::audit::Line;
use crate::identity::Action;
use crate::identity::Ctx;
use crate::identity::Denied;
use crate::platform::change::Change;
use crate::platform::db::Tx;
use crate::platform::idempotency::Claim;
use crate::platform::zones;
use crate::projects;
use crate::refusal::Checks;
use crate::refusal::Code;
use crate::refusal::Refusal;
use crate::territories::lookup;

/// A new activity, as asked for.
#[derive(Clone, Debug, Serialize)]
pub struct NewActivity {
    /// The project it is part of.
    pub project: ProjectId,
    /// Title.
    pub title: String,
    /// Arabic title.
    pub title_ar: Option<String>,
    /// What is done.
    pub description: Option<String>,
    /// Where to go, in words.
    pub place: Option<String>,
    /// Code of the place; the project's where absent.
    pub territory_code: Option<String>,
    /// IANA name; that of the project, then of the organization where absent.
    pub time_zone: Option<String>,
    /// How its minutes are measured.
    pub attendance_mode: AttendanceMode,
    /// What a forgotten check-out is credited.
    pub auto_close: AutoCloseRule,
    /// Checking in opens this long before a shift starts.
    pub check_in_before_minutes: i32,
    /// Checking in ends this long after a shift started.
    pub check_in_after_minutes: i32,
    /// Whoever comes so late at most is credited from the start of the shift.
    pub late_in_tolerance_minutes: i32,
    /// Whoever leaves so early at most is credited until the end of the shift.
    pub early_out_tolerance_minutes: i32,
    /// Forgotten check-outs are closed this long after a shift ended.
    pub close_after_minutes: i32,
    /// Where its volunteers are expected to check in.
    pub geofence: Option<Fence>,
}

/// Changes of an activity.
#[derive(Clone, Debug, Default)]
pub struct ActivityChanges {
    /// Title.
    pub title: Change<String>,
    /// Arabic title.
    pub title_ar: Change<Option<String>>,
    /// What is done.
    pub description: Change<Option<String>>,
    /// Where to go, in words.
    pub place: Change<Option<String>>,
    /// Code of the place.
    pub territory_code: Change<Option<String>>,
    /// IANA name. Shifts that exist keep theirs.
    pub time_zone: Change<Option<String>>,
    /// How its minutes are measured.
    pub attendance_mode: Change<AttendanceMode>,
    /// What a forgotten check-out is credited.
    pub auto_close: Change<AutoCloseRule>,
    /// Checking in opens this long before a shift starts.
    pub check_in_before_minutes: Change<i32>,
    /// Checking in ends this long after a shift started.
    pub check_in_after_minutes: Change<i32>,
    /// Whoever comes so late at most is credited from the start of the shift.
    pub late_in_tolerance_minutes: Change<i32>,
    /// Whoever leaves so early at most is credited until the end of the shift.
    pub early_out_tolerance_minutes: Change<i32>,
    /// Forgotten check-outs are closed this long after a shift ended.
    pub close_after_minutes: Change<i32>,
    /// Where its volunteers are expected to check in.
    pub geofence: Change<Option<Fence>>,
}

/// A place as clients say it, before it is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Fence {
    /// Degrees north of the equator.
    pub latitude: Decimal,
    /// Degrees east of Greenwich.
    pub longitude: Decimal,
    /// How far it reaches, in metres.
    pub radius_metres: i32,
}

/// Creates an activity.
///
/// # Errors
/// [`ActivityError::Invalid`] with everything that is wrong, [`ActivityError::Archived`] for a
/// project that takes no new work, [`Denied`].
pub async fn create(
    ctx: &Ctx,
    new: NewActivity,
    key: Option<&str>,
) -> Result<activity::Model, ActivityError> {
    ctx.demand_signed_in()?;
    let mut checks = Checks::new();
    checks.key(key);
    checks.done().map_err(ActivityError::Invalid)?;
    ctx.transaction(async |tx| {
        let project = projects::store::by_ids(&**tx, ctx.scope(), &[new.project])
            .await?
            .pop()
            .ok_or(ActivityError::NotFound("projectId"))?;
        demand(ctx, project.organization_id)?;
        let id = ActivityId(ctx.new_id());
        match ctx.claim(tx, "createActivity", key, &new, id.0).await? {
            Claim::Go => insert(ctx, tx, id, &project, new).await,
            Claim::Conflict => Err(ActivityError::KeyReused),
            Claim::Replay(id) => store::activities(&**tx, ctx.scope(), &[ActivityId(id)])
                .await?
                .pop()
                .ok_or(ActivityError::NotFound("idempotencyKey")),
        }
    })
    .await
}

async fn insert(
    ctx: &Ctx,
    tx: &Tx,
    id: ActivityId,
    project: &project::Model,
    new: NewActivity,
) -> Result<activity::Model, ActivityError> {
    if project.archived_at.is_some() {
        return Err(ActivityError::Archived("projectId"));
    }
    let mut checks = Checks::new();
    let now = ctx.now();
    let (auto_close, auto_close_minutes) = new.auto_close.columns();
    let mut activity = activity::Model {
        id,
        organization_id: project.organization_id,
        project_id: project.id,
        title: checks.text("title", &new.title, 300),
        title_ar: checks.optional_text("titleAr", new.title_ar.as_deref(), 300),
        description: checks.optional_prose("description", new.description.as_deref(), 10_000),
        place: checks.optional_prose("place", new.place.as_deref(), 500),
        territory_id: None,
        time_zone: zone(&mut checks, new.time_zone.as_deref()),
        status: PlanStatus::Planned,
        cancel_reason: None,
        cancelled_at: None,
        attendance_mode: new.attendance_mode,
        auto_close,
        auto_close_minutes,
        check_in_before_minutes: new.check_in_before_minutes,
        check_in_after_minutes: new.check_in_after_minutes,
        late_in_tolerance_minutes: new.late_in_tolerance_minutes,
        early_out_tolerance_minutes: new.early_out_tolerance_minutes,
        close_after_minutes: new.close_after_minutes,
        latitude_micro: None,
        longitude_micro: None,
        radius_metres: None,
        created_by: ctx.actor().user(),
        version: 1,
        created_at: now,
        updated_at: now,
    };
    presence::bounds(&mut checks, &activity);
    fence(&mut checks, new.geofence, &mut activity);
    settle(ctx, tx, &mut checks, &mut activity, new.territory_code).await?;
    checks.done().map_err(ActivityError::Invalid)?;
    activity::Entity::insert(activity.clone().into_active_model())
        .exec_without_returning(&**tx)
        .await?;
    audit::record(ctx, tx, line("activity.create", &activity, None)).await?;
    Ok(activity)
}

/// Changes an activity.
///
/// # Errors
/// [`ActivityError::VersionConflict`], [`ActivityError::Cancelled`], [`ActivityError::Invalid`],
/// [`Denied`].
pub async fn update(
    ctx: &Ctx,
    id: ActivityId,
    expected: Option<i32>,
    changes: ActivityChanges,
) -> Result<activity::Model, ActivityError> {
    ctx.demand_signed_in()?;
    ctx.transaction(async |tx| {
        let before = held(ctx, tx, id, expected, "id").await?;
        planned(&before, "id")?;
        let mut checks = Checks::new();
        let mut after = before.clone();
        after.title = changes
            .title
            .map(|it| checks.text("title", &it, 300))
            .over(after.title);
        after.title_ar = changes
            .title_ar
            .map(|it| checks.optional_text("titleAr", it.as_deref(), 300))
            .over(after.title_ar);
        after.description = changes
            .description
            .map(|it| checks.optional_prose("description", it.as_deref(), 10_000))
            .over(after.description);
        after.place = changes
            .place
            .map(|it| checks.optional_prose("place", it.as_deref(), 500))
            .over(after.place);
        after.time_zone = changes
            .time_zone
            .map(|it| zone(&mut checks, it.as_deref()))
            .over(after.time_zone);
        after.attendance_mode = changes.attendance_mode.over(after.attendance_mode);
        (after.auto_close, after.auto_close_minutes) = changes
            .auto_close
            .map(AutoCloseRule::columns)
            .over((after.auto_close, after.auto_close_minutes));
        after.check_in_before_minutes = changes
            .check_in_before_minutes
            .over(after.check_in_before_minutes);
        after.check_in_after_minutes = changes
            .check_in_after_minutes
            .over(after.check_in_after_minutes);
        after.late_in_tolerance_minutes = changes
            .late_in_tolerance_minutes
            .over(after.late_in_tolerance_minutes);
        after.early_out_tolerance_minutes = changes
            .early_out_tolerance_minutes
            .over(after.early_out_tolerance_minutes);
        after.close_after_minutes = changes.close_after_minutes.over(after.close_after_minutes);
        presence::bounds(&mut checks, &after);
        if let Change::To(place) = changes.geofence {
            fence(&mut checks, place, &mut after);
        }
        if let Change::To(code) = changes.territory_code {
            settle(ctx, tx, &mut checks, &mut after, code).await?;
        }
        checks.done().map_err(ActivityError::Invalid)?;
        if after != before {
            save(ctx, tx, &mut after, "activity.update", None).await?;
        }
        Ok(after)
    })
    .await
}

/// Cancels an activity with its shifts that have not begun, takes their sign-ups back and tells the
/// people. What has begun stays as it is.
///
/// # Errors
/// [`ActivityError::VersionConflict`], [`ActivityError::Cancelled`], [`ActivityError::Invalid`]
/// without a reason, [`Denied`].
pub async fn cancel(
    ctx: &Ctx,
    id: ActivityId,
    expected: Option<i32>,
    reason: &str,
) -> Result<(activity::Model, Told), ActivityError> {
    ctx.demand_signed_in()?;
    ctx.transaction(async |tx| {
        let mut activity = held(ctx, tx, id, expected, "id").await?;
        planned(&activity, "id")?;
        let reason = shift::reason(reason)?;
        let shifts = store::lock_ahead(tx, activity.id, ctx.now()).await?;
        let kind = NotificationKind::ActivityCancelled;
        let told = telling::call_off(ctx, tx, &activity, &shifts, &reason, kind).await?;
        activity.status = PlanStatus::Cancelled;
        activity.cancel_reason = Some(reason);
        activity.cancelled_at = Some(ctx.now());
        let details = json!({"shifts": shifts.len(), "signups": told.signups});
        save(ctx, tx, &mut activity, "activity.cancel", Some(details)).await?;
        Ok((activity, told))
    })
    .await
}

/// An activity that the actor may change, held until the transaction ends.
pub(super) async fn held(
    ctx: &Ctx,
    tx: &Tx,
    id: ActivityId,
    expected: Option<i32>,
    field: &'static str,
) -> Result<activity::Model, ActivityError> {
    let activity = store::lock_activity(tx, ctx.scope(), id)
        .await?
        .ok_or(ActivityError::NotFound(field))?;
    demand(ctx, activity.organization_id)?;
    if expected.is_some_and(|it| it != activity.version) {
        return Err(ActivityError::VersionConflict {
            current: activity.version,
        });
    }
    Ok(activity)
}

/// Demands that the actor manages activities there.
///
/// # Errors
/// [`Denied::NotAllowed`], also for who sees activities without belonging there.
pub fn demand(ctx: &Ctx, organization: OrganizationId) -> Result<(), Denied> {
    ctx.demand_of_seen(Action::ManageActivities, organization)
}

/// Demands that an activity was not cancelled.
pub(super) fn planned(
    activity: &activity::Model,
    field: &'static str,
) -> Result<(), ActivityError> {
    match activity.status {
        PlanStatus::Planned => Ok(()),
        PlanStatus::Cancelled => Err(ActivityError::Cancelled(field)),
    }
}

async fn save(
    ctx: &Ctx,
    tx: &Tx,
    activity: &mut activity::Model,
    action: &'static str,
    details: Option<Value>,
) -> Result<(), ActivityError> {
    activity.version += 1;
    activity.updated_at = ctx.now();
    activity::Entity::update(activity.clone().into_active_model().reset_all())
        .exec(&**tx)
        .await?;
    audit::record(ctx, tx, line(action, activity, details)).await?;
    Ok(())
}

fn line(action: &'static str, activity: &activity::Model, details: Option<Value>) -> Line {
    Line {
        action,
        organization: Some(activity.organization_id),
        subject: ("Activity", Some(activity.id.0)),
        details,
    }
}

fn fence(checks: &mut Checks, place: Option<Fence>, activity: &mut activity::Model) {
    let place =
        place.and_then(|it| Geofence::read(checks, it.latitude, it.longitude, it.radius_metres));
    Geofence::put(place, activity);
}

fn zone(checks: &mut Checks, name: Option<&str>) -> Option<String> {
    let name = name.map(str::trim).filter(|it| !it.is_empty())?;
    let known = zones::parse(name).map(|it| it.name().to_owned());
    checks.demand(known.is_some(), || {
        Refusal::of(Code::UnknownTimeZone, "timeZone").with("value", name)
    });
    known
}

async fn settle(
    ctx: &Ctx,
    tx: &Tx,
    checks: &mut Checks,
    activity: &mut activity::Model,
    code: Option<String>,
) -> Result<(), ActivityError> {
    let Some(code) = code.filter(|it| !it.trim().is_empty()) else {
        activity.territory_id = None;
        return Ok(());
    };
    let found = lookup::by_code(&**tx, &code, ctx.now().date_naive()).await?;
    checks.demand(found.is_some(), || {
        Refusal::of(Code::UnknownTerritory, "territoryCode").with("value", &code)
    });
    activity.territory_id = found.map(|it| it.id);
    Ok(())
}
