//! Statements about timers.
//!
//! Nothing is decided here.

use chrono::DateTime;
use chrono::Utc;
use entity::ids::OrganizationId;
use entity::ids::PersonId;
use entity::ids::TimerId;
use entity::ids::VolunteerId;
use entity::timer;
use entity::types::TimerStatus;
use entity::volunteer;
use sea_orm::ActiveModelTrait;
use sea_orm::ColumnTrait;
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
use sea_orm::sea_query::ExprTrait;
use sea_orm::sea_query::LockType;

use crate::identity::Scope;
use crate::platform::db::Tx;
use crate::platform::page::Direction;
use crate::platform::page::Page;
use crate::platform::page::Slice;

/// The index that has the last word on a second timer of one person.
pub const RUNNING: &str = "timer_running";

/// Ids of one statement, below what either database takes.
const IDS: usize = 10_000;

/// Which timers to list; an absent part does not narrow.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// Of this organization.
    pub organization: Option<OrganizationId>,
    /// Of these records.
    pub of: Option<Vec<VolunteerId>>,
    /// In one of these states.
    pub status: Option<Vec<TimerStatus>>,
}

/// Timers by id.
///
/// # Errors
/// [`DbErr`].
pub async fn by_ids(
    conn: &impl ConnectionTrait,
    scope: &Scope,
    ids: &[TimerId],
) -> Result<Vec<timer::Model>, DbErr> {
    timer::Entity::find()
        .filter(timer::Column::Id.is_in(ids.iter().copied()))
        .filter(scope.timers())
        .all(conn)
        .await
}

/// The timer of some records that runs; of several people, the one started last.
///
/// # Errors
/// [`DbErr`].
pub async fn running(
    conn: &impl ConnectionTrait,
    scope: &Scope,
    records: &[VolunteerId],
) -> Result<Option<timer::Model>, DbErr> {
    timer::Entity::find()
        .filter(timer::Column::VolunteerId.is_in(records.iter().copied()))
        .filter(timer::Column::Status.eq(TimerStatus::Running))
        .filter(scope.timers())
        .order_by_desc(timer::Column::StartedAt)
        .order_by_desc(timer::Column::Id)
        .one(conn)
        .await
}

/// The timer of some records that was stopped last.
///
/// # Errors
/// [`DbErr`].
pub async fn stopped_last(
    conn: &impl ConnectionTrait,
    scope: &Scope,
    records: &[VolunteerId],
) -> Result<Option<timer::Model>, DbErr> {
    timer::Entity::find()
        .filter(timer::Column::VolunteerId.is_in(records.iter().copied()))
        .filter(timer::Column::Status.ne(TimerStatus::Running))
        .filter(scope.timers())
        .order_by_desc(timer::Column::StoppedAt)
        .order_by_desc(timer::Column::Id)
        .one(conn)
        .await
}

/// The timer of a person that runs, in any organization, whoever may see it.
///
/// # Errors
/// [`DbErr`].
pub async fn running_of(tx: &Tx, person: PersonId) -> Result<Option<timer::Model>, DbErr> {
    timer::Entity::find()
        .filter(timer::Column::PersonId.eq(person))
        .filter(timer::Column::Status.eq(TimerStatus::Running))
        .one(&tx.beyond())
        .await
}

/// One timer, held until the transaction ends. The person is held before, always.
///
/// # Errors
/// [`DbErr`].
pub async fn lock(tx: &Tx, scope: &Scope, id: TimerId) -> Result<Option<timer::Model>, DbErr> {
    timer::Entity::find_by_id(id)
        .filter(scope.timers())
        .lock(LockType::NoKeyUpdate)
        .one(&**tx)
        .await
}

/// Writes a new timer.
///
/// # Errors
/// [`DbErr`]; [`RUNNING`] where the person has one running.
pub async fn insert(tx: &Tx, timer: &timer::Model) -> Result<(), DbErr> {
    timer::Entity::insert(timer.clone().into_active_model())
        .exec_without_returning(&**tx)
        .await?;
    Ok(())
}

/// Replaces a timer.
///
/// # Errors
/// [`DbErr`].
pub async fn replace(tx: &Tx, timer: &timer::Model) -> Result<(), DbErr> {
    timer::Entity::update(timer.clone().into_active_model().reset_all())
        .exec(&**tx)
        .await?;
    Ok(())
}

/// All timers of a record, in the order of ids.
///
/// # Errors
/// [`DbErr`].
pub async fn of_record(tx: &Tx, record: VolunteerId) -> Result<Vec<timer::Model>, DbErr> {
    timer::Entity::find()
        .filter(timer::Column::VolunteerId.eq(record))
        .order_by_asc(timer::Column::Id)
        .all(&**tx)
        .await
}

/// Lets go of the texts of timers.
///
/// # Errors
/// [`DbErr`].
pub async fn forget_texts(tx: &Tx, ids: &[TimerId], at: DateTime<Utc>) -> Result<(), DbErr> {
    for ids in ids.chunks(IDS) {
        timer::Entity::update_many()
            .col_expr(timer::Column::Description, Expr::value(None::<String>))
            .col_expr(timer::Column::DiscardReason, Expr::value(None::<String>))
            .col_expr(timer::Column::UpdatedAt, Expr::value(at))
            .col_expr(
                timer::Column::Version,
                Expr::col(timer::Column::Version).add(1),
            )
            .filter(timer::Column::Id.is_in(ids.iter().copied()))
            .exec(&**tx)
            .await?;
    }
    Ok(())
}

/// Gives timers to another record of the person.
///
/// # Errors
/// [`DbErr`]; [`RUNNING`] where the person has another one running.
pub async fn give(
    tx: &Tx,
    ids: &[TimerId],
    to: &volunteer::Model,
    at: DateTime<Utc>,
) -> Result<(), DbErr> {
    for ids in ids.chunks(IDS) {
        timer::Entity::update_many()
            .col_expr(timer::Column::VolunteerId, Expr::value(to.id))
            .col_expr(timer::Column::PersonId, Expr::value(to.person_id))
            .col_expr(timer::Column::UpdatedAt, Expr::value(at))
            .col_expr(
                timer::Column::Version,
                Expr::col(timer::Column::Version).add(1),
            )
            .filter(timer::Column::Id.is_in(ids.iter().copied()))
            .exec(&**tx)
            .await?;
    }
    Ok(())
}

/// A page of timers, newest first.
///
/// # Errors
/// [`DbErr`].
pub async fn page(
    conn: &impl ConnectionTrait,
    scope: &Scope,
    filter: &Filter,
    page: &Page<TimerId>,
) -> Result<Slice<timer::Model>, DbErr> {
    let columns = [timer::Column::Id.into_simple_expr()];
    let rows = page
        .narrow(
            select(scope, filter),
            &columns,
            Direction::Descending,
            |key| vec![Expr::value(*key)],
        )
        .all(conn)
        .await?;
    Ok(page.slice(rows))
}

/// How many timers a list has.
///
/// # Errors
/// [`DbErr`].
pub async fn count(
    conn: &impl ConnectionTrait,
    scope: &Scope,
    filter: &Filter,
) -> Result<u64, DbErr> {
    select(scope, filter).count(conn).await
}

fn select(scope: &Scope, filter: &Filter) -> Select<timer::Entity> {
    timer::Entity::find()
        .filter(scope.timers())
        .apply_if(filter.organization, |it, organization| {
            it.filter(timer::Column::OrganizationId.eq(organization))
        })
        .apply_if(filter.of.as_deref(), |it, records| {
            it.filter(timer::Column::VolunteerId.is_in(records.iter().copied()))
        })
        .apply_if(filter.status.as_deref(), |it, states| {
            it.filter(timer::Column::Status.is_in(states.iter().copied()))
        })
}
