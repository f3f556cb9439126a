//! Files that show what was measured.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::*;

use crate::portable::unique;

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
        let evidence_file = Table::create()
            .table("evidence_file")
            .col(uuid("id").primary_key())
            .col(uuid("measurement_id"))
            .col(string("file_name"))
            .col(string("media_type"))
            .col(big_integer("size"))
            .col(blob("sha256"))
            .col(uuid_null("attached_by"))
            .col(timestamp_with_time_zone("created_at"))
            .foreign_key(
                ForeignKey::create()
                    .from("evidence_file", "measurement_id")
                    .to("measurement", "id"),
            )
            .foreign_key(
                ForeignKey::create()
                    .from("evidence_file", "attached_by")
                    .to("user_account", "id"),
            )
            .check(Expr::cust("size > 0"))
            .to_owned();
        manager.create_table(evidence_file).await?;
        // The same bytes are one file of a measurement; its list begins with the same column.
        unique(
            manager,
            "evidence_file_once",
            "evidence_file",
            &["measurement_id", "sha256"],
        )
        .await?;
        // Apart, so that a list of files does not read what is in them.
        let evidence_content = Table::create()
            .table("evidence_content")
            .col(uuid("evidence_id").primary_key())
            .col(blob("content"))
            .foreign_key(
                ForeignKey::create()
                    .from("evidence_content", "evidence_id")
                    .to("evidence_file", "id")
                    .on_delete(ForeignKeyAction::Cascade),
            )
            .to_owned();
        manager.create_table(evidence_content).await
    }
}
