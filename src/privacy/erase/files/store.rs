//! Statements about files in which a person may stand, and about rows of files.
//!
//! Which files these are is decided in `files`.

use chrono::DateTime;
use chrono::Utc;
use entity::artifact;
use entity::artifact_piece;
use entity::hour_entry;
use entity::idempotency_key;
use entity::ids::ImportId;
use entity::ids::JobId;
use entity::ids::OrganizationId;
use entity::ids::VolunteerId;
use entity::import;
use entity::import_record;
use entity::import_refusal;
use entity::import_rejected;
use entity::job;
use entity::types::ImportStatus;
use entity::types::JobKind;
use entity::types::JobStatus;
use sea_orm::ColumnTrait;
use sea_orm::Condition;
use sea_orm::DbErr;
use sea_orm::EntityTrait;
use sea_orm::ExprTrait;
use sea_orm::QueryFilter;
use sea_orm::QueryOrder;
use sea_orm::QuerySelect;
use sea_orm::QueryTrait;
use sea_orm::sea_query::Expr;
use sea_orm::sea_query::SelectStatement;
use uuid::Uuid;

use crate::platform::db::Tx;

/// Jobs of one statement.
const JOBS: u64 = 500;

/// The next jobs, in the order of ids, that have a file, make one, or wait to make one.
///
/// # Errors
/// [`DbErr`].
pub async fn jobs_with_files(tx: &Tx, after: Option<JobId>) -> Result<Vec<job::Model>, DbErr> {
    let files = artifact::Entity::find()
        .select_only()
        .column(artifact::Column::JobId)
        .into_query();
    job::Entity::find()
        .filter(job::Column::Kind.eq(JobKind::Export))
        .filter(
            Condition::any()
                .add(job::Column::Status.is_in([JobStatus::Queued, JobStatus::Running]))
                .add(job::Column::Id.in_subquery(files)),
        )
        .apply_if(after, |it, after| it.filter(job::Column::Id.gt(after)))
        .order_by_asc(job::Column::Id)
        .limit(JOBS)
        .all(&**tx)
        .await
}

/// Lets go of the files of some jobs. What makes one at the moment, or is taken up meanwhile, has to begin anew, by the
/// next number of its lease.
///
/// # Errors
/// [`DbErr`].
pub async fn forget_files(tx: &Tx, jobs: &[JobId], now: DateTime<Utc>) -> Result<(), DbErr> {
    artifact_piece::Entity::delete_many()
        .filter(artifact_piece::Column::JobId.is_in(jobs.iter().copied()))
        .exec(&**tx)
        .await?;
    artifact::Entity::delete_many()
        .filter(artifact::Column::JobId.is_in(jobs.iter().copied()))
        .exec(&**tx)
        .await?;
    job::Entity::update_many()
        .col_expr(job::Column::Status, Expr::value(JobStatus::Queued))
        .col_expr(job::Column::Fence, Expr::col(job::Column::Fence).add(1))
        .col_expr(job::Column::DueAt, Expr::value(now))
        .col_expr(job::Column::LeasedUntil, Expr::value(None::<DateTime<Utc>>))
        .filter(job::Column::Id.is_in(jobs.iter().copied()))
        .filter(job::Column::Status.is_in([JobStatus::Queued, JobStatus::Running]))
        .exec(&**tx)
        .await?;
    Ok(())
}

/// The imports of an organization that somebody has yet to commit.
///
/// # Errors
/// [`DbErr`].
pub async fn dry_runs(tx: &Tx, organization: OrganizationId) -> Result<Vec<ImportId>, DbErr> {
    import::Entity::find()
        .select_only()
        .column(import::Column::Id)
        .filter(import::Column::OrganizationId.eq(organization))
        .filter(import::Column::Status.eq(ImportStatus::DryRun))
        .into_tuple()
        .all(&**tx)
        .await
}

/// Lets go of the refused rows of the imports of an organization, and of the values for which they were refused.
///
/// # Errors
/// [`DbErr`].
pub async fn forget_rows(tx: &Tx, organization: OrganizationId) -> Result<(), DbErr> {
    let imports = || {
        import::Entity::find()
            .select_only()
            .column(import::Column::Id)
            .filter(import::Column::OrganizationId.eq(organization))
            .into_query()
    };
    import_rejected::Entity::delete_many()
        .filter(import_rejected::Column::ImportId.in_subquery(imports()))
        .exec(&**tx)
        .await?;
    import_refusal::Entity::update_many()
        .col_expr(import_refusal::Column::Value, Expr::value(None::<String>))
        .col_expr(import_refusal::Column::Details, Expr::value("{}"))
        .filter(import_refusal::Column::ImportId.in_subquery(imports()))
        .filter(
            Condition::any()
                .add(import_refusal::Column::Value.is_not_null())
                .add(import_refusal::Column::Details.ne("{}")),
        )
        .exec(&**tx)
        .await?;
    Ok(())
}

/// Lets go of what imports remember of some records and their entries: taking an import back leaves them as they are.
///
/// # Errors
/// [`DbErr`].
pub async fn forget_imported(tx: &Tx, ids: &[VolunteerId]) -> Result<(), DbErr> {
    let records = ids.iter().map(|it| it.0);
    import_record::Entity::delete_many()
        .filter(
            Condition::any()
                .add(import_record::Column::SubjectId.is_in(records))
                .add(import_record::Column::SubjectId.in_subquery(entries(ids))),
        )
        .exec(&**tx)
        .await?;
    Ok(())
}

/// Lets go of the digests of what was sent to make some records and their entries.
///
/// # Errors
/// [`DbErr`].
pub async fn forget_keys(tx: &Tx, ids: &[VolunteerId]) -> Result<(), DbErr> {
    let records: Vec<Uuid> = ids.iter().map(|it| it.0).collect();
    idempotency_key::Entity::delete_many()
        .filter(
            Condition::any()
                .add(idempotency_key::Column::SubjectId.is_in(records))
                .add(idempotency_key::Column::SubjectId.in_subquery(entries(ids))),
        )
        .exec(&**tx)
        .await?;
    Ok(())
}

fn entries(ids: &[VolunteerId]) -> SelectStatement {
    hour_entry::Entity::find()
        .select_only()
        .column(hour_entry::Column::Id)
        .filter(hour_entry::Column::VolunteerId.is_in(ids.iter().copied()))
        .into_query()
}
