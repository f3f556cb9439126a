//! The refused rows of an import, to be corrected and brought again.

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
        let import_rejected = Table::create()
            .table("import_rejected")
            .col(uuid("import_id").primary_key())
            .col(string("delimiter"))
            .col(text("content"))
            .col(boolean("complete"))
            .foreign_key(
                ForeignKey::create()
                    .from("import_rejected", "import_id")
                    .to("import", "id"),
            )
            .to_owned();
        manager.create_table(import_rejected).await
    }
}
