//! New work for the queue: asked for in the transaction of its cause.
//!
//! Who takes it, and what becomes of it, is in `queue`.

use chrono::DateTime;
use chrono::Utc;
use entity::ids::ApiTokenId;
use entity::ids::JobId;
use entity::ids::SessionId;
use entity::ids::UserId;
use entity::job;
use entity::types::JobKind;
use entity::types::JobStatus;
use sea_orm::DbErr;
use uuid::Uuid;

use crate::audit;
use crate::identity::Actor;
use crate::identity::Ctx;
use crate::identity::Denied;
use crate::jobs::QUEUE;
use crate::jobs::error::JobError;
use crate::jobs::queue::line;
use crate::jobs::store;
use crate::platform::db::Tx;

/// How many jobs of one user may wait.
const WAITING_MOST: u64 = 20;

/// Asks for something to be done, in the transaction of its cause.
///
/// # Errors
/// [`JobError::Denied`] where nobody is signed in, [`JobError::TooMany`].
pub async fn ask(
    ctx: &Ctx,
    tx: &Tx,
    id: JobId,
    kind: JobKind,
    payload: String,
) -> Result<job::Model, JobError> {
    let user = ctx.actor().user().ok_or(Denied::SignedOut)?;
    few(tx, user).await?;
    put(ctx, tx, id, kind, payload).await
}

/// The same of what nobody asked for by hand: it waits, however many others do.
///
/// # Errors
/// [`JobError::Denied`] where it is done for nobody.
pub async fn put(
    ctx: &Ctx,
    tx: &Tx,
    id: JobId,
    kind: JobKind,
    payload: String,
) -> Result<job::Model, JobError> {
    let asker = Asker::of(ctx.actor()).ok_or(Denied::SignedOut)?;
    let row = fresh(ctx.now(), (id, kind), asker, payload);
    store::insert(tx, row.clone()).await?;
    audit::record(ctx, tx, line("job.request", &row)).await?;
    tx.ring(QUEUE);
    tx.ring(id.0);
    Ok(row)
}

/// Work that nobody asked for by hand, and for whom it is done.
#[derive(Clone, Debug)]
pub struct Unasked {
    /// Its id.
    pub id: JobId,
    /// With what this user may see it is done.
    pub of: Actor,
    /// What is to be done, as JSON.
    pub payload: String,
}

/// Puts work of several people into the queue, with two statements for each thousand. What is done for nobody is left
/// out.
///
/// # Errors
/// [`DbErr`].
pub async fn put_all(ctx: &Ctx, tx: &Tx, kind: JobKind, all: Vec<Unasked>) -> Result<(), DbErr> {
    let now = ctx.now();
    let mut rows = Vec::with_capacity(all.len());
    for it in all {
        let Some(asker) = Asker::of(it.of) else {
            continue;
        };
        rows.push(fresh(now, (it.id, kind), asker, it.payload));
    }
    if rows.is_empty() {
        return Ok(());
    }
    let lines = rows.iter().map(|it| line("job.request", it)).collect();
    store::insert_all(tx, rows).await?;
    audit::record_all(ctx, tx, lines).await?;
    tx.ring(QUEUE);
    Ok(())
}

/// Refuses one more where many of a user wait. The account is held, so that what is asked for at once is
/// counted one after the other.
///
/// # Errors
/// [`JobError::TooMany`].
pub(super) async fn few(tx: &Tx, user: UserId) -> Result<(), JobError> {
    store::lock_account(tx, user).await?;
    if store::waiting(&**tx, user).await? >= WAITING_MOST {
        return Err(JobError::TooMany { most: WAITING_MOST });
    }
    Ok(())
}

/// Who asks, as it is kept.
#[derive(Clone, Copy)]
struct Asker {
    user: UserId,
    session: SessionId,
    token: Option<ApiTokenId>,
}

impl Asker {
    fn of(actor: Actor) -> Option<Self> {
        let (user, session, token) = match actor {
            Actor::User { id, session } => (id, session, None),
            // A program has no session.
            Actor::Token { id, token } => (id, SessionId(Uuid::nil()), Some(token)),
            Actor::Operator | Actor::Nobody => return None,
        };
        Some(Self {
            user,
            session,
            token,
        })
    }
}

/// A job that waits from now on.
fn fresh(
    now: DateTime<Utc>,
    (id, kind): (JobId, JobKind),
    asker: Asker,
    payload: String,
) -> job::Model {
    job::Model {
        id,
        kind,
        status: JobStatus::Queued,
        requested_by: asker.user,
        session_id: asker.session,
        api_token_id: asker.token,
        payload,
        progress: 0,
        attempts: 0,
        fence: 0,
        due_at: now,
        leased_until: None,
        refusals: None,
        version: 1,
        created_at: now,
        started_at: None,
        finished_at: None,
        updated_at: now,
    }
}
