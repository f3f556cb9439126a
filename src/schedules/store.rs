//! Statements about schedules and their runs.
//!
//! Nothing is decided here; whose schedules are seen is in `whose`.

use chrono::DateTime;
use chrono::Utc;
use entity::ids::JobId;
use entity::ids::RunId;
use entity::ids::ScheduleId;
use entity::ids::UserId;
use entity::job;
use entity::schedule;
use entity::schedule_run;
use entity::types::JobStatus;
use entity::types::RunStatus;
use entity::types::ScheduleStatus;
use sea_orm::ActiveModelTrait;
use sea_orm::ColumnTrait;
use sea_orm::Condition;
use sea_orm::ConnectionTrait;
use sea_orm::DbErr;
use sea_orm::EntityTrait;
use sea_orm::ExprTrait;
use sea_orm::IntoActiveModel;
use sea_orm::IntoSimpleExpr;
use sea_orm::PaginatorTrait;
use sea_orm::QueryFilter;
use sea_orm::QueryOrder;
use sea_orm::QuerySelect;
use sea_orm::QueryTrait;
use sea_orm::Select;
use sea_orm::sea_query::Expr;

use crate::platform::db::Tx;
use crate::platform::page::Direction;
use crate::platform::page::Page;
use crate::platform::page::Slice;
use crate::schedules::whose::Whose;

/// Rows of one statement.
const ROWS: usize = 500;

/// Which schedules to list; an absent part does not narrow.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// Whether they go on.
    pub status: Option<Vec<ScheduleStatus>>,
    /// Whose they are.
    pub owner: Option<UserId>,
}

/// Writes a new schedule.
///
/// # Errors
/// [`DbErr`].
pub async fn insert(tx: &Tx, row: schedule::Model) -> Result<(), DbErr> {
    schedule::Entity::insert(row.into_active_model())
        .exec_without_returning(&**tx)
        .await?;
    Ok(())
}

/// Writes a schedule that is held as it is now.
///
/// # Errors
/// [`DbErr`].
pub async fn update(tx: &Tx, row: &schedule::Model) -> Result<(), DbErr> {
    schedule::Entity::update(row.clone().into_active_model().reset_all())
        .exec(&**tx)
        .await?;
    Ok(())
}

/// A schedule that may be seen, held until the transaction ends.
///
/// # Errors
/// [`DbErr`].
pub async fn lock(tx: &Tx, whose: Whose, id: ScheduleId) -> Result<Option<schedule::Model>, DbErr> {
    schedule::Entity::find_by_id(id)
        .filter(whose.schedules())
        .lock_exclusive()
        .one(&**tx)
        .await
}

/// Schedules that may be seen, by id.
///
/// # Errors
/// [`DbErr`].
pub async fn by_ids(
    conn: &impl ConnectionTrait,
    whose: Whose,
    ids: &[ScheduleId],
) -> Result<Vec<schedule::Model>, DbErr> {
    schedule::Entity::find()
        .filter(whose.schedules())
        .filter(schedule::Column::Id.is_in(ids.iter().copied()))
        .all(conn)
        .await
}

/// A page of the schedules that may be seen, newest first.
///
/// # Errors
/// [`DbErr`].
pub async fn list(
    conn: &impl ConnectionTrait,
    whose: Whose,
    filter: &Filter,
    page: &Page<ScheduleId>,
) -> Result<Slice<schedule::Model>, DbErr> {
    let columns = [schedule::Column::Id.into_simple_expr()];
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

fn select(whose: Whose, filter: &Filter) -> Select<schedule::Entity> {
    schedule::Entity::find()
        .filter(whose.schedules())
        .apply_if(filter.status.clone(), |it, among| {
            it.filter(schedule::Column::Status.is_in(among))
        })
        .apply_if(filter.owner, |it, user| {
            it.filter(schedule::Column::OwnerId.eq(user))
        })
}

/// Schedules that have a tick behind them, by id after one.
///
/// # Errors
/// [`DbErr`].
pub async fn due(
    conn: &impl ConnectionTrait,
    now: DateTime<Utc>,
    after: Option<ScheduleId>,
    limit: u64,
) -> Result<Vec<schedule::Model>, DbErr> {
    schedule::Entity::find()
        .filter(schedule::Column::NextTickAt.lte(now))
        .apply_if(after, |it, after| it.filter(schedule::Column::Id.gt(after)))
        .order_by_asc(schedule::Column::Id)
        .limit(limit)
        .all(conn)
        .await
}

/// Writes new runs.
///
/// # Errors
/// [`DbErr`].
pub async fn insert_runs(tx: &Tx, rows: &[schedule_run::Model]) -> Result<(), DbErr> {
    for chunk in rows.chunks(ROWS) {
        let rows = chunk
            .iter()
            .cloned()
            .map(IntoActiveModel::into_active_model);
        schedule_run::Entity::insert_many(rows)
            .exec_without_returning(&**tx)
            .await?;
    }
    Ok(())
}

/// Writes a run that is held as it is now.
///
/// # Errors
/// [`DbErr`].
pub async fn update_run(tx: &Tx, row: &schedule_run::Model) -> Result<(), DbErr> {
    schedule_run::Entity::update(row.clone().into_active_model().reset_all())
        .exec(&**tx)
        .await?;
    Ok(())
}

/// A run, held until the transaction ends.
///
/// # Errors
/// [`DbErr`].
pub async fn lock_run(tx: &Tx, id: RunId) -> Result<Option<schedule_run::Model>, DbErr> {
    schedule_run::Entity::find_by_id(id)
        .lock_exclusive()
        .one(&**tx)
        .await
}

/// The runs of a schedule for ticks from one to another, both inclusive.
///
/// # Errors
/// [`DbErr`].
pub async fn runs_between(
    conn: &impl ConnectionTrait,
    id: ScheduleId,
    (from, to): (DateTime<Utc>, DateTime<Utc>),
) -> Result<Vec<schedule_run::Model>, DbErr> {
    schedule_run::Entity::find()
        .filter(schedule_run::Column::ScheduleId.eq(id))
        .filter(schedule_run::Column::TickAt.gte(from))
        .filter(schedule_run::Column::TickAt.lte(to))
        .all(conn)
        .await
}

/// Runs by id. Whoever may see a schedule may see its runs.
///
/// # Errors
/// [`DbErr`].
pub async fn runs(
    conn: &impl ConnectionTrait,
    ids: &[RunId],
) -> Result<Vec<schedule_run::Model>, DbErr> {
    schedule_run::Entity::find()
        .filter(schedule_run::Column::Id.is_in(ids.iter().copied()))
        .all(conn)
        .await
}

/// A page of the runs of a schedule, latest tick first.
///
/// # Errors
/// [`DbErr`].
pub async fn history(
    conn: &impl ConnectionTrait,
    id: ScheduleId,
    page: &Page<DateTime<Utc>>,
) -> Result<Slice<schedule_run::Model>, DbErr> {
    let columns = [schedule_run::Column::TickAt.into_simple_expr()];
    let rows = page.narrow(of(id), &columns, Direction::Descending, |key| {
        vec![Expr::value(*key)]
    });
    Ok(page.slice(rows.all(conn).await?))
}

/// How many runs a schedule has.
///
/// # Errors
/// [`DbErr`].
pub async fn count_runs(conn: &impl ConnectionTrait, id: ScheduleId) -> Result<u64, DbErr> {
    of(id).count(conn).await
}

fn of(id: ScheduleId) -> Select<schedule_run::Entity> {
    schedule_run::Entity::find().filter(schedule_run::Column::ScheduleId.eq(id))
}

/// The run of an export, where it has one.
///
/// # Errors
/// [`DbErr`].
pub async fn run_of(
    conn: &impl ConnectionTrait,
    export: JobId,
) -> Result<Option<schedule_run::Model>, DbErr> {
    schedule_run::Entity::find()
        .filter(schedule_run::Column::JobId.eq(export))
        .one(conn)
        .await
}

/// Runs about which there is something to do, by id after one: those that wait though their export has come to its end, or
/// since the second instant without a word to their owner; and those from the first instant on that failed and have a file
/// by now.
///
/// # Errors
/// [`DbErr`].
pub async fn unsettled(
    conn: &impl ConnectionTrait,
    (failed_since, overdue_since): (DateTime<Utc>, DateTime<Utc>),
    after: Option<RunId>,
    limit: u64,
) -> Result<Vec<schedule_run::Model>, DbErr> {
    // Looked up for each run: there are far more exports than runs that wait.
    let export_is = |among: Vec<JobStatus>| {
        let export = job::Entity::find()
            .select_only()
            .column(job::Column::Id)
            .filter(
                Expr::col((job::Entity, job::Column::Id))
                    .equals((schedule_run::Entity, schedule_run::Column::JobId)),
            )
            .filter(job::Column::Status.is_in(among));
        Expr::exists(export.into_query())
    };
    let ended = vec![
        JobStatus::Succeeded,
        JobStatus::Failed,
        JobStatus::Cancelled,
    ];
    let overdue = Condition::all()
        .add(schedule_run::Column::OverdueAt.is_null())
        .add(schedule_run::Column::CreatedAt.lte(overdue_since));
    let waits = Condition::all()
        .add(schedule_run::Column::Status.eq(RunStatus::Requested))
        .add(Condition::any().add(export_is(ended)).add(overdue));
    let failed = Condition::all()
        .add(schedule_run::Column::Status.eq(RunStatus::Failed))
        .add(schedule_run::Column::CreatedAt.gte(failed_since))
        .add(export_is(vec![JobStatus::Succeeded]));
    schedule_run::Entity::find()
        .filter(Condition::any().add(waits).add(failed))
        .filter(schedule_run::Column::JobId.is_not_null())
        .apply_if(after, |it, after| {
            it.filter(schedule_run::Column::Id.gt(after))
        })
        .order_by_asc(schedule_run::Column::Id)
        .limit(limit)
        .all(conn)
        .await
}
