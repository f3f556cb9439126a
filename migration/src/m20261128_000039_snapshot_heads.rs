//! How far the chains of the ledger went when an answer was frozen.

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
        let head = Table::create()
            .table("report_snapshot_head")
            .col(uuid("snapshot_id"))
            .col(uuid("organization_id"))
            .col(big_integer("sequence"))
            .primary_key(Index::create().col("snapshot_id").col("organization_id"))
            .foreign_key(
                ForeignKey::create()
                    .from("report_snapshot_head", "snapshot_id")
                    .to("report_snapshot", "id"),
            )
            .check(Expr::cust("sequence > 0"))
            .to_owned();
        manager.create_table(head).await?;
        portable::append_only(manager, "report_snapshot_head").await?;
        portable::forbid_rewriting(manager, "report_snapshot_head").await?;
        let keys: &[&[&str]] = &[&["snapshot_id", "organization_id"]];
        portable::forbid_replacing(manager, "report_snapshot_head", keys).await
    }
}
