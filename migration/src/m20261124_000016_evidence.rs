//! What shows the work, in the index that the figures read.

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
        manager
            .drop_index(
                Index::drop()
                    .name("hour_entry_figures")
                    .table("hour_entry")
                    .to_owned(),
            )
            .await?;
        index(
            manager,
            "hour_entry_figures",
            "hour_entry",
            &[
                "territory_id",
                "worked_on",
                "status",
                "ended_on",
                "organization_id",
                "project_id",
                "person_id",
                "headcount",
                "total_minutes",
                "evidence_level",
            ],
        )
        .await
    }
}
