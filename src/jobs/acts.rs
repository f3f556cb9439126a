//! Acts of people on jobs: calling one off, trying one again.
//!
//! How workers take jobs, and what becomes of them, is in `queue`.

use chrono::DateTime;
use chrono::Utc;
use entity::ids::JobId;
use entity::job;
use entity::types::JobKind;
use entity::types::JobStatus;

use crate::audit;
use crate::identity::Ctx;
use crate::jobs::asked::few;
use crate::jobs::error::JobError;
use crate::jobs::queue::line;
use crate::jobs::queue::write;
use crate::jobs::store;
use crate::jobs::whose::Whose;
use crate::platform::db::Tx;

/// Calls a job off. One that was called off is answered as it is.
///
/// # Errors
/// [`JobError::NotFound`], [`JobError::VersionConflict`]; [`JobError::State`] for one that is done.
pub async fn cancel(ctx: &Ctx, id: JobId, expected: Option<i32>) -> Result<job::Model, JobError> {
    ctx.demand_signed_in()?;
    let change = |it: job::Model, now| match it.status {
        JobStatus::Cancelled => Ok(None),
        JobStatus::Queued | JobStatus::Running => Ok(Some(job::Model {
            status: JobStatus::Cancelled,
            leased_until: None,
            finished_at: Some(now),
            ..it
        })),
        JobStatus::Succeeded | JobStatus::Failed => Err(JobError::State),
    };
    ctx.transaction(async |tx| {
        let done = act(ctx, tx, (id, expected), "job.cancel", change).await?;
        Ok(done.job)
    })
    .await
}

/// Puts a job that failed into the queue again, as if it were new. One that waits already is
/// answered as it is.
///
/// # Errors
/// [`JobError::NotFound`], [`JobError::VersionConflict`]; [`JobError::State`] for one that did not
/// fail.
pub async fn again(ctx: &Ctx, id: JobId, expected: Option<i32>) -> Result<job::Model, JobError> {
    ctx.demand_signed_in()?;
    ctx.transaction(async |tx| Ok(again_in(ctx, tx, id, expected).await?.job))
        .await
}

/// What became of an act.
#[derive(Debug)]
pub struct Outcome {
    /// The job as it is now.
    pub job: job::Model,
    /// Whether the act changed it.
    pub changed: bool,
}

/// The same as [`again`] in a transaction of the caller, who asked before whether anybody is signed in.
///
/// # Errors
/// As of [`again`].
pub async fn again_in(
    ctx: &Ctx,
    tx: &Tx,
    id: JobId,
    expected: Option<i32>,
) -> Result<Outcome, JobError> {
    let change = |it: job::Model, now| match it.status {
        JobStatus::Queued | JobStatus::Running => Ok(None),
        JobStatus::Failed => Ok(Some(job::Model {
            status: JobStatus::Queued,
            progress: 0,
            attempts: 0,
            due_at: now,
            refusals: None,
            finished_at: None,
            ..it
        })),
        JobStatus::Succeeded | JobStatus::Cancelled => Err(JobError::State),
    };
    act(ctx, tx, (id, expected), "job.retry", change).await
}

async fn act(
    ctx: &Ctx,
    tx: &Tx,
    (id, expected): (JobId, Option<i32>),
    action: &'static str,
    change: impl FnOnce(job::Model, DateTime<Utc>) -> Result<Option<job::Model>, JobError>,
) -> Result<Outcome, JobError> {
    let held = store::lock(tx, Whose::of(ctx), id).await?;
    let held = held.ok_or(JobError::NotFound)?;
    if expected.is_some_and(|it| it != held.version) {
        return Err(JobError::VersionConflict {
            current: held.version,
        });
    }
    let Some(changed) = change(held.clone(), ctx.now())? else {
        return Ok(Outcome {
            job: held,
            changed: false,
        });
    };
    // What is on its way was made already.
    if changed.status == JobStatus::Queued && changed.kind == JobKind::Export {
        few(tx, changed.requested_by).await?;
    }
    let row = write(ctx, tx, changed).await?;
    audit::record(ctx, tx, line(action, &row)).await?;
    if row.status == JobStatus::Cancelled {
        store::drop_pieces(tx, row.id, None).await?;
    }
    Ok(Outcome {
        job: row,
        changed: true,
    })
}
