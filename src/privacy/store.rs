//! Statements about requests that personal data be erased.
//!
//! Nothing is decided here. What an erasure takes from the tables is in `erase::store`.

use chrono::DateTime;
use chrono::Utc;
use entity::erasure_request;
use entity::ids::ErasureId;
use entity::ids::OrganizationId;
use entity::ids::UserId;
use entity::ids::VolunteerId;
use entity::membership;
use entity::organization;
use entity::role_grant;
use entity::types::ErasureStatus;
use entity::types::PlatformRole;
use entity::volunteer;
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

use crate::identity::Action;
use crate::identity::Ctx;
use crate::identity::permissions::roles_with;
use crate::platform::db::Tx;
use crate::platform::page::Direction;
use crate::platform::page::Page;
use crate::platform::page::Slice;

/// Which requests to list; an absent part does not narrow.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// Of this organization.
    pub organization: Option<OrganizationId>,
    /// In one of these states.
    pub status: Option<Vec<ErasureStatus>>,
}

/// Rows of `erasure_request` that may be seen.
fn visible(ctx: &Ctx) -> Condition {
    ctx.scope().erasures(ctx.actor().user())
}

/// Writes a new request.
///
/// # Errors
/// [`DbErr`].
pub async fn insert(tx: &Tx, row: &erasure_request::Model) -> Result<(), DbErr> {
    erasure_request::Entity::insert(row.clone().into_active_model())
        .exec_without_returning(&**tx)
        .await?;
    Ok(())
}

/// Writes a request that is held as it is now.
///
/// # Errors
/// [`DbErr`].
pub async fn update(tx: &Tx, row: &erasure_request::Model) -> Result<(), DbErr> {
    erasure_request::Entity::update(row.clone().into_active_model().reset_all())
        .exec(&**tx)
        .await?;
    Ok(())
}

/// Requests that may be seen, by id.
///
/// # Errors
/// [`DbErr`].
pub async fn by_ids(
    conn: &impl ConnectionTrait,
    ctx: &Ctx,
    ids: &[ErasureId],
) -> Result<Vec<erasure_request::Model>, DbErr> {
    erasure_request::Entity::find()
        .filter(erasure_request::Column::Id.is_in(ids.iter().copied()))
        .filter(visible(ctx))
        .all(conn)
        .await
}

/// One that may be seen, held until the transaction ends.
///
/// # Errors
/// [`DbErr`].
pub async fn lock(
    tx: &Tx,
    ctx: &Ctx,
    id: ErasureId,
) -> Result<Option<erasure_request::Model>, DbErr> {
    erasure_request::Entity::find_by_id(id)
        .filter(visible(ctx))
        .lock_exclusive()
        .one(&**tx)
        .await
}

/// A page of those that may be seen, the newest first.
///
/// # Errors
/// [`DbErr`].
pub async fn list(
    conn: &impl ConnectionTrait,
    ctx: &Ctx,
    filter: &Filter,
    page: &Page<ErasureId>,
) -> Result<Slice<erasure_request::Model>, DbErr> {
    let columns = [erasure_request::Column::Id.into_simple_expr()];
    let select = select(ctx, filter);
    let rows = page.narrow(select, &columns, Direction::Descending, |id| {
        vec![Expr::value(*id)]
    });
    Ok(page.slice(rows.all(conn).await?))
}

/// How many there are.
///
/// # Errors
/// [`DbErr`].
pub async fn count(conn: &impl ConnectionTrait, ctx: &Ctx, filter: &Filter) -> Result<u64, DbErr> {
    select(ctx, filter).count(conn).await
}

fn select(ctx: &Ctx, filter: &Filter) -> Select<erasure_request::Entity> {
    erasure_request::Entity::find()
        .filter(visible(ctx))
        .apply_if(filter.organization, |it, id| {
            it.filter(erasure_request::Column::OrganizationId.eq(id))
        })
        .apply_if(filter.status.clone(), |it, among| {
            it.filter(erasure_request::Column::Status.is_in(among))
        })
}

/// The next requests that are due, the oldest first.
///
/// # Errors
/// [`DbErr`].
pub async fn due(
    conn: &impl ConnectionTrait,
    now: DateTime<Utc>,
    after: Option<(DateTime<Utc>, ErasureId)>,
    limit: u64,
) -> Result<Vec<(DateTime<Utc>, ErasureId)>, DbErr> {
    let behind = |(due_at, id): (DateTime<Utc>, ErasureId)| {
        let same = Condition::all()
            .add(erasure_request::Column::DueAt.eq(due_at))
            .add(erasure_request::Column::Id.gt(id));
        Condition::any()
            .add(erasure_request::Column::DueAt.gt(due_at))
            .add(same)
    };
    erasure_request::Entity::find()
        .select_only()
        .columns([erasure_request::Column::DueAt, erasure_request::Column::Id])
        .filter(erasure_request::Column::Status.eq(ErasureStatus::Approved))
        .filter(erasure_request::Column::DueAt.lte(now))
        .apply_if(after, |it, after| it.filter(behind(after)))
        .order_by_asc(erasure_request::Column::DueAt)
        .order_by_asc(erasure_request::Column::Id)
        .limit(limit)
        .into_tuple()
        .all(conn)
        .await
}

/// Whether an organization or the platform still has the holder of an account: a membership, a record that says something
/// of them, or a role.
///
/// # Errors
/// [`DbErr`].
pub async fn is_held(conn: &impl ConnectionTrait, user: UserId) -> Result<bool, DbErr> {
    let memberships = membership::Entity::find()
        .filter(membership::Column::UserId.eq(user))
        .filter(membership::Column::EndedAt.is_null())
        .count(conn);
    if memberships.await? > 0 {
        return Ok(true);
    }
    let records = volunteer::Entity::find()
        .filter(volunteer::Column::UserId.eq(user))
        .filter(volunteer::Column::ErasedAt.is_null())
        .count(conn);
    if records.await? > 0 {
        return Ok(true);
    }
    let roles = role_grant::Entity::find()
        .filter(role_grant::Column::UserId.eq(user))
        .filter(role_grant::Column::EndedAt.is_null())
        .count(conn);
    Ok(roles.await? > 0)
}

/// Those who decide on requests: of a record who administers its organization, of an account who administers the platform.
///
/// # Errors
/// [`DbErr`].
pub async fn deciders(tx: &Tx, organization: Option<OrganizationId>) -> Result<Vec<UserId>, DbErr> {
    let Some(organization) = organization else {
        return role_grant::Entity::find()
            .select_only()
            .column(role_grant::Column::UserId)
            .filter(role_grant::Column::Role.eq(PlatformRole::PlatformAdmin))
            .filter(role_grant::Column::EndedAt.is_null())
            .into_tuple()
            .all(&**tx)
            .await;
    };
    let roles = roles_with(Action::ManageOrganization);
    membership::Entity::find()
        .select_only()
        .column(membership::Column::UserId)
        .filter(membership::Column::OrganizationId.eq(organization))
        .filter(membership::Column::EndedAt.is_null())
        .filter(membership::Column::Role.is_in(roles))
        .into_tuple()
        .all(&tx.beyond())
        .await
}

/// Whether a user may be told of what happens in an organization; of accounts everybody is who asked.
///
/// # Errors
/// [`DbErr`].
pub async fn is_part(
    tx: &Tx,
    organization: Option<OrganizationId>,
    user: UserId,
) -> Result<bool, DbErr> {
    let Some(organization) = organization else {
        return Ok(true);
    };
    let found = membership::Entity::find()
        .filter(membership::Column::OrganizationId.eq(organization))
        .filter(membership::Column::UserId.eq(user))
        .filter(membership::Column::EndedAt.is_null())
        .count(&**tx)
        .await?;
    Ok(found > 0)
}

/// The account of a record.
///
/// # Errors
/// [`DbErr`].
pub async fn account_of(tx: &Tx, volunteer: VolunteerId) -> Result<Option<UserId>, DbErr> {
    let found = volunteer::Entity::find_by_id(volunteer).one(&**tx).await?;
    Ok(found.and_then(|it| it.user_id))
}

/// The organization of a record, for its name.
///
/// # Errors
/// [`DbErr`].
pub async fn place(tx: &Tx, id: OrganizationId) -> Result<Option<organization::Model>, DbErr> {
    organization::Entity::find_by_id(id).one(&**tx).await
}
