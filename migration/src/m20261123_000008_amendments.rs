//! Corrections of approved entries, reasons beside the ledger, signed states of its chains.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::*;

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
        amendments(manager).await?;
        ledger(manager).await
    }
}

async fn amendments(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let amendment = Table::create()
        .table("hour_entry_amendment")
        .col(uuid("id").primary_key())
        .col(uuid("entry_id"))
        .col(uuid("organization_id"))
        .col(string("status"))
        .col(text("reason"))
        .col(uuid("project_id"))
        .col(uuid("territory_id"))
        .col(string("evidence_level"))
        .col(timestamp_with_time_zone_null("started_at"))
        .col(timestamp_with_time_zone_null("ended_at"))
        .col(integer("break_minutes"))
        .col(string("time_zone"))
        .col(date("worked_on"))
        .col(date("ended_on"))
        .col(integer("minutes"))
        .col(integer("headcount"))
        .col(integer("total_minutes"))
        .col(text_null("description"))
        .col(uuid_null("created_by"))
        .col(timestamp_with_time_zone("created_at"))
        .col(uuid_null("decided_by"))
        .col(timestamp_with_time_zone_null("decided_at"))
        .col(text_null("decision_reason"))
        .foreign_key(
            ForeignKey::create()
                .from("hour_entry_amendment", "entry_id")
                .to("hour_entry", "id"),
        )
        .foreign_key(
            ForeignKey::create()
                .from("hour_entry_amendment", "project_id")
                .to("project", "id"),
        )
        .foreign_key(
            ForeignKey::create()
                .from("hour_entry_amendment", "territory_id")
                .to("territory", "id"),
        )
        .foreign_key(
            ForeignKey::create()
                .from("hour_entry_amendment", "created_by")
                .to("user_account", "id"),
        )
        .foreign_key(
            ForeignKey::create()
                .from("hour_entry_amendment", "decided_by")
                .to("user_account", "id"),
        )
        .check(Expr::cust("minutes > 0"))
        .check(Expr::cust("headcount > 0"))
        .check(Expr::cust("total_minutes = minutes * headcount"))
        .check(Expr::cust("ended_at is null or ended_at > started_at"))
        .to_owned();
    manager.create_table(amendment).await?;
    index(
        manager,
        "hour_entry_amendment_by_entry",
        "hour_entry_amendment",
        &["entry_id", "created_at"],
    )
    .await?;
    // One correction at a time, whoever proposes it.
    portable::unique_where(
        manager,
        "hour_entry_amendment_pending",
        "hour_entry_amendment",
        &["entry_id"],
        "status = 'PENDING'",
    )
    .await
}

async fn ledger(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let note = Table::create()
        .table("ledger_note")
        .col(uuid("organization_id"))
        .col(big_integer("sequence"))
        .col(text("text"))
        .primary_key(Index::create().col("organization_id").col("sequence"))
        .to_owned();
    manager.create_table(note).await?;
    let checkpoint = Table::create()
        .table("ledger_checkpoint")
        .col(uuid("organization_id"))
        .col(big_integer("sequence"))
        .col(blob("hash"))
        .col(timestamp_with_time_zone("signed_at"))
        .col(string("key_id"))
        .col(blob("signature"))
        .primary_key(Index::create().col("organization_id").col("sequence"))
        .foreign_key(
            ForeignKey::create()
                .from("ledger_checkpoint", "organization_id")
                .to("organization", "id"),
        )
        .to_owned();
    manager.create_table(checkpoint).await?;
    portable::append_only(manager, "ledger_checkpoint").await?;
    portable::forbid_rewriting(manager, "ledger_event").await?;
    portable::forbid_rewriting(manager, "ledger_checkpoint").await
}
