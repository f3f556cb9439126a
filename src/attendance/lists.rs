//! Pages of attendances.
//!
//! Single rows and writing statements are in `store`.

use entity::attendance;
use entity::ids::AttendanceId;
use entity::ids::OrganizationId;
use entity::ids::ShiftId;
use entity::types::AttendanceStatus;
use sea_orm::ColumnTrait;
use sea_orm::ConnectionTrait;
use sea_orm::DbErr;
use sea_orm::EntityTrait;
use sea_orm::IntoSimpleExpr;
use sea_orm::PaginatorTrait;
use sea_orm::QueryFilter;
use sea_orm::QueryTrait;
use sea_orm::Select;
use sea_orm::sea_query::Expr;

use crate::identity::Scope;
use crate::platform::page::Direction;
use crate::platform::page::Page;
use crate::platform::page::Slice;

/// Which attendances to list; an absent part does not narrow.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// Of this organization.
    pub organization: Option<OrganizationId>,
    /// Of this shift.
    pub shift: Option<ShiftId>,
    /// Of one of these states.
    pub status: Option<Vec<AttendanceStatus>>,
}

/// A page of attendances, in the order they were written.
///
/// # Errors
/// [`DbErr`].
pub async fn page(
    conn: &impl ConnectionTrait,
    scope: &Scope,
    filter: &Filter,
    page: &Page<AttendanceId>,
) -> Result<Slice<attendance::Model>, DbErr> {
    let columns = [attendance::Column::Id.into_simple_expr()];
    let rows = page
        .narrow(
            select(scope, filter),
            &columns,
            Direction::Ascending,
            |key| vec![Expr::value(*key)],
        )
        .all(conn)
        .await?;
    Ok(page.slice(rows))
}

/// How many attendances a list has.
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

fn select(scope: &Scope, filter: &Filter) -> Select<attendance::Entity> {
    attendance::Entity::find()
        .filter(scope.attendances())
        .apply_if(filter.organization, |it, organization| {
            it.filter(attendance::Column::OrganizationId.eq(organization))
        })
        .apply_if(filter.shift, |it, shift| {
            it.filter(attendance::Column::ShiftId.eq(shift))
        })
        .apply_if(filter.status.as_deref(), |it, states| {
            it.filter(attendance::Column::Status.is_in(states.iter().copied()))
        })
}
