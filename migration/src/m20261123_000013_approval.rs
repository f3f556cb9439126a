//! Rules of approval, the trace of what they decided, and selections that wait for a decision.

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
        rules(manager).await?;
        selections(manager).await
    }
}

async fn rules(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let approval_rule = Table::create()
        .table("approval_rule")
        .col(uuid("id").primary_key())
        .col(uuid("organization_id"))
        .col(string("name"))
        .col(string("effect"))
        .col(text("conditions"))
        .col(uuid_null("written_by"))
        .col(integer("version"))
        .col(timestamp_with_time_zone("created_at"))
        .col(timestamp_with_time_zone("updated_at"))
        .col(timestamp_with_time_zone_null("archived_at"))
        .foreign_key(
            ForeignKey::create()
                .from("approval_rule", "organization_id")
                .to("organization", "id"),
        )
        .foreign_key(
            ForeignKey::create()
                .from("approval_rule", "written_by")
                .to("user_account", "id"),
        )
        .check(Expr::cust("effect in ('APPROVE', 'BLOCK')"))
        .to_owned();
    manager.create_table(approval_rule).await?;
    index(
        manager,
        "approval_rule_by_organization",
        "approval_rule",
        &["organization_id", "id"],
    )
    .await?;
    // A draft may go, what was decided of it stays: no key to the entry.
    let approval_decision = Table::create()
        .table("approval_decision")
        .col(uuid("id").primary_key())
        .col(uuid("organization_id"))
        .col(uuid("entry_id"))
        .col(integer("entry_version"))
        .col(uuid("rule_id"))
        .col(integer("rule_version"))
        .col(string("outcome"))
        .col(text("facts"))
        .col(timestamp_with_time_zone("decided_at"))
        .foreign_key(
            ForeignKey::create()
                .from("approval_decision", "organization_id")
                .to("organization", "id"),
        )
        .foreign_key(
            ForeignKey::create()
                .from("approval_decision", "rule_id")
                .to("approval_rule", "id"),
        )
        .check(Expr::cust("outcome in ('APPROVED', 'BLOCKED', 'WITHHELD')"))
        .to_owned();
    manager.create_table(approval_decision).await?;
    index(
        manager,
        "approval_decision_by_entry",
        "approval_decision",
        &["entry_id", "id"],
    )
    .await?;
    portable::append_only(manager, "approval_decision").await
}

async fn selections(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let approval_selection = Table::create()
        .table("approval_selection")
        .col(uuid("id").primary_key())
        .col(uuid("organization_id"))
        .col(uuid("user_id"))
        .col(blob("entries"))
        .col(integer("count"))
        .col(big_integer("minutes"))
        .col(timestamp_with_time_zone("created_at"))
        .col(timestamp_with_time_zone("expires_at"))
        .foreign_key(
            ForeignKey::create()
                .from("approval_selection", "organization_id")
                .to("organization", "id"),
        )
        .foreign_key(
            ForeignKey::create()
                .from("approval_selection", "user_id")
                .to("user_account", "id"),
        )
        .to_owned();
    manager.create_table(approval_selection).await?;
    index(
        manager,
        "approval_selection_by_user",
        "approval_selection",
        &["user_id", "expires_at"],
    )
    .await
}
