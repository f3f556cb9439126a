//! Statements about deliveries.
//!
//! Nothing is decided here. A delivery is seen by whoever sees its work.

use chrono::DateTime;
use chrono::Utc;
use entity::delivery;
use entity::ids::DeliveryId;
use entity::ids::JobId;
use entity::ids::RunId;
use entity::ids::UserId;
use entity::job;
use entity::types::JobKind;
use entity::types::JobStatus;
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

use crate::jobs::Whose;
use crate::platform::db::Tx;
use crate::platform::page::Direction;
use crate::platform::page::Page;
use crate::platform::page::Slice;

/// How what is delivered by letter is kept: the target is the first member of a shipment, its kind the first of a target.
pub(super) const LETTER: &str = "{\"target\":{\"kind\":\"EMAIL\"";

/// Which deliveries to list; an absent part does not narrow.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// How far they have come.
    pub status: Option<Vec<JobStatus>>,
    /// Whose they are.
    pub owner: Option<UserId>,
}

/// Writes a new delivery.
///
/// # Errors
/// [`DbErr`].
pub async fn insert(tx: &Tx, row: delivery::Model) -> Result<(), DbErr> {
    delivery::Entity::insert(row.into_active_model())
        .exec_without_returning(&**tx)
        .await?;
    Ok(())
}

/// Notes that a file was taken.
///
/// # Errors
/// [`DbErr`].
pub async fn note_sent(tx: &Tx, id: DeliveryId, at: DateTime<Utc>) -> Result<(), DbErr> {
    delivery::Entity::update_many()
        .col_expr(delivery::Column::SentAt, Expr::value(at))
        .filter(delivery::Column::Id.eq(id))
        .filter(delivery::Column::SentAt.is_null())
        .exec(&**tx)
        .await?;
    Ok(())
}

/// How many letters of a user were taken since an instant.
///
/// # Errors
/// [`DbErr`].
pub async fn letters_since(
    conn: &impl ConnectionTrait,
    owner: UserId,
    since: DateTime<Utc>,
) -> Result<u64, DbErr> {
    let theirs = Filter {
        status: None,
        owner: Some(owner),
    };
    select(Whose::Everybody, &theirs)
        .filter(delivery::Column::SentAt.gt(since))
        .filter(delivery::Column::Shipment.starts_with(LETTER))
        .count(conn)
        .await
}

/// Notes that the owner is told of a delivery that did not arrive; `false` where that was noted before.
///
/// # Errors
/// [`DbErr`].
pub async fn note_told(tx: &Tx, id: DeliveryId, at: DateTime<Utc>) -> Result<bool, DbErr> {
    let noted = delivery::Entity::update_many()
        .col_expr(delivery::Column::ToldAt, Expr::value(at))
        .filter(delivery::Column::Id.eq(id))
        .filter(delivery::Column::ToldAt.is_null())
        .exec(&**tx)
        .await?;
    Ok(noted.rows_affected == 1)
}

/// Deliveries that failed and of which nobody was told, by id after one.
///
/// # Errors
/// [`DbErr`].
pub async fn untold(
    conn: &impl ConnectionTrait,
    after: Option<DeliveryId>,
    limit: u64,
) -> Result<Vec<delivery::Model>, DbErr> {
    failed()
        .apply_if(after, |it, after| it.filter(delivery::Column::Id.gt(after)))
        .order_by_asc(delivery::Column::Id)
        .limit(limit)
        .all(conn)
        .await
}

/// The delivery of some work, where it failed and nobody was told.
///
/// # Errors
/// [`DbErr`].
pub async fn untold_of(
    conn: &impl ConnectionTrait,
    work: JobId,
) -> Result<Option<delivery::Model>, DbErr> {
    failed()
        .filter(delivery::Column::JobId.eq(work))
        .one(conn)
        .await
}

fn failed() -> Select<delivery::Entity> {
    let failed = Filter {
        status: Some(vec![JobStatus::Failed]),
        owner: None,
    };
    select(Whose::Everybody, &failed)
        .filter(delivery::Column::ToldAt.is_null())
        .filter(delivery::Column::SentAt.is_null())
}

/// Writes what is delivered, and how, of a delivery whose work is held.
///
/// # Errors
/// [`DbErr`].
pub async fn rewrite(tx: &Tx, id: DeliveryId, shipment: String) -> Result<(), DbErr> {
    delivery::Entity::update_many()
        .col_expr(delivery::Column::Shipment, Expr::value(shipment))
        .filter(delivery::Column::Id.eq(id))
        .exec(&**tx)
        .await?;
    Ok(())
}

/// Deliveries that may be seen, by id.
///
/// # Errors
/// [`DbErr`].
pub async fn by_ids(
    conn: &impl ConnectionTrait,
    whose: Whose,
    ids: &[DeliveryId],
) -> Result<Vec<delivery::Model>, DbErr> {
    select(whose, &Filter::default())
        .filter(delivery::Column::Id.is_in(ids.iter().copied()))
        .all(conn)
        .await
}

/// Deliveries of runs that may be seen, in the order in which they were asked for.
///
/// # Errors
/// [`DbErr`].
pub async fn of_runs(
    conn: &impl ConnectionTrait,
    whose: Whose,
    runs: &[RunId],
) -> Result<Vec<delivery::Model>, DbErr> {
    select(whose, &Filter::default())
        .filter(delivery::Column::RunId.is_in(runs.iter().copied()))
        .order_by_asc(delivery::Column::Id)
        .all(conn)
        .await
}

/// A page of the deliveries that may be seen, newest first.
///
/// # Errors
/// [`DbErr`].
pub async fn list(
    conn: &impl ConnectionTrait,
    whose: Whose,
    filter: &Filter,
    page: &Page<DeliveryId>,
) -> Result<Slice<delivery::Model>, DbErr> {
    let columns = [delivery::Column::Id.into_simple_expr()];
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

fn select(whose: Whose, filter: &Filter) -> Select<delivery::Entity> {
    let jobs = job::Entity::find()
        .select_only()
        .column(job::Column::Id)
        .filter(whose.jobs())
        .filter(job::Column::Kind.eq(JobKind::Delivery))
        .apply_if(filter.status.clone(), |it, among| {
            it.filter(job::Column::Status.is_in(among))
        })
        .apply_if(filter.owner, |it, user| {
            it.filter(job::Column::RequestedBy.eq(user))
        });
    delivery::Entity::find().filter(delivery::Column::JobId.in_subquery(jobs.into_query()))
}
