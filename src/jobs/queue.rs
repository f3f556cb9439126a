//! Who takes which job, and what becomes of it.
//!
//! A worker holds a job by a lease that it prolongs, and by the number that the lease came with: what
//! a worker that was given up for dead still wants to write meets another number, and is dropped.

use chrono::TimeDelta;
use entity::artifact;
use entity::artifact_piece;
use entity::ids::ArtifactId;
use entity::ids::JobId;
use entity::job;
use entity::types::JobKind;
use entity::types::JobStatus;
use sea_orm::DbErr;

use crate::audit::Line;
use crate::identity::Ctx;
use crate::jobs::QUEUE;
use crate::jobs::error::JobError;
use crate::jobs::store;
use crate::jobs::whose::Whose;
use crate::jobs::worker::Failed;
use crate::jobs::worker::Made;
use crate::platform::db::Tx;
use crate::platform::outbox;
use crate::platform::outbox::Happened;
use crate::refusal::Code;
use crate::refusal::Refusal;

/// How long a worker has a job without saying more.
const LEASE: TimeDelta = TimeDelta::seconds(60);
/// How often a job is tried.
pub const ATTEMPTS_MOST: i32 = 5;
/// The pause after the first attempt; each further one is four times as long.
const PAUSE_SECONDS: i64 = 10;

/// A job that the actor may see.
///
/// # Errors
/// [`JobError::NotFound`].
pub async fn visible(ctx: &Ctx, id: JobId) -> Result<job::Model, JobError> {
    ctx.demand_signed_in()?;
    let mut found = store::by_ids(ctx.read(), Whose::of(ctx), &[id]).await?;
    found.pop().ok_or(JobError::NotFound)
}

/// Takes the next job of some kinds that is due, where there is one. A job that took too many workers with it is
/// given up.
///
/// # Errors
/// [`DbErr`].
pub async fn take(ctx: &Ctx, kinds: &[JobKind]) -> Result<Option<job::Model>, DbErr> {
    // Most looks find nothing, and writers need not wait for that.
    if !store::any_due(ctx.read(), kinds, ctx.now()).await? {
        return Ok(None);
    }
    ctx.transaction(async |tx| {
        while let Some(held) = store::next(tx, kinds, ctx.now()).await? {
            if held.attempts >= ATTEMPTS_MOST {
                give_up(ctx, tx, held).await?;
                continue;
            }
            // What a worker that died wrote of its file.
            store::drop_pieces(tx, held.id, None).await?;
            let now = ctx.now();
            let taken = job::Model {
                status: JobStatus::Running,
                progress: 0,
                attempts: held.attempts.saturating_add(1),
                fence: held.fence.saturating_add(1),
                leased_until: Some(now + LEASE),
                started_at: held.started_at.or(Some(now)),
                ..held
            };
            return Ok(Some(write(ctx, tx, taken).await?));
        }
        Ok(None)
    })
    .await
}

/// Prolongs a lease and notes how far the job has come; `false` where the worker has the job no
/// longer, and should stop.
///
/// # Errors
/// [`DbErr`].
pub async fn hold(ctx: &Ctx, taken: &job::Model, progress: Option<i32>) -> Result<bool, DbErr> {
    ctx.transaction(async |tx| {
        let Some(held) = mine(tx, taken).await? else {
            return Ok(false);
        };
        let held = job::Model {
            leased_until: Some(ctx.now() + LEASE),
            ..held
        };
        match progress.filter(|it| *it > held.progress) {
            // Nobody wants to be told of a lease.
            None => store::update(tx, &held).await?,
            Some(progress) => {
                write(ctx, tx, job::Model { progress, ..held }).await?;
            }
        }
        Ok(true)
    })
    .await
}

/// Ends a job with the file it made, if it made one. Its pieces are written one after the other, so that nobody waits
/// for a large one; the last transaction makes a file of them, and whoever comes second finds it done. `false`
/// where the worker has the job no longer; the pieces are dropped then.
///
/// # Errors
/// [`Failed::Fault`].
pub async fn finish(ctx: &Ctx, taken: &job::Model, mut made: Option<Made>) -> Result<bool, Failed> {
    let fault = |cause: std::io::Error| Failed::Fault(cause.to_string());
    if let Some(made) = &mut made {
        let mut number = 0;
        while let Some(content) = made.content.piece().map_err(fault)? {
            let piece = artifact_piece::Model {
                job_id: taken.id,
                fence: taken.fence,
                number,
                content,
            };
            if !write_piece(ctx, taken, piece).await? {
                return Ok(false);
            }
            number += 1;
        }
    }
    Ok(close(ctx, taken, made).await?)
}

/// Writes a piece, and prolongs the lease by it.
async fn write_piece(
    ctx: &Ctx,
    taken: &job::Model,
    piece: artifact_piece::Model,
) -> Result<bool, DbErr> {
    ctx.transaction(async |tx| {
        let Some(held) = mine(tx, taken).await? else {
            return Ok(false);
        };
        store::insert_piece(tx, piece).await?;
        let held = job::Model {
            leased_until: Some(ctx.now() + LEASE),
            ..held
        };
        store::update(tx, &held).await?;
        Ok(true)
    })
    .await
}

/// Makes a file of the pieces of a taking.
async fn close(ctx: &Ctx, taken: &job::Model, made: Option<Made>) -> Result<bool, DbErr> {
    ctx.transaction(async |tx| {
        let Some(held) = mine(tx, taken).await? else {
            return Ok(false);
        };
        let now = ctx.now();
        if let Some(made) = made {
            let file = artifact::Model {
                id: ArtifactId(ctx.new_id()),
                job_id: held.id,
                fence: taken.fence,
                file_name: made.file_name,
                media_type: made.media_type.to_owned(),
                size: i64::try_from(made.content.size()).unwrap_or(i64::MAX),
                sha256: made.content.sha256().to_vec(),
                created_at: now,
                expires_at: now + made.kept,
            };
            store::drop_pieces(tx, held.id, Some(taken.fence)).await?;
            store::insert_artifact(tx, file).await?;
        }
        let done = job::Model {
            status: JobStatus::Succeeded,
            progress: 100,
            leased_until: None,
            finished_at: Some(now),
            ..held
        };
        write(ctx, tx, done).await?;
        Ok(true)
    })
    .await
}

/// Ends a job that was refused: trying again would not help.
///
/// # Errors
/// [`DbErr`].
pub async fn refuse(ctx: &Ctx, taken: &job::Model, refusals: &[Refusal]) -> Result<(), DbErr> {
    ctx.transaction(async |tx| {
        if let Some(held) = mine(tx, taken).await? {
            fail(ctx, tx, held, refusals).await?;
        }
        Ok(())
    })
    .await
}

/// Puts a job back after a fault, to be tried later; gives it up after the last attempt.
///
/// # Errors
/// [`DbErr`].
pub async fn put_back(ctx: &Ctx, taken: &job::Model) -> Result<(), DbErr> {
    ctx.transaction(async |tx| {
        let Some(held) = mine(tx, taken).await? else {
            return Ok(());
        };
        if held.attempts >= ATTEMPTS_MOST {
            return give_up(ctx, tx, held).await;
        }
        store::drop_pieces(tx, held.id, None).await?;
        let waiting = job::Model {
            status: JobStatus::Queued,
            progress: 0,
            leased_until: None,
            due_at: ctx.now() + pause(held.attempts),
            ..held
        };
        write(ctx, tx, waiting).await?;
        Ok(())
    })
    .await
}

/// Lets go of files that are kept no longer: how many.
///
/// # Errors
/// [`DbErr`].
pub async fn forget_old(ctx: &Ctx) -> Result<u64, DbErr> {
    ctx.transaction(async |tx| store::drop_artifacts(tx, ctx.now()).await)
        .await
}

/// Puts a job back that the end of the process interrupted: it is due at once, and was not tried.
///
/// # Errors
/// [`DbErr`].
pub async fn give_back(ctx: &Ctx, taken: &job::Model) -> Result<(), DbErr> {
    ctx.transaction(async |tx| {
        if let Some(held) = mine(tx, taken).await? {
            store::drop_pieces(tx, held.id, None).await?;
            let waiting = job::Model {
                status: JobStatus::Queued,
                progress: 0,
                attempts: held.attempts.saturating_sub(1),
                leased_until: None,
                ..held
            };
            write(ctx, tx, waiting).await?;
        }
        Ok(())
    })
    .await
}

/// The job as it is, held, where the worker still has it.
async fn mine(tx: &Tx, taken: &job::Model) -> Result<Option<job::Model>, DbErr> {
    let held = store::lock(tx, Whose::Everybody, taken.id).await?;
    Ok(held.filter(|it| it.status == JobStatus::Running && it.fence == taken.fence))
}

async fn give_up(ctx: &Ctx, tx: &Tx, held: job::Model) -> Result<(), DbErr> {
    tracing::error!(job.id = %held.id, attempts = held.attempts, "a job was given up");
    let refusal = Refusal::new(Code::JobFailed).with("attempts", held.attempts);
    fail(ctx, tx, held, &[refusal]).await
}

async fn fail(ctx: &Ctx, tx: &Tx, held: job::Model, refusals: &[Refusal]) -> Result<(), DbErr> {
    store::drop_pieces(tx, held.id, None).await?;
    let told = serde_json::to_string(refusals).map_err(|it| DbErr::Custom(it.to_string()))?;
    let failed = job::Model {
        status: JobStatus::Failed,
        leased_until: None,
        refusals: Some(told),
        finished_at: Some(ctx.now()),
        ..held
    };
    write(ctx, tx, failed).await?;
    Ok(())
}

/// Writes a job that is held, and tells whoever watches it.
///
/// # Errors
/// [`DbErr`].
pub(super) async fn write(ctx: &Ctx, tx: &Tx, changed: job::Model) -> Result<job::Model, DbErr> {
    let row = job::Model {
        version: changed.version.saturating_add(1),
        updated_at: ctx.now(),
        ..changed
    };
    store::update(tx, &row).await?;
    if row.status == JobStatus::Queued && row.due_at <= row.updated_at {
        tx.ring(QUEUE);
    }
    tx.ring(row.id.0);
    if let Some(happened) = happened(ctx, &row) {
        outbox::append(tx, vec![happened]).await?;
    }
    Ok(row)
}

/// What other systems are told of a job: that a file was made, or was not. Of which organization it is, is said by what was
/// asked for, and found out later.
fn happened(ctx: &Ctx, row: &job::Model) -> Option<Happened> {
    let action = match (row.kind, row.status) {
        (JobKind::Export, JobStatus::Succeeded) => "export.succeed",
        (JobKind::Export, JobStatus::Failed) => "export.fail",
        _ => return None,
    };
    Some(Happened {
        id: ctx.new_id(),
        organization: None,
        action: action.to_owned(),
        subject: row.id.0,
        details: None,
        at: ctx.now(),
    })
}

/// A line of the audit trail.
pub(super) fn line(action: &'static str, row: &job::Model) -> Line {
    Line {
        action,
        organization: None,
        subject: ("Job", Some(row.id.0)),
        details: None,
    }
}

/// The pause after so many attempts.
fn pause(attempts: i32) -> TimeDelta {
    let times = u32::try_from(attempts.saturating_sub(1)).unwrap_or(0);
    TimeDelta::seconds(PAUSE_SECONDS.saturating_mul(4_i64.saturating_pow(times)))
}

#[cfg(test)]
mod tests {
    use super::pause;

    #[test]
    fn pauses_grow() {
        let pauses = [1, 2, 3, 4].map(|it| pause(it).num_seconds());

        assert_eq!(pauses, [10, 40, 160, 640]);
    }
}
