//! Acts of people on schedules: create, change, pause, resume, end.
//!
//! Whether a report may be asked is decided in `reports`. Having one made at once is in `run`.

use chrono::DateTime;
use chrono::Utc;
use entity::ids::ScheduleId;
use entity::schedule;
use entity::types::CoveredInterval;
use entity::types::ScheduleStatus;
use serde::Serialize;

use crate::audit;
use crate::audit::Line;
use crate::deliveries::Target;
use crate::deliveries::target::checked;
use crate::exports::Format;
use crate::identity::Actor;
use crate::identity::Ctx;
use crate::identity::Denied;
use crate::jobs;
use crate::organizations::profile::zone_name;
use crate::platform::change::Change;
use crate::platform::i18n::Locale;
use crate::platform::idempotency::Claim;
use crate::refusal::Checks;
use crate::schedules::ScheduleError;
use crate::schedules::fit::columns;
use crate::schedules::fit::default_zone;
use crate::schedules::fit::fitting;
use crate::schedules::fit::next_tick;
use crate::schedules::fit::written;
use crate::schedules::question::ScheduledQuestion;
use crate::schedules::store;
use crate::schedules::store::Filter;
use crate::schedules::whose::Whose;

/// Most characters of a title.
const TITLE_MOST: usize = 200;
/// How many schedules of one user may go on or pause.
const SCHEDULES_MOST: u64 = 100;

/// When a schedule is due, as it is asked for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub enum CadenceAsked {
    /// By a cron expression.
    Cron(String),
    /// When a month is closed, at the latest on a day of the next.
    MonthlyAfterClosing(i32),
}

/// A schedule to create.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct NewSchedule {
    /// Its name.
    pub title: String,
    /// The report.
    pub question: ScheduledQuestion,
    /// When it is due.
    pub cadence: CadenceAsked,
    /// On the clocks of which zone; those of the organization or the country where absent.
    pub time_zone: Option<String>,
    /// Which days a report covers.
    pub covers: CoveredInterval,
    /// Where reports go; they are kept here in any case.
    pub targets: Vec<Target>,
}

/// What changes of a schedule.
#[derive(Clone, Debug, Default)]
pub struct ScheduleChanges {
    /// Its name.
    pub title: Change<String>,
    /// The report, whole; format and language are those below.
    pub question: Change<ScheduledQuestion>,
    /// What it is written as.
    pub format: Change<Format>,
    /// Language of its titles and names.
    pub locale: Change<Locale>,
    /// When it is due.
    pub cadence: Change<CadenceAsked>,
    /// On the clocks of which zone.
    pub time_zone: Change<String>,
    /// Which days a report covers.
    pub covers: Change<CoveredInterval>,
    /// Where reports go, all of it.
    pub targets: Change<Vec<Target>>,
}

/// Creates a schedule, of which the actor is the owner. Its report is looked at as if it were due now; the
/// first one is made at the next tick. Without a language it is that of `question`, and no part of what was sent.
///
/// # Errors
/// [`ScheduleError::Export`] with what is wrong with the report, [`ScheduleError::Invalid`],
/// [`ScheduleError::TooMany`], [`ScheduleError::KeyReused`].
pub async fn create(
    ctx: &Ctx,
    new: &NewSchedule,
    locale: Option<Locale>,
    key: Option<&str>,
) -> Result<schedule::Model, ScheduleError> {
    let Actor::User { id: owner, session } = ctx.actor() else {
        return Err(Denied::SignedOut.into());
    };
    let zone = match &new.time_zone {
        Some(name) => name.clone(),
        None => default_zone(ctx, new.question.organization).await?,
    };
    let question = ScheduledQuestion {
        locale: locale.unwrap_or(new.question.locale),
        ..new.question.clone()
    };
    let question = fitting(ctx, &question, new.covers, &zone).await?;
    let mut checks = Checks::new();
    checks.key(key);
    let title = checks.text("title", &new.title, TITLE_MOST);
    let zone = zone_name(&mut checks, &zone);
    let (cadence, cron, latest_day) = columns(&mut checks, &new.cadence);
    let targets = checked(&mut checks, &ctx.core().config, &new.targets);
    checks.done().map_err(ScheduleError::Invalid)?;
    let now = ctx.now();
    let row = schedule::Model {
        id: ScheduleId(ctx.new_id()),
        owner_id: owner,
        session_id: session,
        title,
        question: written(&question)?,
        cadence,
        cron,
        latest_day,
        time_zone: zone,
        covers: new.covers,
        targets: written(&targets)?,
        status: ScheduleStatus::Active,
        next_tick_at: None,
        last_run_id: None,
        version: 1,
        created_at: now,
        updated_at: now,
    };
    let row = schedule::Model {
        next_tick_at: next_tick(&row, now)?,
        ..row
    };
    // The input as it was sent: a language that was not asked for is none of it.
    let mut sent = new.clone();
    sent.question.locale = Locale::default();
    ctx.transaction(async |tx| {
        let content = (sent, locale);
        let claim = ctx.claim(tx, "createSchedule", key, &content, row.id.0);
        match claim.await? {
            Claim::Conflict => return Err(ScheduleError::KeyReused),
            Claim::Replay(known) => {
                let found = store::by_ids(&**tx, Whose::of(ctx), &[ScheduleId(known)]).await?;
                return found.into_iter().next().ok_or(ScheduleError::NotFound);
            }
            Claim::Go => {}
        }
        // Held, so that what is created at once is counted one after the other.
        jobs::store::lock_account(tx, owner).await?;
        let going_on = Filter {
            status: Some(vec![ScheduleStatus::Active, ScheduleStatus::Paused]),
            owner: Some(owner),
        };
        if store::count(&**tx, Whose::Of(owner), &going_on).await? >= SCHEDULES_MOST {
            return Err(ScheduleError::TooMany {
                most: SCHEDULES_MOST,
            });
        }
        store::insert(tx, row.clone()).await?;
        audit::record(ctx, tx, line("schedule.create", &row)).await?;
        Ok(row)
    })
    .await
}

/// Changes a schedule. What changes when it is due begins with the next tick from now on. Only its owner can:
/// reports are made with what they may see.
///
/// # Errors
/// As of [`create`]; [`ScheduleError::NotFound`], [`ScheduleError::VersionConflict`],
/// [`ScheduleError::OfAnother`], [`ScheduleError::Ended`].
pub async fn update(
    ctx: &Ctx,
    id: ScheduleId,
    expected: Option<i32>,
    changes: ScheduleChanges,
) -> Result<schedule::Model, ScheduleError> {
    ctx.demand_signed_in()?;
    let mut found = store::by_ids(ctx.read(), Whose::of(ctx), &[id]).await?;
    let seen = found.pop().ok_or(ScheduleError::NotFound)?;
    if ctx.actor().user() != Some(seen.owner_id) {
        return Err(ScheduleError::OfAnother);
    }
    let unread = || ScheduleError::Fault("the report of the schedule cannot be read".to_owned());
    let covers = changes.covers.over(seen.covers);
    let zone = changes.time_zone.over(seen.time_zone.clone());
    let kept = ScheduledQuestion::of(&seen).ok_or_else(unread)?;
    let question = ScheduledQuestion {
        format: changes.format.over(kept.format),
        locale: changes.locale.over(kept.locale),
        ..changes.question.over(kept)
    };
    let question = fitting(ctx, &question, covers, &zone).await?;
    let mut checks = Checks::new();
    let title = checks.text("title", &changes.title.over(seen.title.clone()), TITLE_MOST);
    let zone = zone_name(&mut checks, &zone);
    let (cadence, cron, latest_day) = match &changes.cadence {
        Change::Keep => (seen.cadence, seen.cron.clone(), seen.latest_day),
        Change::To(asked) => columns(&mut checks, asked),
    };
    let targets = match &changes.targets {
        Change::Keep => seen.targets.clone(),
        Change::To(asked) => written(&checked(&mut checks, &ctx.core().config, asked))?,
    };
    checks.done().map_err(ScheduleError::Invalid)?;
    let question = written(&question)?;
    act(ctx, id, expected, "schedule.update", |held, now| {
        if held.version != seen.version {
            return Err(ScheduleError::VersionConflict {
                current: held.version,
            });
        }
        let again = (&held.cron, held.latest_day, &held.time_zone) != (&cron, latest_day, &zone);
        let after = schedule::Model {
            title,
            question,
            cadence,
            cron,
            latest_day,
            time_zone: zone,
            covers,
            targets,
            ..held
        };
        Ok(Some(match (after.status, again) {
            (ScheduleStatus::Active, true) => schedule::Model {
                next_tick_at: next_tick(&after, now)?,
                ..after
            },
            _ => after,
        }))
    })
    .await
}

/// Pauses a schedule: what would be due meanwhile is left out. One that pauses is answered as it is.
///
/// # Errors
/// [`ScheduleError::NotFound`], [`ScheduleError::VersionConflict`], [`ScheduleError::Ended`].
pub async fn pause(
    ctx: &Ctx,
    id: ScheduleId,
    expected: Option<i32>,
) -> Result<schedule::Model, ScheduleError> {
    act(ctx, id, expected, "schedule.pause", |held, _| {
        Ok(
            (held.status == ScheduleStatus::Active).then_some(schedule::Model {
                status: ScheduleStatus::Paused,
                next_tick_at: None,
                ..held
            }),
        )
    })
    .await
}

/// Lets a schedule go on: its next tick is the first from now on. One that goes on is answered as it is.
///
/// # Errors
/// As of [`pause`].
pub async fn resume(
    ctx: &Ctx,
    id: ScheduleId,
    expected: Option<i32>,
) -> Result<schedule::Model, ScheduleError> {
    act(ctx, id, expected, "schedule.resume", |held, now| {
        if held.status != ScheduleStatus::Paused {
            return Ok(None);
        }
        Ok(Some(schedule::Model {
            status: ScheduleStatus::Active,
            next_tick_at: next_tick(&held, now)?,
            ..held
        }))
    })
    .await
}

/// Ends a schedule for good. What it made stays, and so does its history.
///
/// # Errors
/// [`ScheduleError::NotFound`], [`ScheduleError::VersionConflict`].
pub async fn end(
    ctx: &Ctx,
    id: ScheduleId,
    expected: Option<i32>,
) -> Result<schedule::Model, ScheduleError> {
    let ended = act(ctx, id, expected, "schedule.end", |held, _| {
        Ok(Some(schedule::Model {
            status: ScheduleStatus::Ended,
            next_tick_at: None,
            ..held
        }))
    });
    match ended.await {
        // Ended is ended.
        Err(ScheduleError::Ended) => {
            let mut found = store::by_ids(ctx.read(), Whose::of(ctx), &[id]).await?;
            found.pop().ok_or(ScheduleError::NotFound)
        }
        other => other,
    }
}

async fn act(
    ctx: &Ctx,
    id: ScheduleId,
    expected: Option<i32>,
    action: &'static str,
    change: impl FnOnce(
        schedule::Model,
        DateTime<Utc>,
    ) -> Result<Option<schedule::Model>, ScheduleError>,
) -> Result<schedule::Model, ScheduleError> {
    ctx.demand_signed_in()?;
    ctx.transaction(async |tx| {
        let held = store::lock(tx, Whose::of(ctx), id).await?;
        let held = held.ok_or(ScheduleError::NotFound)?;
        demand_version(&held, expected)?;
        if held.status == ScheduleStatus::Ended {
            return Err(ScheduleError::Ended);
        }
        let Some(changed) = change(held.clone(), ctx.now())? else {
            return Ok(held);
        };
        let row = schedule::Model {
            version: held.version.saturating_add(1),
            updated_at: ctx.now(),
            ..changed
        };
        store::update(tx, &row).await?;
        audit::record(ctx, tx, line(action, &row)).await?;
        Ok(row)
    })
    .await
}

/// Refuses where it changed since the version that the caller saw.
///
/// # Errors
/// [`ScheduleError::VersionConflict`].
pub(super) fn demand_version(
    held: &schedule::Model,
    expected: Option<i32>,
) -> Result<(), ScheduleError> {
    match expected {
        Some(expected) if expected != held.version => Err(ScheduleError::VersionConflict {
            current: held.version,
        }),
        _ => Ok(()),
    }
}

/// A line of the audit trail.
pub(super) fn line(action: &'static str, row: &schedule::Model) -> Line {
    Line {
        action,
        organization: None,
        subject: ("Schedule", Some(row.id.0)),
        details: None,
    }
}
