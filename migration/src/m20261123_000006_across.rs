//! Idempotency keys and the audit trail.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::*;

use crate::portable;
use crate::portable::index;

/// The step.
#[derive(DeriveMigrationName)]
pub struct Migration;

#[sea_orm_migration::async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        // SQLite would otherwise keep half a step.
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        create(manager).await
    }
}

async fn create(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let idempotency_key = Table::create()
        .table("idempotency_key")
        .col(string("actor"))
        .col(string("key"))
        .col(string("operation"))
        .col(blob("content_hash"))
        .col(uuid("subject_id"))
        .col(timestamp_with_time_zone("created_at"))
        .primary_key(Index::create().col("actor").col("key"))
        .to_owned();
    manager.create_table(idempotency_key).await?;
    let audit_event = Table::create()
        .table("audit_event")
        .col(uuid("id").primary_key())
        .col(timestamp_with_time_zone("recorded_at"))
        .col(string("actor_kind"))
        .col(uuid_null("user_id"))
        .col(uuid_null("organization_id"))
        .col(string("action"))
        .col(string("subject_type"))
        .col(uuid_null("subject_id"))
        .col(string("request_id"))
        .col(string("outcome"))
        .col(text_null("details"))
        .to_owned();
    manager.create_table(audit_event).await?;
    index(
        manager,
        "audit_event_by_organization",
        "audit_event",
        &["organization_id", "id"],
    )
    .await?;
    portable::append_only(manager, "audit_event").await?;
    Ok(())
}
