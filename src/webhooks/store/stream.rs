//! Statements about what is still to be passed on.
//!
//! Nothing is decided here: the operator asks, for everybody.

use entity::certificate;
use entity::ids::CertificateId;
use entity::ids::OrganizationId;
use entity::ids::VolunteerId;
use entity::ledger_head;
use entity::outbox;
use entity::webhook_stream;
use entity::webhook_superseded;
use sea_orm::ColumnTrait;
use sea_orm::Condition;
use sea_orm::ConnectionTrait;
use sea_orm::DbErr;
use sea_orm::EntityTrait;
use sea_orm::ExprTrait;
use sea_orm::IntoActiveModel;
use sea_orm::QueryFilter;
use sea_orm::QueryOrder;
use sea_orm::QuerySelect;
use sea_orm::QueryTrait;
use sea_orm::sea_query::Expr;
use sea_orm::sea_query::OnConflict;
use uuid::Uuid;

use crate::platform::db::Tx;

/// Organizations of which something is to be passed on.
///
/// # Errors
/// [`DbErr`].
pub async fn behind(conn: &impl ConnectionTrait) -> Result<Vec<OrganizationId>, DbErr> {
    use webhook_stream::Column;
    let own = |of: Expr| of.eq(Expr::col((webhook_stream::Entity, Column::OrganizationId)));
    let moved = ledger_head::Entity::find()
        .select_only()
        .column(ledger_head::Column::Sequence)
        .filter(own(Expr::col((
            ledger_head::Entity,
            ledger_head::Column::OrganizationId,
        ))))
        .filter(
            Expr::col((ledger_head::Entity, ledger_head::Column::Sequence))
                .gt(Expr::col((webhook_stream::Entity, Column::LedgerSequence))),
        )
        .into_query();
    let kept = outbox::Entity::find()
        .select_only()
        .column(outbox::Column::Id)
        .filter(own(Expr::col((
            outbox::Entity,
            outbox::Column::OrganizationId,
        ))))
        .into_query();
    webhook_stream::Entity::find()
        .select_only()
        .column(Column::OrganizationId)
        .filter(
            Condition::any()
                .add(Expr::exists(moved))
                .add(Expr::exists(kept)),
        )
        .order_by_asc(Column::OrganizationId)
        .into_tuple()
        .all(conn)
        .await
}

/// How far an organization's ledger was passed on, held until the transaction ends.
///
/// # Errors
/// [`DbErr`].
pub async fn stream(
    tx: &Tx,
    organization: OrganizationId,
) -> Result<Option<webhook_stream::Model>, DbErr> {
    webhook_stream::Entity::find_by_id(organization)
        .lock_exclusive()
        .one(&**tx)
        .await
}

/// Notes how far it was.
///
/// # Errors
/// [`DbErr`].
pub async fn put_stream(tx: &Tx, row: webhook_stream::Model) -> Result<(), DbErr> {
    let on = OnConflict::column(webhook_stream::Column::OrganizationId)
        .update_column(webhook_stream::Column::LedgerSequence)
        .to_owned();
    webhook_stream::Entity::insert(row.into_active_model())
        .on_conflict(on)
        .exec_without_returning(&**tx)
        .await?;
    Ok(())
}

/// What is kept of an organization and not passed on yet, or of none that is known; oldest first.
///
/// # Errors
/// [`DbErr`].
pub async fn kept(
    conn: &impl ConnectionTrait,
    organization: Option<OrganizationId>,
    limit: u64,
) -> Result<Vec<outbox::Model>, DbErr> {
    let of = match organization {
        Some(id) => outbox::Column::OrganizationId.eq(id),
        None => outbox::Column::OrganizationId.is_null(),
    };
    outbox::Entity::find()
        .filter(of)
        .order_by_asc(outbox::Column::HappenedAt)
        .order_by_asc(outbox::Column::Id)
        .limit(limit)
        .all(conn)
        .await
}

/// Takes away what was passed on.
///
/// # Errors
/// [`DbErr`].
pub async fn drop_kept(tx: &Tx, ids: &[Uuid]) -> Result<(), DbErr> {
    if ids.is_empty() {
        return Ok(());
    }
    outbox::Entity::delete_many()
        .filter(outbox::Column::Id.is_in(ids.iter().copied()))
        .exec(&**tx)
        .await?;
    Ok(())
}

/// Says of which organization something is that is kept.
///
/// # Errors
/// [`DbErr`].
pub async fn assign(tx: &Tx, id: Uuid, organization: OrganizationId) -> Result<(), DbErr> {
    outbox::Entity::update_many()
        .col_expr(outbox::Column::OrganizationId, Expr::value(organization))
        .filter(outbox::Column::Id.eq(id))
        .exec(&**tx)
        .await?;
    Ok(())
}

/// Certificates of an organization that were not taken back, of some records.
///
/// # Errors
/// [`DbErr`].
pub async fn certificates(
    conn: &impl ConnectionTrait,
    organization: OrganizationId,
    records: &[VolunteerId],
) -> Result<Vec<certificate::Model>, DbErr> {
    certificate::Entity::find()
        .filter(certificate::Column::OrganizationId.eq(organization))
        .filter(certificate::Column::VolunteerId.is_in(records.iter().copied()))
        .filter(certificate::Column::RevokedAt.is_null())
        .order_by_asc(certificate::Column::Id)
        .all(conn)
        .await
}

/// Those of some certificates that were told as superseded.
///
/// # Errors
/// [`DbErr`].
pub async fn superseded(
    conn: &impl ConnectionTrait,
    ids: &[CertificateId],
) -> Result<Vec<CertificateId>, DbErr> {
    webhook_superseded::Entity::find()
        .select_only()
        .column(webhook_superseded::Column::CertificateId)
        .filter(webhook_superseded::Column::CertificateId.is_in(ids.iter().copied()))
        .into_tuple()
        .all(conn)
        .await
}

/// Notes certificates that are told as superseded, and forgets those that hold again.
///
/// # Errors
/// [`DbErr`].
pub async fn note_superseded(
    tx: &Tx,
    told: &[CertificateId],
    again: &[CertificateId],
) -> Result<(), DbErr> {
    if !told.is_empty() {
        let rows = told.iter().map(|it| {
            webhook_superseded::Model {
                certificate_id: *it,
            }
            .into_active_model()
        });
        webhook_superseded::Entity::insert_many(rows)
            .exec_without_returning(&**tx)
            .await?;
    }
    if !again.is_empty() {
        webhook_superseded::Entity::delete_many()
            .filter(webhook_superseded::Column::CertificateId.is_in(again.iter().copied()))
            .exec(&**tx)
            .await?;
    }
    Ok(())
}
