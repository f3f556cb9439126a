//! Statements of snapshots.
//!
//! Rows are written once; both databases refuse to change or replace one.

use chrono::DateTime;
use chrono::Utc;
use entity::ids::OrganizationId;
use entity::ids::SnapshotId;
use entity::report_snapshot;
use entity::report_snapshot_head;
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

use crate::hours::ledger::Reach;
use crate::identity::Scope;
use crate::platform::db::Tx;
use crate::platform::page::Direction;
use crate::platform::page::Page;
use crate::platform::page::Slice;
use crate::reports::question::ReportName;

/// Chains of one statement.
const CHAINS: usize = 1_000;

/// Which snapshots; an absent part does not narrow.
#[derive(Clone, Debug, Default)]
pub struct SnapshotFilter {
    /// Of this report.
    pub report: Option<ReportName>,
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

/// Writes how far the chains went that a snapshot saw.
pub async fn insert_reach(tx: &Tx, snapshot: SnapshotId, reach: &Reach) -> Result<(), DbErr> {
    let rows = reach
        .iter()
        .map(|(organization, sequence)| report_snapshot_head::Model {
            snapshot_id: snapshot,
            organization_id: *organization,
            sequence: *sequence,
        })
        .collect::<Vec<_>>();
    for chunk in rows.chunks(CHAINS) {
        let rows = chunk
            .iter()
            .cloned()
            .map(IntoActiveModel::into_active_model);
        report_snapshot_head::Entity::insert_many(rows)
            .exec_without_returning(&**tx)
            .await?;
    }
    Ok(())
}

/// How far the chains went that a snapshot saw and that had work in its territory; nothing for those that were
/// frozen before it was kept. `snapshot` was found under a scope.
///
/// # Errors
/// [`DbErr`].
pub async fn reach(
    db: &impl ConnectionTrait,
    snapshot: &report_snapshot::Model,
) -> Result<Reach, DbErr> {
    let rows = report_snapshot_head::Entity::find()
        .filter(report_snapshot_head::Column::SnapshotId.eq(snapshot.id))
        .all(db)
        .await?;
    Ok(rows
        .into_iter()
        .map(|it| (it.organization_id, it.sequence))
        .collect())
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
        .apply_if(filter.report, |it, name| {
            it.filter(report_snapshot::Column::Report.eq(name.word()))
        })
        .apply_if(filter.territory_code.as_deref(), |it, code| {
            it.filter(report_snapshot::Column::TerritoryCode.eq(code))
        })
        .apply_if(filter.organization, |it, id| {
            it.filter(report_snapshot::Column::OrganizationId.eq(id))
        })
}
