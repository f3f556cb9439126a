//! Asks for what is due: looked at from time to time by every process that works.
//!
//! What was missed is caught up once: the latest tick is run, the others are kept as skipped. One run for each
//! tick, however many look: who comes second finds the schedule moved on, and the table takes no second.

use chrono::DateTime;
use chrono::Utc;
use entity::ids::JobId;
use entity::schedule;
use entity::schedule_run;
use entity::types::NotificationKind;
use entity::types::RunCause;
use entity::types::ScheduleStatus;
use sea_orm::DbErr;

use crate::exports::request;
use crate::hours;
use crate::identity::Authenticator;
use crate::identity::Ctx;
use crate::identity::Denied;
use crate::identity::IdentityError;
use crate::organizations::months;
use crate::organizations::months::Terms;
use crate::platform::zones::Zone;
use crate::refusal::Refusal;
use crate::schedules::LATE;
use crate::schedules::ScheduleError;
use crate::schedules::cadence::Cadence;
use crate::schedules::cadence::Ticks;
use crate::schedules::cadence::month_of;
use crate::schedules::cover;
use crate::schedules::fit::cadence_of;
use crate::schedules::fit::zone_of;
use crate::schedules::question::ScheduledQuestion;
use crate::schedules::run;
use crate::schedules::run::Begun;
use crate::schedules::store;
use crate::schedules::telling::tell;
use crate::schedules::whose::Whose;

/// Schedules of one look.
const PAGE: u64 = 200;

/// What is to be done with the ticks that have come.
#[derive(Debug)]
struct Plan {
    missed: Vec<DateTime<Utc>>,
    begun: Begun,
    next: Option<DateTime<Utc>>,
}

/// Asks for every report that is due: how many runs were begun. What cannot be asked for by a fault of ours is
/// logged and tried again by the next look; the others go on.
///
/// # Errors
/// [`DbErr`] where schedules cannot be read.
pub async fn ask_due(operator: &Ctx, authenticator: &Authenticator) -> Result<usize, DbErr> {
    let (mut begun, mut after) = (0, None);
    loop {
        let rows = store::due(operator.read(), operator.now(), after, PAGE).await?;
        let Some(last) = rows.last() else {
            return Ok(begun);
        };
        after = Some(last.id);
        for row in &rows {
            match one(operator, authenticator, row).await {
                Ok(true) => begun += 1,
                Ok(false) => {}
                Err(cause) => {
                    tracing::error!(schedule.id = %row.id, %cause, "a schedule did not run")
                }
            }
        }
    }
}

/// When the next tick of a schedule waits for nothing any more; `None` where it does not go on.
#[must_use]
pub fn waits_until(row: &schedule::Model) -> Option<DateTime<Utc>> {
    let (zone, cadence) = (zone_of(row).ok()?, cadence_of(row).ok()?);
    row.next_tick_at.map(|it| cadence.latest(&zone, it))
}

async fn one(
    operator: &Ctx,
    authenticator: &Authenticator,
    row: &schedule::Model,
) -> Result<bool, ScheduleError> {
    let zone = zone_of(row)?;
    let Some(plan) = plan(operator, row, &zone).await? else {
        return Ok(false);
    };
    let covered = cover::interval(row.covers, &zone, plan.begun.tick);
    let name = row.id.to_string();
    let owner = authenticator.on_behalf_of(row.owner_id, row.session_id, None, &name);
    let asked = match owner.await {
        Ok(owner) => match run::asked(&owner, row, covered).await {
            Ok(request) => Ok((owner, request)),
            Err(cause) => Err(run::refusals(&cause).ok_or(cause)?),
        },
        // The account is closed.
        Err(IdentityError::Session) => Err(vec![Refusal::new(Denied::NotAllowed.code())]),
        Err(cause) => return Err(cause.into()),
    };
    operator
        .transaction(async |tx| {
            let held = store::lock(tx, Whose::Everybody, row.id).await?;
            let Some(held) = held.filter(|it| it == row) else {
                // Another process was faster, or somebody changed it.
                return Ok(false);
            };
            let tick = plan.begun.tick;
            let first = plan.missed.first().copied().unwrap_or(tick);
            let known = store::runs_between(&**tx, row.id, (first, tick)).await?;
            let is_new = |at: DateTime<Utc>| known.iter().all(|it| it.tick_at != at);
            let missed = plan.missed.iter().filter(|it| is_new(**it));
            let mut runs: Vec<schedule_run::Model> = missed
                .map(|it| run::missed(operator, row, &zone, *it))
                .collect();
            let mut last = None;
            // Somebody may have had it made by hand at this very instant.
            if is_new(tick) {
                let run = match &asked {
                    Ok((owner, request)) => {
                        let job = JobId(operator.new_id());
                        request::ask_due(owner, tx, job, request).await?;
                        plan.begun.asked(operator, row, &zone, job)
                    }
                    Err(refusals) => {
                        let run = plan.begun.failed(operator, row, &zone, refusals)?;
                        tell(operator, tx, row, &run, NotificationKind::ScheduleFailed).await?;
                        run
                    }
                };
                last = Some(run.id);
                runs.push(run);
            }
            store::insert_runs(tx, &runs).await?;
            let status = match plan.next {
                Some(_) => held.status,
                None => ScheduleStatus::Ended,
            };
            let after = schedule::Model {
                status,
                next_tick_at: plan.next,
                last_run_id: last.or(held.last_run_id),
                ..held
            };
            store::update(tx, &after).await?;
            Ok(last.is_some())
        })
        .await
}

/// What is due; `None` where it waits for its month to be closed.
async fn plan(
    ctx: &Ctx,
    row: &schedule::Model,
    zone: &Zone,
) -> Result<Option<Plan>, ScheduleError> {
    let cadence = cadence_of(row)?;
    let Some(from) = row.next_tick_at else {
        return Ok(None);
    };
    let now = ctx.now();
    let Ticks { mut due, next } = cadence.ticks(zone, from, now);
    let (latest, months) = match cadence {
        Cadence::Cron(_) => {
            let Some(tick) = due.pop() else {
                return Ok(None);
            };
            let begun = Begun {
                tick,
                cause: RunCause::Tick,
                late: now > tick + LATE,
                month_closed: None,
            };
            return Ok(Some(Plan {
                missed: due,
                begun,
                next,
            }));
        }
        Cadence::MonthlyAfterClosing { .. } => {
            let latest: Vec<_> = due.iter().map(|it| cadence.latest(zone, *it)).collect();
            let months: Vec<_> = due.iter().map(|it| month_of(zone, *it)).collect();
            (latest, months)
        }
    };
    let closed = closed(ctx, row, &months).await?;
    let mut ready = None;
    for (at, (tick, (latest, closed))) in due.iter().zip(latest.iter().zip(&closed)).enumerate() {
        let since = match *closed {
            Some(closed) => Some(closed.clamp(*tick, (*latest).max(*tick))),
            None => Some(*latest).filter(|it| *it <= now),
        };
        if let Some(since) = since {
            ready = Some((at, *tick, since, closed.is_some()));
        }
    }
    let Some((at, tick, since, is_closed)) = ready else {
        return Ok(None);
    };
    let next = due.get(at + 1).copied().or(next);
    due.truncate(at);
    let begun = Begun {
        tick,
        cause: RunCause::Tick,
        late: now > since + LATE,
        month_closed: ScheduledQuestion::of(row)
            .and_then(|it| it.organization)
            .map(|_| is_closed),
    };
    Ok(Some(Plan {
        missed: due,
        begun,
        next,
    }))
}

/// Since when months of the organization of a schedule are closed; `None` for those that are not, and for
/// all of a territory: one organization that never closes would hold up everybody's.
async fn closed(
    ctx: &Ctx,
    row: &schedule::Model,
    wanted: &[chrono::NaiveDate],
) -> Result<Vec<Option<DateTime<Utc>>>, ScheduleError> {
    let none = vec![None; wanted.len()];
    let Some(organization) = ScheduledQuestion::of(row).and_then(|it| it.organization) else {
        return Ok(none);
    };
    let found = hours::store::terms(ctx.read(), &[organization]).await?;
    let Some(terms) = found.first().and_then(Terms::of) else {
        return Ok(none);
    };
    let said = hours::store::periods(ctx.read(), &[organization], wanted).await?;
    Ok(wanted
        .iter()
        .map(|month| {
            let said = said.iter().find(|it| it.month == *month);
            months::standing(&terms, *month, said, ctx.now()).closed_at
        })
        .collect())
}
