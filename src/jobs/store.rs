//! Statements about jobs and the files they made.
//!
//! Nothing is decided here; whose jobs are seen is in `whose`.

use chrono::DateTime;
use chrono::Utc;
use entity::api_token;
use entity::artifact;
use entity::artifact_piece;
use entity::ids::ArtifactId;
use entity::ids::JobId;
use entity::ids::UserId;
use entity::job;
use entity::types::JobKind;
use entity::types::JobStatus;
use entity::user_account;
use sea_orm::ActiveModelTrait;
use sea_orm::ColumnTrait;
use sea_orm::Condition;
use sea_orm::ConnectionTrait;
use sea_orm::DbErr;
use sea_orm::EntityTrait;
use sea_orm::IntoActiveModel;
use sea_orm::IntoSimpleExpr;
use sea_orm::PaginatorTrait;
use sea_orm::QueryFilter;
use sea_orm::QueryOrder;
use sea_orm::QuerySelect;
use sea_orm::QueryTrait;
use sea_orm::Select;
use sea_orm::sea_query::Expr;
use sea_orm::sea_query::LockBehavior;
use sea_orm::sea_query::LockType;

use crate::jobs::whose::Whose;
use crate::platform::db::Tx;
use crate::platform::page::Direction;
use crate::platform::page::Page;
use crate::platform::page::Slice;

/// Which jobs to list; an absent part does not narrow.
#[derive(Clone, Debug)]
pub struct Filter {
    /// What they do.
    pub kind: JobKind,
    /// How far they have come.
    pub status: Option<Vec<JobStatus>>,
    /// Who asked for them.
    pub requested_by: Option<UserId>,
}

/// Writes a new job.
///
/// # Errors
/// [`DbErr`].
pub async fn insert(tx: &Tx, row: job::Model) -> Result<(), DbErr> {
    job::Entity::insert(row.into_active_model())
        .exec_without_returning(&**tx)
        .await?;
    Ok(())
}

/// Writes new jobs.
///
/// # Errors
/// [`DbErr`].
pub async fn insert_all(tx: &Tx, rows: Vec<job::Model>) -> Result<(), DbErr> {
    for chunk in rows.chunks(1_000) {
        let rows = chunk
            .iter()
            .cloned()
            .map(IntoActiveModel::into_active_model);
        job::Entity::insert_many(rows)
            .exec_without_returning(&**tx)
            .await?;
    }
    Ok(())
}

/// Writes a job that is held as it is now.
///
/// # Errors
/// [`DbErr`].
pub async fn update(tx: &Tx, row: &job::Model) -> Result<(), DbErr> {
    job::Entity::update(row.clone().into_active_model().reset_all())
        .exec(&**tx)
        .await?;
    Ok(())
}

/// Whether a job of some kinds is due that nobody has.
///
/// # Errors
/// [`DbErr`].
pub async fn any_due(
    conn: &impl ConnectionTrait,
    kinds: &[JobKind],
    now: DateTime<Utc>,
) -> Result<bool, DbErr> {
    Ok(due(kinds, now).one(conn).await?.is_some())
}

/// The next job of some kinds that is due and that nobody has, held until the transaction ends. What others hold
/// is passed over.
///
/// # Errors
/// [`DbErr`].
pub async fn next(
    tx: &Tx,
    kinds: &[JobKind],
    now: DateTime<Utc>,
) -> Result<Option<job::Model>, DbErr> {
    due(kinds, now)
        .lock_with_behavior(LockType::Update, LockBehavior::SkipLocked)
        .one(&**tx)
        .await
}

fn due(kinds: &[JobKind], now: DateTime<Utc>) -> Select<job::Entity> {
    let waits = Condition::all()
        .add(job::Column::Status.eq(JobStatus::Queued))
        .add(job::Column::DueAt.lte(now));
    let left = Condition::all()
        .add(job::Column::Status.eq(JobStatus::Running))
        .add(job::Column::LeasedUntil.lt(now));
    job::Entity::find()
        // In the words of the index over what is due: SQLite compares the texts, not the values.
        .filter(Expr::cust("status in ('QUEUED', 'RUNNING')"))
        // What a later release asks for is left to it.
        .filter(job::Column::Kind.is_in(kinds.iter().copied()))
        .filter(Condition::any().add(waits).add(left))
        .order_by_asc(job::Column::DueAt)
        .order_by_asc(job::Column::Id)
        .limit(1)
}

/// Holds an account until the transaction ends.
///
/// # Errors
/// [`DbErr`].
pub async fn lock_account(tx: &Tx, user: UserId) -> Result<(), DbErr> {
    user_account::Entity::find_by_id(user)
        .select_only()
        .column(user_account::Column::Id)
        .lock_exclusive()
        .into_tuple::<UserId>()
        .one(&**tx)
        .await?;
    Ok(())
}

/// A job that may be seen, held until the transaction ends.
///
/// # Errors
/// [`DbErr`].
pub async fn lock(tx: &Tx, whose: Whose, id: JobId) -> Result<Option<job::Model>, DbErr> {
    job::Entity::find_by_id(id)
        .filter(whose.jobs())
        .lock_exclusive()
        .one(&**tx)
        .await
}

/// Jobs that may be seen, by id.
///
/// # Errors
/// [`DbErr`].
pub async fn by_ids(
    conn: &impl ConnectionTrait,
    whose: Whose,
    ids: &[JobId],
) -> Result<Vec<job::Model>, DbErr> {
    job::Entity::find()
        .filter(whose.jobs())
        .filter(job::Column::Id.is_in(ids.iter().copied()))
        .all(conn)
        .await
}

/// A page of the jobs that may be seen, newest first.
///
/// # Errors
/// [`DbErr`].
pub async fn list(
    conn: &impl ConnectionTrait,
    whose: Whose,
    filter: &Filter,
    page: &Page<JobId>,
) -> Result<Slice<job::Model>, DbErr> {
    let columns = [job::Column::Id.into_simple_expr()];
    let select = select(whose, filter);
    let rows = page.narrow(select, &columns, Direction::Descending, |key| {
        vec![Expr::value(*key)]
    });
    Ok(page.slice(rows.all(conn).await?))
}

/// How many there are.
///
/// # Errors
/// [`DbErr`].
pub async fn count(
    conn: &impl ConnectionTrait,
    whose: Whose,
    filter: &Filter,
) -> Result<u64, DbErr> {
    select(whose, filter).count(conn).await
}

/// How many jobs of a user have not come to an end.
///
/// # Errors
/// [`DbErr`].
pub async fn waiting(conn: &impl ConnectionTrait, user: UserId) -> Result<u64, DbErr> {
    job::Entity::find()
        .filter(job::Column::RequestedBy.eq(user))
        // What is on its way was made already.
        .filter(job::Column::Kind.eq(JobKind::Export))
        .filter(job::Column::Status.is_in([JobStatus::Queued, JobStatus::Running]))
        .count(conn)
        .await
}

fn select(whose: Whose, filter: &Filter) -> Select<job::Entity> {
    job::Entity::find()
        .filter(whose.jobs())
        .filter(job::Column::Kind.eq(filter.kind))
        .apply_if(filter.status.clone(), |it, among| {
            it.filter(job::Column::Status.is_in(among))
        })
        .apply_if(filter.requested_by, |it, user| {
            it.filter(job::Column::RequestedBy.eq(user))
        })
}

/// Writes a file; its pieces are there.
///
/// # Errors
/// [`DbErr`].
pub async fn insert_artifact(tx: &Tx, row: artifact::Model) -> Result<(), DbErr> {
    artifact::Entity::insert(row.into_active_model())
        .exec_without_returning(&**tx)
        .await?;
    Ok(())
}

/// Writes a piece of a file that is being made.
///
/// # Errors
/// [`DbErr`].
pub async fn insert_piece(tx: &Tx, row: artifact_piece::Model) -> Result<(), DbErr> {
    artifact_piece::Entity::insert(row.into_active_model())
        .exec_without_returning(&**tx)
        .await?;
    Ok(())
}

/// Lets go of the pieces that takings of a job wrote, of all but `kept`.
///
/// # Errors
/// [`DbErr`].
pub async fn drop_pieces(tx: &Tx, job: JobId, kept: Option<i32>) -> Result<(), DbErr> {
    artifact_piece::Entity::delete_many()
        .filter(artifact_piece::Column::JobId.eq(job))
        .filter(Condition::all().add_option(kept.map(|it| artifact_piece::Column::Fence.ne(it))))
        .exec(&**tx)
        .await?;
    Ok(())
}

/// The files of some jobs, those that are kept no longer left out. Whoever may see a job may see its
/// file.
///
/// # Errors
/// [`DbErr`].
pub async fn artifacts(
    conn: &impl ConnectionTrait,
    jobs: &[JobId],
    now: DateTime<Utc>,
) -> Result<Vec<artifact::Model>, DbErr> {
    artifact::Entity::find()
        .filter(artifact::Column::JobId.is_in(jobs.iter().copied()))
        .filter(artifact::Column::ExpiresAt.gt(now))
        .all(conn)
        .await
}

/// A file without what is in it, for whoever holds a link to it.
///
/// # Errors
/// [`DbErr`].
pub async fn artifact(
    conn: &impl ConnectionTrait,
    id: ArtifactId,
    now: DateTime<Utc>,
) -> Result<Option<artifact::Model>, DbErr> {
    let ended = api_token::Entity::find()
        .select_only()
        .column(api_token::Column::Id)
        .filter(
            Condition::any()
                .add(api_token::Column::RevokedAt.is_not_null())
                .add(api_token::Column::ExpiresAt.lte(now)),
        )
        .into_query();
    let through_ended = job::Entity::find()
        .select_only()
        .column(job::Column::Id)
        .filter(job::Column::ApiTokenId.in_subquery(ended))
        .into_query();
    artifact::Entity::find_by_id(id)
        .filter(artifact::Column::ExpiresAt.gt(now))
        // What was asked for through a token is not fetched when that has ended.
        .filter(artifact::Column::JobId.not_in_subquery(through_ended))
        .one(conn)
        .await
}

/// A piece of a file; `None` behind its end.
///
/// # Errors
/// [`DbErr`].
pub async fn piece(
    conn: &impl ConnectionTrait,
    of: &artifact::Model,
    number: i32,
) -> Result<Option<Vec<u8>>, DbErr> {
    let key = (of.job_id, of.fence, number);
    let found = artifact_piece::Entity::find_by_id(key).one(conn).await?;
    Ok(found.map(|it| it.content))
}

/// All that is in a file, for whoever has it whole in any case; `None` where it is kept no longer.
///
/// # Errors
/// [`DbErr`].
pub async fn whole(
    conn: &impl ConnectionTrait,
    of: &artifact::Model,
) -> Result<Option<Vec<u8>>, DbErr> {
    let mut content = Vec::new();
    let mut number = 0;
    while let Some(piece) = piece(conn, of, number).await? {
        content.extend_from_slice(&piece);
        number += 1;
    }
    let size = u64::try_from(of.size).unwrap_or(u64::MAX);
    let has_all = u64::try_from(content.len()).is_ok_and(|it| it == size);
    Ok(has_all.then_some(content))
}

/// Lets go of files that are kept no longer: how many.
///
/// # Errors
/// [`DbErr`].
pub async fn drop_artifacts(tx: &Tx, now: DateTime<Utc>) -> Result<u64, DbErr> {
    let old = artifact::Entity::find()
        .select_only()
        .column(artifact::Column::JobId)
        .filter(artifact::Column::ExpiresAt.lte(now))
        .into_query();
    artifact_piece::Entity::delete_many()
        .filter(artifact_piece::Column::JobId.in_subquery(old))
        .exec(&**tx)
        .await?;
    let gone = artifact::Entity::delete_many()
        .filter(artifact::Column::ExpiresAt.lte(now))
        .exec(&**tx)
        .await?;
    Ok(gone.rows_affected)
}
