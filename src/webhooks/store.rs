//! Statements about endpoints and what they are told.
//!
//! Nothing is decided here. Whose endpoints are seen is said by the organizations that the caller manages; how far
//! changes were passed on is in `stream`.

pub mod stream;

use chrono::DateTime;
use chrono::Utc;
use entity::ids::OrganizationId;
use entity::ids::WebhookDeliveryId;
use entity::ids::WebhookEndpointId;
use entity::types::WebhookDeliveryStatus;
use entity::types::WebhookEndpointStatus;
use entity::webhook_delivery;
use entity::webhook_endpoint;
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

use crate::identity::Action;
use crate::identity::Scope;
use crate::platform::db::Tx;
use crate::platform::page::Direction;
use crate::platform::page::Page;
use crate::platform::page::Slice;

/// Rows of one statement: thirteen values each, below what either database takes.
const ROWS: usize = 1_000;

/// Which deliveries of an endpoint to list; an absent part does not narrow.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// How far they have come.
    pub status: Option<Vec<WebhookDeliveryStatus>>,
}

/// Endpoints of the organizations that the caller manages; those of others are nobody's to see, administrators of the
/// platform included.
fn visible(scope: &Scope) -> Condition {
    Condition::all()
        .add(webhook_endpoint::Column::Status.ne(WebhookEndpointStatus::Ended))
        .add(
            webhook_endpoint::Column::OrganizationId
                .is_in(scope.organizations_where(Action::ManageOrganization)),
        )
}

/// Writes a new endpoint.
///
/// # Errors
/// [`DbErr`].
pub async fn insert(tx: &Tx, row: webhook_endpoint::Model) -> Result<(), DbErr> {
    webhook_endpoint::Entity::insert(row.into_active_model())
        .exec_without_returning(&**tx)
        .await?;
    Ok(())
}

/// Writes an endpoint that is held as it is now.
///
/// # Errors
/// [`DbErr`].
pub async fn update(tx: &Tx, row: &webhook_endpoint::Model) -> Result<(), DbErr> {
    webhook_endpoint::Entity::update(row.clone().into_active_model().reset_all())
        .exec(&**tx)
        .await?;
    Ok(())
}

/// Endpoints that may be seen, by id.
///
/// # Errors
/// [`DbErr`].
pub async fn by_ids(
    conn: &impl ConnectionTrait,
    scope: &Scope,
    ids: &[WebhookEndpointId],
) -> Result<Vec<webhook_endpoint::Model>, DbErr> {
    webhook_endpoint::Entity::find()
        .filter(webhook_endpoint::Column::Id.is_in(ids.iter().copied()))
        .filter(visible(scope))
        .all(conn)
        .await
}

/// One that may be seen, held until the transaction ends.
///
/// # Errors
/// [`DbErr`].
pub async fn lock(
    tx: &Tx,
    scope: &Scope,
    id: WebhookEndpointId,
) -> Result<Option<webhook_endpoint::Model>, DbErr> {
    webhook_endpoint::Entity::find_by_id(id)
        .filter(visible(scope))
        .lock_exclusive()
        .one(&**tx)
        .await
}

/// One that a worker has or had, held until the transaction ends.
///
/// # Errors
/// [`DbErr`].
pub async fn hold(
    tx: &Tx,
    id: WebhookEndpointId,
) -> Result<Option<webhook_endpoint::Model>, DbErr> {
    webhook_endpoint::Entity::find_by_id(id)
        .lock_exclusive()
        .one(&**tx)
        .await
}

/// A page of the endpoints of an organization, newest first.
///
/// # Errors
/// [`DbErr`].
pub async fn list(
    conn: &impl ConnectionTrait,
    scope: &Scope,
    organization: OrganizationId,
    page: &Page<WebhookEndpointId>,
) -> Result<Slice<webhook_endpoint::Model>, DbErr> {
    let columns = [webhook_endpoint::Column::Id.into_simple_expr()];
    let rows = page.narrow(
        of_organization(scope, organization),
        &columns,
        Direction::Descending,
        |key| vec![Expr::value(*key)],
    );
    Ok(page.slice(rows.all(conn).await?))
}

/// How many endpoints an organization has.
///
/// # Errors
/// [`DbErr`].
pub async fn count(
    conn: &impl ConnectionTrait,
    scope: &Scope,
    organization: OrganizationId,
) -> Result<u64, DbErr> {
    of_organization(scope, organization).count(conn).await
}

fn of_organization(
    scope: &Scope,
    organization: OrganizationId,
) -> Select<webhook_endpoint::Entity> {
    webhook_endpoint::Entity::find()
        .filter(webhook_endpoint::Column::OrganizationId.eq(organization))
        .filter(visible(scope))
}

/// A page of what an endpoint was told, newest first. Who may see the endpoint is settled before.
///
/// # Errors
/// [`DbErr`].
pub async fn deliveries(
    conn: &impl ConnectionTrait,
    endpoint: WebhookEndpointId,
    filter: &Filter,
    page: &Page<i64>,
) -> Result<Slice<webhook_delivery::Model>, DbErr> {
    let columns = [webhook_delivery::Column::Sequence.into_simple_expr()];
    let rows = page.narrow(
        of_endpoint(endpoint, filter),
        &columns,
        Direction::Descending,
        |key| vec![Expr::value(*key)],
    );
    Ok(page.slice(rows.all(conn).await?))
}

/// How many there are.
///
/// # Errors
/// [`DbErr`].
pub async fn count_deliveries(
    conn: &impl ConnectionTrait,
    endpoint: WebhookEndpointId,
    filter: &Filter,
) -> Result<u64, DbErr> {
    of_endpoint(endpoint, filter).count(conn).await
}

fn of_endpoint(endpoint: WebhookEndpointId, filter: &Filter) -> Select<webhook_delivery::Entity> {
    webhook_delivery::Entity::find()
        .filter(webhook_delivery::Column::EndpointId.eq(endpoint))
        .apply_if(filter.status.clone(), |it, among| {
            it.filter(webhook_delivery::Column::Status.is_in(among))
        })
}

/// Writes what endpoints are to be told.
///
/// # Errors
/// [`DbErr`].
pub async fn insert_deliveries(tx: &Tx, rows: Vec<webhook_delivery::Model>) -> Result<(), DbErr> {
    for chunk in rows.chunks(ROWS) {
        let rows = chunk
            .iter()
            .cloned()
            .map(IntoActiveModel::into_active_model);
        webhook_delivery::Entity::insert_many(rows)
            .exec_without_returning(&**tx)
            .await?;
    }
    Ok(())
}

/// Writes what became of a delivery whose endpoint is held.
///
/// # Errors
/// [`DbErr`].
pub async fn update_delivery(tx: &Tx, row: &webhook_delivery::Model) -> Result<(), DbErr> {
    webhook_delivery::Entity::update(row.clone().into_active_model().reset_all())
        .exec(&**tx)
        .await?;
    Ok(())
}

/// A delivery; `None` where it is kept no longer.
///
/// # Errors
/// [`DbErr`].
pub async fn delivery(
    conn: &impl ConnectionTrait,
    id: WebhookDeliveryId,
) -> Result<Option<webhook_delivery::Model>, DbErr> {
    webhook_delivery::Entity::find_by_id(id).one(conn).await
}

/// What an endpoint is to be told next.
///
/// # Errors
/// [`DbErr`].
pub async fn waiting(
    conn: &impl ConnectionTrait,
    endpoint: WebhookEndpointId,
) -> Result<Option<webhook_delivery::Model>, DbErr> {
    webhook_delivery::Entity::find()
        .filter(webhook_delivery::Column::EndpointId.eq(endpoint))
        // In the words of the index over what waits: SQLite compares the texts, not the values.
        .filter(Expr::cust("status = 'PENDING'"))
        .order_by_asc(webhook_delivery::Column::Sequence)
        .limit(1)
        .one(conn)
        .await
}

/// Lets deliveries of an endpoint that came to an end be sent again: how many.
///
/// # Errors
/// [`DbErr`].
pub async fn again(
    tx: &Tx,
    endpoint: WebhookEndpointId,
    which: Condition,
    now: DateTime<Utc>,
) -> Result<u64, DbErr> {
    use webhook_delivery::Column;
    let done = webhook_delivery::Entity::update_many()
        .col_expr(Column::Status, Expr::value(WebhookDeliveryStatus::Pending))
        .col_expr(Column::Attempts, Expr::value(0))
        .col_expr(Column::NextAttemptAt, Expr::value(now))
        .filter(Column::EndpointId.eq(endpoint))
        .filter(Column::Status.ne(WebhookDeliveryStatus::Pending))
        .filter(which)
        .exec(&**tx)
        .await?;
    Ok(done.rows_affected)
}

/// Deliveries of an endpoint by id.
///
/// # Errors
/// [`DbErr`].
pub async fn deliveries_by_ids(
    conn: &impl ConnectionTrait,
    endpoint: WebhookEndpointId,
    ids: &[WebhookDeliveryId],
) -> Result<Vec<webhook_delivery::Model>, DbErr> {
    webhook_delivery::Entity::find()
        .filter(webhook_delivery::Column::EndpointId.eq(endpoint))
        .filter(webhook_delivery::Column::Id.is_in(ids.iter().copied()))
        .all(conn)
        .await
}

/// Whether something is to be sent now, by nobody.
///
/// # Errors
/// [`DbErr`].
pub async fn any_due(conn: &impl ConnectionTrait, now: DateTime<Utc>) -> Result<bool, DbErr> {
    Ok(due(now).one(conn).await?.is_some())
}

/// The next endpoint to which something is to be sent and that nobody has, held until the transaction ends. What
/// others hold is passed over.
///
/// # Errors
/// [`DbErr`].
pub async fn next_due(
    tx: &Tx,
    now: DateTime<Utc>,
) -> Result<Option<webhook_endpoint::Model>, DbErr> {
    due(now)
        .lock_with_behavior(LockType::Update, LockBehavior::SkipLocked)
        .one(&**tx)
        .await
}

fn due(now: DateTime<Utc>) -> Select<webhook_endpoint::Entity> {
    let free = Condition::any()
        .add(webhook_endpoint::Column::LeasedUntil.is_null())
        .add(webhook_endpoint::Column::LeasedUntil.lte(now));
    webhook_endpoint::Entity::find()
        .filter(Expr::cust("status = 'ACTIVE'"))
        .filter(webhook_endpoint::Column::DueAt.lte(now))
        .filter(free)
        .order_by_asc(webhook_endpoint::Column::DueAt)
        .order_by_asc(webhook_endpoint::Column::Id)
        .limit(1)
}

/// Endpoints of an organization for which events are kept, held until the transaction ends.
///
/// # Errors
/// [`DbErr`].
pub async fn listening(
    tx: &Tx,
    organization: OrganizationId,
) -> Result<Vec<webhook_endpoint::Model>, DbErr> {
    webhook_endpoint::Entity::find()
        .filter(webhook_endpoint::Column::OrganizationId.eq(organization))
        .filter(
            webhook_endpoint::Column::Status
                .is_in([WebhookEndpointStatus::Active, WebhookEndpointStatus::Paused]),
        )
        .order_by_asc(webhook_endpoint::Column::Id)
        .lock_exclusive()
        .all(&**tx)
        .await
}

/// Takes away some of the deliveries that are kept no longer, or whose endpoint was taken away: how many.
///
/// # Errors
/// [`DbErr`].
pub async fn drop_deliveries(tx: &Tx, before: DateTime<Utc>, most: u64) -> Result<u64, DbErr> {
    let ended = webhook_endpoint::Entity::find()
        .select_only()
        .column(webhook_endpoint::Column::Id)
        .filter(webhook_endpoint::Column::Status.eq(WebhookEndpointStatus::Ended))
        .into_query();
    let ids: Vec<WebhookDeliveryId> = webhook_delivery::Entity::find()
        .select_only()
        .column(webhook_delivery::Column::Id)
        .filter(
            Condition::any()
                .add(
                    // What waits is kept, however long it takes: nothing is missing among the numbers.
                    Condition::all()
                        .add(webhook_delivery::Column::CreatedAt.lt(before))
                        .add(webhook_delivery::Column::Status.ne(WebhookDeliveryStatus::Pending)),
                )
                .add(webhook_delivery::Column::EndpointId.in_subquery(ended)),
        )
        .limit(most)
        .into_tuple()
        .all(&**tx)
        .await?;
    if ids.is_empty() {
        return Ok(0);
    }
    let done = webhook_delivery::Entity::delete_many()
        .filter(webhook_delivery::Column::Id.is_in(ids))
        .exec(&**tx)
        .await?;
    Ok(done.rows_affected)
}
