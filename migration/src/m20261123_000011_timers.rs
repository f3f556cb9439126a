//! Timers, and how long one may run before somebody has a look.

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
        let longest = Table::alter()
            .table("organization")
            .add_column(integer("timer_longest_minutes").default(720))
            .to_owned();
        manager.alter_table(longest).await?;
        timers(manager).await
    }
}

fn reference(column: &'static str, to: &'static str) -> ForeignKeyCreateStatement {
    ForeignKey::create()
        .from("timer", column)
        .to(to, "id")
        .to_owned()
}

async fn timers(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let timer = Table::create()
        .table("timer")
        .col(uuid("id").primary_key())
        .col(uuid("organization_id"))
        .col(uuid("volunteer_id"))
        .col(uuid("person_id"))
        .col(uuid("project_id"))
        .col(timestamp_with_time_zone("started_at"))
        .col(timestamp_with_time_zone_null("stopped_at"))
        .col(string("time_zone"))
        .col(text_null("description"))
        .col(string("status"))
        .col(string_null("review"))
        .col(string_null("refusal"))
        .col(uuid_null("entry_id"))
        .col(text_null("discard_reason"))
        .col(uuid_null("created_by"))
        .col(integer("version"))
        .col(timestamp_with_time_zone("created_at"))
        .col(timestamp_with_time_zone("updated_at"))
        .foreign_key(&mut reference("organization_id", "organization"))
        .foreign_key(&mut reference("volunteer_id", "volunteer"))
        .foreign_key(&mut reference("person_id", "person"))
        .foreign_key(&mut reference("project_id", "project"))
        .foreign_key(&mut reference("created_by", "user_account"))
        .foreign_key(
            // Its draft may be deleted; that there was a timer is kept.
            reference("entry_id", "hour_entry").on_delete(ForeignKeyAction::SetNull),
        )
        .check(Check::named(
            "timer_stopped",
            Expr::cust("(status = 'RUNNING') = (stopped_at is null)"),
        ))
        .check(Check::named(
            "timer_reviewed",
            Expr::cust("status <> 'NEEDS_REVIEW' or review is not null"),
        ))
        .to_owned();
    manager.create_table(timer).await?;
    // The last word on a second timer of one person, whoever starts it.
    portable::unique_where(
        manager,
        "timer_running",
        "timer",
        &["person_id"],
        "status = 'RUNNING'",
    )
    .await?;
    index(
        manager,
        "timer_by_volunteer",
        "timer",
        &["volunteer_id", "id"],
    )
    .await?;
    index(
        manager,
        "timer_by_organization",
        "timer",
        &["organization_id", "id"],
    )
    .await?;
    portable::index_where(
        manager,
        "timer_by_entry",
        "timer",
        &["entry_id"],
        "entry_id is not null",
    )
    .await?;
    portable::index_where(
        manager,
        "timer_to_review",
        "timer",
        &["organization_id", "id"],
        "status = 'NEEDS_REVIEW'",
    )
    .await
}
