//! Carries jobs out, one after the other.
//!
//! Which kind of work is whose is decided by whoever puts the parts together.

use std::panic::AssertUnwindSafe;
use std::time::Duration;

use chrono::TimeDelta;
use entity::job;
use entity::types::JobKind;
use futures_util::FutureExt;
use sea_orm::DbErr;
use sea_orm::Iterable;
use tokio::time::MissedTickBehavior;
use tokio_util::sync::CancellationToken;

use crate::identity::Authenticator;
use crate::identity::Ctx;
use crate::identity::Denied;
use crate::identity::IdentityError;
use crate::jobs::QUEUE;
use crate::jobs::queue;
use crate::jobs::spool::Spooled;
use crate::refusal::Refusal;

/// How often a worker says that it still works; a lease is four times as long.
const BEAT: Duration = Duration::from_secs(15);
/// How long a job may go on when the process is told to end: less than supervisors wait.
const GRACE: Duration = Duration::from_secs(8);
/// How often the queue is looked at without a sign: what is due later rings no bell.
const LOOK: Duration = Duration::from_secs(5);

/// A file that a job made.
#[derive(Debug)]
pub struct Made {
    /// Its name.
    pub file_name: String,
    /// What it is, as HTTP names it.
    pub media_type: &'static str,
    /// What is in it.
    pub content: Spooled,
    /// How long it is kept.
    pub kept: TimeDelta,
}

/// Why a job was not done.
#[derive(Debug)]
pub enum Failed {
    /// It cannot be done as it was asked for: trying again would not help.
    Refused(Vec<Refusal>),
    /// A fault of ours: it is tried again.
    Fault(String),
    /// The worker has it no longer: it was called off, or given to another.
    Stopped,
    /// The process ends: others do it.
    Interrupted,
}

impl From<DbErr> for Failed {
    fn from(cause: DbErr) -> Self {
        Self::Fault(cause.to_string())
    }
}

/// Knows how to do each kind of job.
pub trait Work: Send + Sync {
    /// Which kinds it is taken for: all that this release knows, unless it says other.
    fn kinds(&self) -> Vec<JobKind> {
        JobKind::iter().collect()
    }

    /// Does one, with what whoever asked for it may see now: the file that it makes, if it makes one.
    fn carry_out(
        &self,
        ctx: &Ctx,
        job: &job::Model,
        progress: &Progress<'_>,
    ) -> impl Future<Output = Result<Option<Made>, Failed>> + Send;

    /// Looks at what the end of one means for others. It may never be called: whatever rests on it is looked at from
    /// time to time, too.
    fn afterwards(&self, _operator: &Ctx, _job: &job::Model) -> impl Future<Output = ()> + Send {
        std::future::ready(())
    }
}

/// Tells how far a job has come.
pub struct Progress<'a> {
    operator: &'a Ctx,
    job: &'a job::Model,
}

impl Progress<'_> {
    /// It has come so far, in percent.
    ///
    /// # Errors
    /// [`Failed::Stopped`] where the worker has the job no longer.
    pub async fn reaches(&self, percent: i32) -> Result<(), Failed> {
        let percent = percent.clamp(0, 99);
        if queue::hold(self.operator, self.job, Some(percent)).await? {
            Ok(())
        } else {
            Err(Failed::Stopped)
        }
    }
}

/// Carries out what is due, until `closing`; what is being done then has a while to come to its end.
pub async fn go_on(
    operator: &Ctx,
    authenticator: &Authenticator,
    work: &impl Work,
    closing: CancellationToken,
) {
    let mut bell = operator.core().db.wake().bells().listen(QUEUE);
    while !closing.is_cancelled() {
        match one(operator, authenticator, work, &closing).await {
            Ok(true) => continue,
            Ok(false) => {}
            Err(cause) => tracing::error!(%cause, "the queue of jobs cannot be used"),
        }
        tokio::select! {
            () = closing.cancelled() => {}
            () = bell.rung() => {}
            () = tokio::time::sleep(LOOK) => {}
        }
    }
}

/// Takes one job and carries it out; `false` where none is due.
///
/// # Errors
/// [`DbErr`] where the queue cannot be used. What went wrong in the job is noted in the job.
pub async fn one(
    operator: &Ctx,
    authenticator: &Authenticator,
    work: &impl Work,
    closing: &CancellationToken,
) -> Result<bool, DbErr> {
    let Some(job) = queue::take(operator, &work.kinds()).await? else {
        return Ok(false);
    };
    let working = async {
        let made = caught(operator, authenticator, work, &job).await?;
        queue::finish(operator, &job, made).await
    };
    let done = tokio::select! {
        done = working => done,
        lost = beating(operator, &job) => Err(lost),
        () = patience(closing) => Err(Failed::Interrupted),
    };
    match done {
        Ok(kept) => tracing::info!(job.id = %job.id, kept, "a job is done"),
        Err(Failed::Refused(refusals)) => queue::refuse(operator, &job, &refusals).await?,
        Err(Failed::Fault(cause)) => {
            tracing::error!(job.id = %job.id, attempt = job.attempts, cause, "a job failed");
            queue::put_back(operator, &job).await?;
        }
        Err(Failed::Stopped) => tracing::info!(job.id = %job.id, "a job was stopped"),
        Err(Failed::Interrupted) => {
            tracing::info!(job.id = %job.id, "a job is left to others");
            queue::give_back(operator, &job).await?;
        }
    }
    work.afterwards(operator, &job).await;
    Ok(true)
}

/// Keeps the lease of a job as long as it is polled; ends where the worker has the job no longer. Beside
/// the work and not between its steps: the work may hold what a lease needs.
async fn beating(operator: &Ctx, job: &job::Model) -> Failed {
    let mut beat = tokio::time::interval(BEAT);
    beat.set_missed_tick_behavior(MissedTickBehavior::Delay);
    beat.tick().await;
    loop {
        beat.tick().await;
        match queue::hold(operator, job, None).await {
            Ok(true) => {}
            Ok(false) => return Failed::Stopped,
            // The lease lasts for some more beats.
            Err(cause) => tracing::warn!(job.id = %job.id, %cause, "a lease was not prolonged"),
        }
    }
}

/// Waits for the end of the process, and then a while.
async fn patience(closing: &CancellationToken) {
    closing.cancelled().await;
    tokio::time::sleep(GRACE).await;
}

async fn caught(
    operator: &Ctx,
    authenticator: &Authenticator,
    work: &impl Work,
    job: &job::Model,
) -> Result<Option<Made>, Failed> {
    let doing = Box::pin(doing(operator, authenticator, work, job));
    let doing = AssertUnwindSafe(doing).catch_unwind();
    doing
        .await
        .unwrap_or_else(|_panic| Err(Failed::Fault("a job panicked".to_owned())))
}

async fn doing(
    operator: &Ctx,
    authenticator: &Authenticator,
    work: &impl Work,
    job: &job::Model,
) -> Result<Option<Made>, Failed> {
    let name = job.id.to_string();
    let asked =
        authenticator.on_behalf_of(job.requested_by, job.session_id, job.api_token_id, &name);
    let ctx = asked.await.map_err(|cause| match cause {
        // The account is closed.
        IdentityError::Session => Failed::Refused(vec![Refusal::new(Denied::NotAllowed.code())]),
        fault => Failed::Fault(fault.to_string()),
    })?;
    work.carry_out(&ctx, job, &Progress { operator, job }).await
}
