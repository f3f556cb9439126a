//! What requests and imports made is found by what it is: an erasure looks for it by record and entry.

use sea_orm_migration::prelude::*;

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
        index(
            manager,
            "idempotency_key_of_subject",
            "idempotency_key",
            &["subject_id"],
        )
        .await?;
        index(
            manager,
            "import_record_of_subject",
            "import_record",
            &["subject_id"],
        )
        .await
    }
}
