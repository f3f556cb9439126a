//! Counts the letters of a day.

use sea_orm_migration::prelude::*;

use crate::portable::index_where;

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
        index_where(
            manager,
            "delivery_sent",
            "delivery",
            &["sent_at"],
            "sent_at is not null",
        )
        .await
    }
}
