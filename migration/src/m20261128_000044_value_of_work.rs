//! Indicators may be computed from what hours are worth.

use sea_orm_migration::prelude::*;

use crate::portable::widen_check;

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
        widen_check(
            manager,
            ("indicator", "derived"),
            "derived is null or derived in ('VOLUNTEERS', 'MINUTES')",
            "derived is null or derived in ('VOLUNTEERS', 'MINUTES', 'VALUE')",
        )
        .await
    }
}
