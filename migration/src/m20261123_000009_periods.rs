//! When months close, who closed and certified them, and exceptions for named people.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::*;

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
        columns(manager).await?;
        exceptions(manager).await
    }
}

async fn columns(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    // One statement each: SQLite adds one column at a time.
    for (table, column) in [
        ("organization", integer_null("grace_days")),
        (
            "reporting_period",
            timestamp_with_time_zone_null("closed_at"),
        ),
        ("reporting_period", uuid_null("closed_by")),
        (
            "reporting_period",
            timestamp_with_time_zone_null("certified_at"),
        ),
        ("reporting_period", uuid_null("certified_by")),
    ] {
        let column = Table::alter().table(table).add_column(column).to_owned();
        manager.alter_table(column).await?;
    }
    // What was closed before has no better witness than its last change.
    manager
        .get_connection()
        .execute_unprepared(
            "update reporting_period set closed_at = updated_at \
             where status in ('CLOSED', 'CERTIFIED')",
        )
        .await?;
    Ok(())
}

async fn exceptions(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let period_exception = Table::create()
        .table("period_exception")
        .col(uuid("id").primary_key())
        .col(uuid("organization_id"))
        .col(date("month"))
        .col(text("reason"))
        .col(timestamp_with_time_zone("ends_at"))
        .col(uuid_null("granted_by"))
        .col(timestamp_with_time_zone("granted_at"))
        .foreign_key(
            ForeignKey::create()
                .from("period_exception", "organization_id")
                .to("organization", "id"),
        )
        .foreign_key(
            ForeignKey::create()
                .from("period_exception", "granted_by")
                .to("user_account", "id"),
        )
        .to_owned();
    manager.create_table(period_exception).await?;
    index(
        manager,
        "period_exception_by_month",
        "period_exception",
        &["organization_id", "month"],
    )
    .await?;
    let period_exception_user = Table::create()
        .table("period_exception_user")
        .col(uuid("exception_id"))
        .col(uuid("user_id"))
        .primary_key(Index::create().col("exception_id").col("user_id"))
        .foreign_key(
            ForeignKey::create()
                .from("period_exception_user", "exception_id")
                .to("period_exception", "id"),
        )
        .foreign_key(
            ForeignKey::create()
                .from("period_exception_user", "user_id")
                .to("user_account", "id"),
        )
        .to_owned();
    manager.create_table(period_exception_user).await?;
    index(
        manager,
        "period_exception_user_by_user",
        "period_exception_user",
        &["user_id"],
    )
    .await
}
