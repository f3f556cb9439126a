//! Frozen answers of reports.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::*;

use crate::portable;

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
        let snapshot = Table::create()
            .table("report_snapshot")
            .col(uuid("id").primary_key())
            .col(string_null("title"))
            .col(string("report"))
            .col(string("territory_code"))
            .col(uuid("territory_id"))
            .col(uuid_null("organization_id"))
            .col(date("from_day"))
            .col(date("to_day"))
            .col(text("status_basis"))
            .col(timestamp_with_time_zone("as_of"))
            .col(text("content"))
            .col(blob("sha256"))
            .col(uuid_null("created_by"))
            .col(timestamp_with_time_zone("created_at"))
            .foreign_key(
                ForeignKey::create()
                    .from("report_snapshot", "territory_id")
                    .to("territory", "id"),
            )
            .check(Expr::cust("from_day <= to_day"))
            .to_owned();
        manager.create_table(snapshot).await?;
        let listed = Index::create()
            .name("report_snapshot_by_instant")
            .table("report_snapshot")
            .col("created_at")
            .col("id")
            .to_owned();
        manager.create_index(listed).await?;
        portable::append_only(manager, "report_snapshot").await?;
        portable::forbid_rewriting(manager, "report_snapshot").await?;
        portable::forbid_replacing(manager, "report_snapshot", &[&["id"]]).await
    }
}
