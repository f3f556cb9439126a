//! National identity numbers, sealed, where an installation is allowed to keep them.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::*;

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
        // Beside the record: whoever reads records does not read numbers along.
        let number = Table::create()
            .table("national_id")
            .col(uuid("volunteer_id").primary_key())
            .col(uuid("organization_id"))
            .col(text("sealed"))
            .col(timestamp_with_time_zone("created_at"))
            .foreign_key(
                ForeignKey::create()
                    .from("national_id", "volunteer_id")
                    .to("volunteer", "id"),
            )
            .foreign_key(
                ForeignKey::create()
                    .from("national_id", "organization_id")
                    .to("organization", "id"),
            )
            .to_owned();
        manager.create_table(number).await
    }
}
