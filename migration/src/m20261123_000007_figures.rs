//! Indexes that hold what the figures read, so that a national report reads no wide rows.

use sea_orm_migration::prelude::*;

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
        manager
            .drop_index(
                Index::drop()
                    .name("hour_entry_by_territory")
                    .table("hour_entry")
                    .to_owned(),
            )
            .await?;
        // Begins as the index it replaces: everything worked in a territory in an interval.
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
            ],
        )
        .await?;
        // The few whose minutes lie on several days.
        portable::index_where(
            manager,
            "hour_entry_over_midnight",
            "hour_entry",
            &["worked_on"],
            "worked_on <> ended_on",
        )
        .await
    }
}
