//! Reports that make themselves, and what they did at their ticks.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::*;

use crate::portable::index;
use crate::portable::index_where;
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
        let schedule = Table::create()
            .table("schedule")
            .col(uuid("id").primary_key())
            .col(uuid("owner_id"))
            .col(uuid("session_id"))
            .col(string("title"))
            .col(text("question"))
            .col(string("cadence"))
            .col(string_null("cron"))
            .col(integer_null("latest_day"))
            .col(string("time_zone"))
            .col(string("covers"))
            .col(string("status"))
            .col(timestamp_with_time_zone_null("next_tick_at"))
            .col(uuid_null("last_run_id"))
            .col(integer("version"))
            .col(timestamp_with_time_zone("created_at"))
            .col(timestamp_with_time_zone("updated_at"))
            .foreign_key(
                ForeignKey::create()
                    .from("schedule", "owner_id")
                    .to("user_account", "id"),
            )
            .check(Expr::cust("cadence in ('CRON', 'MONTHLY_AFTER_CLOSING')"))
            .check(Expr::cust("(cadence = 'CRON') = (cron is not null)"))
            .check(Expr::cust(
                "(cadence = 'MONTHLY_AFTER_CLOSING') = (latest_day is not null)",
            ))
            .check(Expr::cust("status in ('ACTIVE', 'PAUSED', 'ENDED')"))
            // Whoever goes on has something before them, and nobody else does.
            .check(Expr::cust(
                "(status = 'ACTIVE') = (next_tick_at is not null)",
            ))
            .to_owned();
        manager.create_table(schedule).await?;
        // The list of a user, newest first, pages on exactly this key.
        index(
            manager,
            "schedule_by_owner",
            "schedule",
            &["owner_id", "id"],
        )
        .await?;
        index_where(
            manager,
            "schedule_due",
            "schedule",
            &["next_tick_at"],
            "next_tick_at is not null",
        )
        .await?;
        let run = Table::create()
            .table("schedule_run")
            .col(uuid("id").primary_key())
            .col(uuid("schedule_id"))
            .col(timestamp_with_time_zone("tick_at"))
            .col(string("cause"))
            .col(date("covers_from"))
            .col(date("covers_to"))
            .col(string("status"))
            .col(string_null("skip"))
            .col(boolean("late"))
            .col(boolean_null("month_closed"))
            .col(uuid_null("job_id"))
            .col(text_null("refusals"))
            .col(timestamp_with_time_zone_null("overdue_at"))
            .col(timestamp_with_time_zone("created_at"))
            .col(timestamp_with_time_zone_null("ended_at"))
            .foreign_key(
                ForeignKey::create()
                    .from("schedule_run", "schedule_id")
                    .to("schedule", "id"),
            )
            .foreign_key(
                ForeignKey::create()
                    .from("schedule_run", "job_id")
                    .to("job", "id"),
            )
            .check(Expr::cust("cause in ('TICK', 'BY_HAND')"))
            .check(Expr::cust(
                "status in ('REQUESTED', 'SUCCEEDED', 'FAILED', 'CANCELLED', 'SKIPPED')",
            ))
            .check(Expr::cust("(status = 'SKIPPED') = (skip is not null)"))
            .check(Expr::cust("(status = 'REQUESTED') = (ended_at is null)"))
            .to_owned();
        manager.create_table(run).await?;
        // One run for each tick, however many instances look; the history pages on the same key.
        unique(
            manager,
            "schedule_run_once",
            "schedule_run",
            &["schedule_id", "tick_at"],
        )
        .await?;
        // An export has one run: whoever settles it looks it up.
        unique(manager, "schedule_run_job", "schedule_run", &["job_id"]).await?;
        // What waits for its export, and what may yet be made by a second try.
        index(
            manager,
            "schedule_run_by_status",
            "schedule_run",
            &["status", "created_at"],
        )
        .await
    }
}
