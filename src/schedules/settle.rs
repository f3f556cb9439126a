//! What became of the exports of schedules.
//!
//! Looked at whenever an export has come to its end, and from time to time: whatever ends it, by which process,
//! its run is settled once, and with it the file is asked to be delivered.

use chrono::TimeDelta;
use entity::delivery;
use entity::ids::JobId;
use entity::job;
use entity::schedule_run;
use entity::types::JobKind;
use entity::types::JobStatus;
use entity::types::NotificationKind;
use entity::types::RunStatus;
use sea_orm::DbErr;

use crate::deliveries;
use crate::deliveries::asked::Shipment;
use crate::identity::Ctx;
use crate::identity::account;
use crate::jobs;
use crate::jobs::JobError;
use crate::platform::db::Tx;
use crate::schedules::OVERDUE;
use crate::schedules::fit::targets_of;
use crate::schedules::question::ScheduledQuestion;
use crate::schedules::store;
use crate::schedules::telling::tell;
use crate::schedules::whose::Whose;

/// So long an export that failed may be tried again, as long as files are kept.
const AGAIN: TimeDelta = TimeDelta::days(30);
/// Rows of one look.
const PAGE: u64 = 200;

/// Settles what rests on a job that has come to its end: the run of an export, or the word to the owner of a delivery.
///
/// # Errors
/// [`DbErr`].
pub async fn settle_job(operator: &Ctx, job: &job::Model) -> Result<(), DbErr> {
    match job.kind {
        JobKind::Export => {
            if let Some(run) = store::run_of(operator.read(), job.id).await? {
                look_at(operator, &[run]).await?;
            }
        }
        JobKind::Delivery => {
            if let Some(row) = deliveries::store::untold_of(operator.read(), job.id).await? {
                did_not_arrive(operator, &row).await?;
            }
        }
        // Nothing rests on a letter.
        JobKind::Letter => {}
    }
    Ok(())
}

/// Settles the runs whose exports have come to their end, and tells owners of what failed or takes too
/// long: how many were settled. What cannot be settled is logged and tried again by the next look; the others go on.
///
/// # Errors
/// [`DbErr`] where runs cannot be read.
pub async fn settle(operator: &Ctx) -> Result<usize, DbErr> {
    let now = operator.now();
    let (mut settled, mut after) = (0, None);
    loop {
        let since = (now - AGAIN, now - OVERDUE);
        let runs = store::unsettled(operator.read(), since, after, PAGE).await?;
        let Some(last) = runs.last() else { break };
        after = Some(last.id);
        settled += look_at(operator, &runs).await?;
    }
    let mut after = None;
    loop {
        let rows = deliveries::store::untold(operator.read(), after, PAGE).await?;
        let Some(last) = rows.last() else { break };
        after = Some(last.id);
        for row in &rows {
            if let Err(cause) = did_not_arrive(operator, row).await {
                tracing::error!(delivery.id = %row.id, %cause, "nobody was told of a delivery");
            }
        }
    }
    Ok(settled)
}

/// Looks at what became of the exports of runs: how many were settled.
async fn look_at(operator: &Ctx, runs: &[schedule_run::Model]) -> Result<usize, DbErr> {
    let ids: Vec<JobId> = runs.iter().filter_map(|it| it.job_id).collect();
    let jobs = jobs::store::by_ids(operator.read(), jobs::Whose::Everybody, &ids).await?;
    let mut settled = 0;
    for run in runs {
        let job = jobs.iter().find(|it| Some(it.id) == run.job_id);
        let Some(job) = job else { continue };
        let done = if let Some(status) = after(run, job) {
            one(operator, run, job, status).await
        } else if run.status == RunStatus::Requested
            && run.overdue_at.is_none()
            && run.created_at + OVERDUE <= operator.now()
        {
            overdue(operator, run).await.map(|()| false)
        } else {
            Ok(false)
        };
        match done {
            Ok(done) => settled += usize::from(done),
            Err(cause) => tracing::error!(run.id = %run.id, %cause, "a run was not settled"),
        }
    }
    Ok(settled)
}

/// Tells the owner, once, that a file did not arrive.
async fn did_not_arrive(operator: &Ctx, row: &delivery::Model) -> Result<(), DbErr> {
    operator
        .transaction(async |tx| {
            if !deliveries::store::note_told(tx, row.id, operator.now()).await? {
                return Ok(());
            }
            let runs = store::runs(&**tx, &[row.run_id]).await?;
            match runs.first() {
                Some(run) => told(operator, tx, run, NotificationKind::DeliveryFailed).await,
                None => Ok(()),
            }
        })
        .await
}

/// What the end of an export means for its run; `None` where nothing changes.
fn after(run: &schedule_run::Model, job: &job::Model) -> Option<RunStatus> {
    match (run.status, job.status) {
        (RunStatus::Requested | RunStatus::Failed, JobStatus::Succeeded) => {
            Some(RunStatus::Succeeded)
        }
        (RunStatus::Requested, JobStatus::Failed) => Some(RunStatus::Failed),
        (RunStatus::Requested, JobStatus::Cancelled) => Some(RunStatus::Cancelled),
        _ => None,
    }
}

/// Settles one run, where nobody else did meanwhile.
async fn one(
    operator: &Ctx,
    seen: &schedule_run::Model,
    job: &job::Model,
    status: RunStatus,
) -> Result<bool, DbErr> {
    let owner = account::name_of(operator, job.requested_by).await?;
    operator
        .transaction(async |tx| {
            let Some(held) = still(tx, seen).await? else {
                return Ok(false);
            };
            let ended = schedule_run::Model {
                status,
                ended_at: Some(operator.now()),
                ..held
            };
            store::update_run(tx, &ended).await?;
            if status == RunStatus::Succeeded {
                deliver(operator, tx, &ended, (job, &owner)).await?;
            }
            if status == RunStatus::Failed {
                told(operator, tx, &ended, NotificationKind::ScheduleFailed).await?;
            }
            Ok(true)
        })
        .await
}

/// Asks for the file to be delivered wherever the schedule says now.
async fn deliver(
    operator: &Ctx,
    tx: &Tx,
    run: &schedule_run::Model,
    (export, owner): (&job::Model, &str),
) -> Result<(), DbErr> {
    let found = store::by_ids(&**tx, Whose::Everybody, &[run.schedule_id]).await?;
    let Some(row) = found.first() else {
        return Ok(());
    };
    let Some(question) = ScheduledQuestion::of(row) else {
        return Ok(());
    };
    for target in targets_of(row) {
        let shipment = Shipment {
            target,
            title: row.title.clone(),
            from: run.covers_from,
            to: run.covers_to,
            locale: question.locale,
            schedule: row.id,
            owner: owner.to_owned(),
            again_at: None,
        };
        let asked = deliveries::asked::ask(operator, tx, export, run.id, &shipment).await;
        asked.map_err(|cause| match cause {
            JobError::Database(cause) => cause,
            other => DbErr::Custom(other.to_string()),
        })?;
    }
    Ok(())
}

/// Tells the owner, once, that a run takes too long.
async fn overdue(operator: &Ctx, seen: &schedule_run::Model) -> Result<(), DbErr> {
    operator
        .transaction(async |tx| {
            let Some(held) = still(tx, seen).await? else {
                return Ok(());
            };
            let late = schedule_run::Model {
                overdue_at: Some(operator.now()),
                ..held
            };
            store::update_run(tx, &late).await?;
            told(operator, tx, &late, NotificationKind::ScheduleOverdue).await
        })
        .await
}

/// The run as it is, held, where it still is as it was seen.
async fn still(tx: &Tx, seen: &schedule_run::Model) -> Result<Option<schedule_run::Model>, DbErr> {
    let held = store::lock_run(tx, seen.id).await?;
    Ok(held.filter(|it| it == seen))
}

async fn told(
    operator: &Ctx,
    tx: &Tx,
    run: &schedule_run::Model,
    kind: NotificationKind,
) -> Result<(), DbErr> {
    let found = store::by_ids(&**tx, Whose::Everybody, &[run.schedule_id]).await?;
    match found.first() {
        Some(row) => tell(operator, tx, row, run, kind).await,
        None => Ok(()),
    }
}
