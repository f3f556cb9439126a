//! Begins runs: by the clock or by hand, one for each tick.
//!
//! Which ticks have come is found in `due`; what becomes of the export in `settle`.

use chrono::DateTime;
use chrono::NaiveDate;
use chrono::Utc;
use entity::ids::JobId;
use entity::ids::RunId;
use entity::ids::ScheduleId;
use entity::schedule;
use entity::schedule_run;
use entity::types::RunCause;
use entity::types::RunSkip;
use entity::types::RunStatus;
use entity::types::ScheduleStatus;

use crate::audit;
use crate::exports::request;
use crate::identity::Ctx;
use crate::platform::idempotency::Claim;
use crate::platform::zones::Zone;
use crate::refusal::Checks;
use crate::refusal::Refusal;
use crate::refusal::Refuse;
use crate::schedules::ScheduleError;
use crate::schedules::cover;
use crate::schedules::fit::zone_of;
use crate::schedules::question::ScheduledQuestion;
use crate::schedules::schedule::demand_version;
use crate::schedules::schedule::line;
use crate::schedules::store;
use crate::schedules::whose::Whose;

/// A run before it is written.
#[derive(Clone, Copy, Debug)]
pub(super) struct Begun {
    /// The instant that it is for.
    pub tick: DateTime<Utc>,
    /// What calls for it.
    pub cause: RunCause,
    /// Whether it is long after it was due.
    pub late: bool,
    /// Whether the month of its tick is closed, where that is waited for.
    pub month_closed: Option<bool>,
}

impl Begun {
    fn row(
        &self,
        ctx: &Ctx,
        of: ScheduleId,
        (from, to): (NaiveDate, NaiveDate),
    ) -> schedule_run::Model {
        schedule_run::Model {
            id: RunId(ctx.new_id()),
            schedule_id: of,
            tick_at: self.tick,
            cause: self.cause,
            covers_from: from,
            covers_to: to,
            status: RunStatus::Requested,
            skip: None,
            late: self.late,
            month_closed: self.month_closed,
            job_id: None,
            refusals: None,
            overdue_at: None,
            created_at: ctx.now(),
            ended_at: None,
        }
    }

    /// The run that waits for an export.
    pub fn asked(
        &self,
        ctx: &Ctx,
        row: &schedule::Model,
        zone: &Zone,
        job: JobId,
    ) -> schedule_run::Model {
        let covered = cover::interval(row.covers, zone, self.tick);
        schedule_run::Model {
            job_id: Some(job),
            ..self.row(ctx, row.id, covered)
        }
    }

    /// The run for which no export could be asked.
    ///
    /// # Errors
    /// Only a fault of ours.
    pub fn failed(
        &self,
        ctx: &Ctx,
        row: &schedule::Model,
        zone: &Zone,
        refusals: &[Refusal],
    ) -> Result<schedule_run::Model, ScheduleError> {
        let covered = cover::interval(row.covers, zone, self.tick);
        let told = serde_json::to_string(refusals);
        Ok(schedule_run::Model {
            status: RunStatus::Failed,
            refusals: Some(told.map_err(|it| ScheduleError::Fault(it.to_string()))?),
            ended_at: Some(ctx.now()),
            ..self.row(ctx, row.id, covered)
        })
    }
}

/// The run of a tick that was missed.
pub(super) fn missed(
    ctx: &Ctx,
    row: &schedule::Model,
    zone: &Zone,
    tick: DateTime<Utc>,
) -> schedule_run::Model {
    let begun = Begun {
        tick,
        cause: RunCause::Tick,
        late: false,
        month_closed: None,
    };
    let covered = cover::interval(row.covers, zone, tick);
    schedule_run::Model {
        status: RunStatus::Skipped,
        skip: Some(RunSkip::Missed),
        ended_at: Some(ctx.now()),
        ..begun.row(ctx, row.id, covered)
    }
}

/// Makes the report of a schedule now, as if it were due. The schedule goes on as it would have. Only its
/// owner can, since it is made with what they may see; asked for twice at one instant it is one run.
///
/// # Errors
/// [`ScheduleError`].
pub async fn run_now(
    ctx: &Ctx,
    id: ScheduleId,
    expected: Option<i32>,
    key: Option<&str>,
) -> Result<schedule_run::Model, ScheduleError> {
    ctx.demand_signed_in()?;
    let mut checks = Checks::new();
    checks.key(key);
    checks.done().map_err(ScheduleError::Invalid)?;
    let mut found = store::by_ids(ctx.read(), Whose::of(ctx), &[id]).await?;
    let row = found.pop().ok_or(ScheduleError::NotFound)?;
    if ctx.actor().user() != Some(row.owner_id) {
        return Err(ScheduleError::OfAnother);
    }
    let begun = Begun {
        tick: ctx.now(),
        cause: RunCause::ByHand,
        late: false,
        month_closed: None,
    };
    let zone = zone_of(&row)?;
    let covered = cover::interval(row.covers, &zone, begun.tick);
    let request = asked(ctx, &row, covered).await?;
    ctx.transaction(async |tx| {
        let held = store::lock(tx, Whose::of(ctx), id).await?;
        let held = held.ok_or(ScheduleError::NotFound)?;
        // Before the key: the same instant is the same run, and a key is never of one that is not.
        let known = store::runs_between(&**tx, id, (begun.tick, begun.tick)).await?;
        let known = known.into_iter().next();
        let run_id = known
            .as_ref()
            .map_or_else(|| RunId(ctx.new_id()), |it| it.id);
        match ctx.claim(tx, "runScheduleNow", key, &id, run_id.0).await? {
            Claim::Conflict => return Err(ScheduleError::KeyReused),
            Claim::Replay(known) => {
                let found = store::runs(&**tx, &[RunId(known)]).await?;
                return found.into_iter().next().ok_or(ScheduleError::NotFound);
            }
            Claim::Go => {}
        }
        demand_version(&held, expected)?;
        if held.status == ScheduleStatus::Ended {
            return Err(ScheduleError::Ended);
        }
        if let Some(run) = known {
            return Ok(run);
        }
        let job = JobId(ctx.new_id());
        request::ask(ctx, tx, job, &request).await?;
        let run = schedule_run::Model {
            id: run_id,
            ..begun.asked(ctx, &held, &zone, job)
        };
        store::insert_runs(tx, std::slice::from_ref(&run)).await?;
        let after = schedule::Model {
            last_run_id: Some(run.id),
            ..held
        };
        store::update(tx, &after).await?;
        audit::record(ctx, tx, line("schedule.run", &after)).await?;
        Ok(run)
    })
    .await
}

/// The export of a schedule over an interval, where its owner may ask it now.
///
/// # Errors
/// [`ScheduleError::Export`] with what is wrong.
pub(super) async fn asked(
    owner: &Ctx,
    row: &schedule::Model,
    covered: (NaiveDate, NaiveDate),
) -> Result<request::ExportRequest, ScheduleError> {
    let question = ScheduledQuestion::of(row);
    let unread = || ScheduleError::Fault("the report of the schedule cannot be read".to_owned());
    let asked = question.ok_or_else(unread)?.over(covered);
    Ok(request::in_order(owner, &asked, None).await?)
}

/// The refusals of an outcome, where there are any.
pub(super) fn refusals(cause: &ScheduleError) -> Option<Vec<Refusal>> {
    cause.refusals()
}
