//! Statements about files of evidence.
//!
//! It decides nothing. A file is seen by whoever sees its measurement.

use std::collections::HashMap;

use entity::evidence_content;
use entity::evidence_file;
use entity::ids::EvidenceId;
use entity::ids::MeasurementId;
use entity::measurement;
use sea_orm::ColumnTrait;
use sea_orm::ConnectionTrait;
use sea_orm::DbErr;
use sea_orm::EntityTrait;
use sea_orm::IntoActiveModel;
use sea_orm::QueryFilter;
use sea_orm::QueryOrder;
use sea_orm::QuerySelect;
use sea_orm::QueryTrait;

use crate::identity::Scope;
use crate::platform::db::Tx;

/// Keeps a file.
///
/// # Errors
/// [`DbErr`].
pub async fn insert(tx: &Tx, row: &evidence_file::Model, content: Vec<u8>) -> Result<(), DbErr> {
    evidence_file::Entity::insert(row.clone().into_active_model())
        .exec_without_returning(&**tx)
        .await?;
    let content = evidence_content::Model {
        evidence_id: row.id,
        content,
    };
    evidence_content::Entity::insert(content.into_active_model())
        .exec_without_returning(&**tx)
        .await?;
    Ok(())
}

/// Takes a file away, with what is in it; whether it was there.
///
/// # Errors
/// [`DbErr`].
pub async fn delete(tx: &Tx, id: EvidenceId) -> Result<bool, DbErr> {
    evidence_content::Entity::delete_by_id(id)
        .exec(&**tx)
        .await?;
    let done = evidence_file::Entity::delete_by_id(id).exec(&**tx).await?;
    Ok(done.rows_affected > 0)
}

/// The files of a measurement that the transaction holds, the first one first.
///
/// # Errors
/// [`DbErr`].
pub async fn of_measurement(
    tx: &Tx,
    id: MeasurementId,
) -> Result<Vec<evidence_file::Model>, DbErr> {
    evidence_file::Entity::find()
        .filter(evidence_file::Column::MeasurementId.eq(id))
        .order_by_asc(evidence_file::Column::Id)
        .all(&**tx)
        .await
}

/// The files of measurements that may be seen, the first one first.
///
/// # Errors
/// [`DbErr`].
pub async fn of_measurements(
    conn: &impl ConnectionTrait,
    scope: &Scope,
    ids: &[MeasurementId],
) -> Result<HashMap<MeasurementId, Vec<evidence_file::Model>>, DbErr> {
    let found = evidence_file::Entity::find()
        .filter(evidence_file::Column::MeasurementId.is_in(ids.iter().copied()))
        .filter(evidence_file::Column::MeasurementId.in_subquery(seen(scope)))
        .order_by_asc(evidence_file::Column::Id)
        .all(conn)
        .await?;
    let mut files: HashMap<MeasurementId, Vec<evidence_file::Model>> = HashMap::new();
    for row in found {
        files.entry(row.measurement_id).or_default().push(row);
    }
    Ok(files)
}

/// Files by id, those whose measurements may be seen.
///
/// # Errors
/// [`DbErr`].
pub async fn visible(
    conn: &impl ConnectionTrait,
    scope: &Scope,
    ids: &[EvidenceId],
) -> Result<Vec<evidence_file::Model>, DbErr> {
    evidence_file::Entity::find()
        .filter(evidence_file::Column::Id.is_in(ids.iter().copied()))
        .filter(evidence_file::Column::MeasurementId.in_subquery(seen(scope)))
        .all(conn)
        .await
}

/// A file, for whoever holds a link to it.
///
/// # Errors
/// [`DbErr`].
pub async fn linked(
    conn: &impl ConnectionTrait,
    id: EvidenceId,
) -> Result<Option<evidence_file::Model>, DbErr> {
    evidence_file::Entity::find_by_id(id).one(conn).await
}

/// What is in a file.
///
/// # Errors
/// [`DbErr`].
pub async fn content(
    conn: &impl ConnectionTrait,
    id: EvidenceId,
) -> Result<Option<Vec<u8>>, DbErr> {
    let found = evidence_content::Entity::find_by_id(id).one(conn).await?;
    Ok(found.map(|it| it.content))
}

fn seen(scope: &Scope) -> sea_orm::sea_query::SelectStatement {
    measurement::Entity::find()
        .select_only()
        .column(measurement::Column::Id)
        .filter(scope.measurements())
        .into_query()
}
