//! Statements of snapshots.
//!
//! Rows are written once; both databases refuse to change or replace one.

use chrono::DateTime;
use chrono::Utc;
use entity::ids::OrganizationId;
use entity::ids::SnapshotId;
use entity::report_snapshot;
use sea_orm::ColumnTrait;
use sea_orm::ConnectionTrait;
use sea_orm::DbErr;
use sea_orm::EntityTrait;
use sea_orm::IntoActiveModel;
use sea_orm::IntoSimpleExpr;
use sea_orm::PaginatorTrait;
use sea_orm::QueryFilter;
use sea_orm::QueryTrait;
use sea_orm::Select;
use sea_orm::sea_query::Expr;

use crate::identity::Scope;
use crate::platform::db::Tx;
use crate::platform::page::Direction;
use crate::platform::page::Page;
use crate::platform::page::Slice;

/// Which snapshots; an absent part does not narrow.
#[derive(Clone, Debug, Default)]
pub struct SnapshotFilter {
    /// Of this territory.
    pub territory_code: Option<String>,
    /// Of this organization.
    pub organization: Option<OrganizationId>,
}

/// Writes one.
pub async fn insert(tx: &Tx, row: report_snapshot::Model) -> Result<(), DbErr> {
    report_snapshot::Entity::insert(row.into_active_model())
        .exec_without_returning(&**tx)
        .await?;
    Ok(())
}

/// Snapshots by id, those that may be seen.
///
/// # Errors
/// [`DbErr`].
pub async fn by_ids(
    db: &impl ConnectionTrait,
    scope: &Scope,
    ids: &[SnapshotId],
) -> Result<Vec<report_snapshot::Model>, DbErr> {
    report_snapshot::Entity::find()
        .filter(report_snapshot::Column::Id.is_in(ids.iter().copied()))
        .filter(scope.snapshots())
        .all(db)
        .await
}

/// A page of those that may be seen, the newest first.
///
/// # Errors
/// [`DbErr`].
pub async fn list(
    db: &impl ConnectionTrait,
    scope: &Scope,
    filter: &SnapshotFilter,
    page: &Page<(DateTime<Utc>, SnapshotId)>,
) -> Result<Slice<report_snapshot::Model>, DbErr> {
    let columns = [
        report_snapshot::Column::CreatedAt.into_simple_expr(),
        report_snapshot::Column::Id.into_simple_expr(),
    ];
    let rows = page.narrow(
        select(scope, filter),
        &columns,
        Direction::Descending,
        |(at, id)| vec![Expr::value(*at), Expr::value(*id)],
    );
    Ok(page.slice(rows.all(db).await?))
}

/// How many there are.
///
/// # Errors
/// [`DbErr`].
pub async fn count(
    db: &impl ConnectionTrait,
    scope: &Scope,
    filter: &SnapshotFilter,
) -> Result<u64, DbErr> {
    select(scope, filter).count(db).await
}

fn select(scope: &Scope, filter: &SnapshotFilter) -> Select<report_snapshot::Entity> {
    report_snapshot::Entity::find()
        .filter(scope.snapshots())
        .apply_if(filter.territory_code.as_deref(), |it, code| {
            it.filter(report_snapshot::Column::TerritoryCode.eq(code))
        })
        .apply_if(filter.organization, |it, id| {
            it.filter(report_snapshot::Column::OrganizationId.eq(id))
        })
}
