//! Statements of snapshots.
//!
//! Rows are written once; both databases refuse to change or replace one.

use std::collections::HashMap;

use chrono::DateTime;
use chrono::NaiveDate;
use chrono::Utc;
use entity::ids::OrganizationId;
use entity::ids::SnapshotId;
use entity::ids::TerritoryId;
use entity::report_snapshot;
use entity::report_snapshot_head;
use sea_orm::ColumnTrait;
use sea_orm::ConnectionTrait;
use sea_orm::DbErr;
use sea_orm::EntityTrait;
use sea_orm::FromQueryResult;
use sea_orm::IntoActiveModel;
use sea_orm::IntoSimpleExpr;
use sea_orm::Iterable;
use sea_orm::PaginatorTrait;
use sea_orm::QueryFilter;
use sea_orm::QuerySelect;
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

/// All that is kept of a snapshot but its content, which may be megabytes and is read on its own.
#[derive(Clone, Debug, PartialEq, Eq, FromQueryResult)]
pub struct Cover {
    /// Identifies the snapshot.
    pub id: SnapshotId,
    /// What whoever froze it calls it.
    pub title: Option<String>,
    /// Name of the report.
    pub report: String,
    /// Code of the territory.
    pub territory_code: String,
    /// The territory, in its newest version of the interval.
    pub territory_id: TerritoryId,
    /// The one organization; `None` for all of the territory.
    pub organization_id: Option<OrganizationId>,
    /// First civil day of work.
    pub from_day: NaiveDate,
    /// Last civil day of work, inclusive.
    pub to_day: NaiveDate,
    /// Which states count, as a JSON list of their names.
    pub status_basis: String,
    /// The instant of the answer.
    pub as_of: DateTime<Utc>,
    /// SHA-256 of the content in UTF-8.
    pub sha256: Vec<u8>,
    /// By what rows are told apart; `None` for reports without a choice.
    pub row_dimension: Option<String>,
    /// By what columns are; `None` where there are rows alone.
    pub column_dimension: Option<String>,
    /// When it was frozen.
    pub created_at: DateTime<Utc>,
}

impl From<report_snapshot::Model> for Cover {
    fn from(row: report_snapshot::Model) -> Self {
        Self {
            id: row.id,
            title: row.title,
            report: row.report,
            territory_code: row.territory_code,
            territory_id: row.territory_id,
            organization_id: row.organization_id,
            from_day: row.from_day,
            to_day: row.to_day,
            status_basis: row.status_basis,
            as_of: row.as_of,
            sha256: row.sha256,
            row_dimension: row.row_dimension,
            column_dimension: row.column_dimension,
            created_at: row.created_at,
        }
    }
}

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
pub async fn reach(db: &impl ConnectionTrait, snapshot: &Cover) -> Result<Reach, DbErr> {
    let rows = report_snapshot_head::Entity::find()
        .filter(report_snapshot_head::Column::SnapshotId.eq(snapshot.id))
        .all(db)
        .await?;
    Ok(rows
        .into_iter()
        .map(|it| (it.organization_id, it.sequence))
        .collect())
}

/// Covers of snapshots by id, of those that may be seen.
///
/// # Errors
/// [`DbErr`].
pub async fn by_ids(
    db: &impl ConnectionTrait,
    scope: &Scope,
    ids: &[SnapshotId],
) -> Result<Vec<Cover>, DbErr> {
    covers()
        .filter(report_snapshot::Column::Id.is_in(ids.iter().copied()))
        .filter(scope.snapshots())
        .into_model()
        .all(db)
        .await
}

/// Contents of snapshots by id, of those that may be seen.
///
/// # Errors
/// [`DbErr`].
pub async fn contents(
    db: &impl ConnectionTrait,
    scope: &Scope,
    ids: &[SnapshotId],
) -> Result<HashMap<SnapshotId, String>, DbErr> {
    let found: Vec<(SnapshotId, String)> = report_snapshot::Entity::find()
        .select_only()
        .column(report_snapshot::Column::Id)
        .column(report_snapshot::Column::Content)
        .filter(report_snapshot::Column::Id.is_in(ids.iter().copied()))
        .filter(scope.snapshots())
        .into_tuple()
        .all(db)
        .await?;
    Ok(found.into_iter().collect())
}

/// A page of covers of those that may be seen, the newest first.
///
/// # Errors
/// [`DbErr`].
pub async fn list(
    db: &impl ConnectionTrait,
    scope: &Scope,
    filter: &SnapshotFilter,
    page: &Page<(DateTime<Utc>, SnapshotId)>,
) -> Result<Slice<Cover>, DbErr> {
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
    Ok(page.slice(rows.into_model().all(db).await?))
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

/// Every column but the content.
fn covers() -> Select<report_snapshot::Entity> {
    let of_cover = report_snapshot::Column::iter()
        .filter(|it| !matches!(it, report_snapshot::Column::Content));
    report_snapshot::Entity::find()
        .select_only()
        .columns(of_cover)
}

fn select(scope: &Scope, filter: &SnapshotFilter) -> Select<report_snapshot::Entity> {
    covers()
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
