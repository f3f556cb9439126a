//! What became of the exports of schedules.
//!
//! Looked at whenever an export has come to its end, and from time to time: whatever ends it, by which process,
//! its run is settled once, and with it the file is asked to be delivered.

use chrono::TimeDelta;
use entity::delivery;
use entity::ids::JobId;
use entity::job;
use entity::schedule_run;
use entity::types::JobStatus;
use entity::types::NotificationKind;
use entity::types::RunStatus;
use sea_orm::DbErr;

use crate::deliveries;
use crate::deliveries::asked::Shipment;
use crate::identity::Ctx;
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
/// Ids of one statement.
const IDS: usize = 500;

/// Settles the runs whose exports have come to their end, and tells owners of what failed or takes too
/// long: how many were settled.
///
/// # Errors
/// [`DbErr`].
pub async fn settle(operator: &Ctx) -> Result<usize, DbErr> {
    let runs = store::unsettled(operator.read(), operator.now() - AGAIN).await?;
    let mut settled = 0;
    for runs in runs.chunks(IDS) {
        let ids: Vec<JobId> = runs.iter().filter_map(|it| it.job_id).collect();
        let jobs = jobs::store::by_ids(operator.read(), jobs::Whose::Everybody, &ids).await?;
        for run in runs {
            let job = jobs.iter().find(|it| Some(it.id) == run.job_id);
            let Some(job) = job else { continue };
            if let Some(status) = after(run, job) {
                settled += usize::from(one(operator, run, job, status).await?);
            } else if run.status == RunStatus::Requested
                && run.overdue_at.is_none()
                && run.created_at + OVERDUE <= operator.now()
            {
                overdue(operator, run).await?;
            }
        }
    }
    for row in deliveries::store::untold(operator.read()).await? {
        did_not_arrive(operator, &row).await?;
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
                deliver(operator, tx, &ended, job).await?;
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
    export: &job::Model,
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
