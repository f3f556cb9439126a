//! Hour entries, their days, months, and the ledger.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::*;

use crate::portable;
use crate::portable::index;
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
        create(manager).await
    }
}

async fn create(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let hour_entry = Table::create()
        .table("hour_entry")
        .col(uuid("id").primary_key())
        .col(uuid("organization_id"))
        .col(uuid("project_id"))
        .col(uuid_null("volunteer_id"))
        .col(uuid_null("person_id"))
        .col(uuid("territory_id"))
        .col(string("kind"))
        .col(string("status"))
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
        .col(text_null("decision_reason"))
        .col(blob_null("import_key"))
        .col(uuid_null("created_by"))
        .col(uuid_null("submitted_by"))
        .col(timestamp_with_time_zone_null("submitted_at"))
        .col(uuid_null("decided_by"))
        .col(timestamp_with_time_zone_null("decided_at"))
        .col(integer("version"))
        .col(timestamp_with_time_zone("created_at"))
        .col(timestamp_with_time_zone("updated_at"))
        .foreign_key(
            ForeignKey::create()
                .from("hour_entry", "organization_id")
                .to("organization", "id"),
        )
        .foreign_key(
            ForeignKey::create()
                .from("hour_entry", "project_id")
                .to("project", "id"),
        )
        .foreign_key(
            ForeignKey::create()
                .from("hour_entry", "volunteer_id")
                .to("volunteer", "id"),
        )
        .foreign_key(
            ForeignKey::create()
                .from("hour_entry", "person_id")
                .to("person", "id"),
        )
        .foreign_key(
            ForeignKey::create()
                .from("hour_entry", "territory_id")
                .to("territory", "id"),
        )
        .foreign_key(
            ForeignKey::create()
                .from("hour_entry", "created_by")
                .to("user_account", "id"),
        )
        .foreign_key(
            ForeignKey::create()
                .from("hour_entry", "submitted_by")
                .to("user_account", "id"),
        )
        .foreign_key(
            ForeignKey::create()
                .from("hour_entry", "decided_by")
                .to("user_account", "id"),
        )
        .check(Expr::cust("minutes > 0"))
        .check(Expr::cust("headcount > 0"))
        .check(Expr::cust("total_minutes = minutes * headcount"))
        .check(Expr::cust("break_minutes >= 0"))
        .check(Expr::cust(
            "(kind = 'INTERVAL') = (started_at is not null and ended_at is not null)",
        ))
        .check(Expr::cust("ended_at is null or ended_at > started_at"))
        .check(Expr::cust("(kind = 'GROUP') = (volunteer_id is null)"))
        .check(Expr::cust("(volunteer_id is null) = (person_id is null)"))
        .to_owned();
    manager.create_table(hour_entry).await?;
    let hour_entry_day = Table::create()
        .table("hour_entry_day")
        .col(uuid("entry_id"))
        .col(date("day"))
        .col(uuid("organization_id"))
        .col(uuid_null("person_id"))
        .col(integer("minutes"))
        .primary_key(Index::create().col("entry_id").col("day"))
        .foreign_key(
            ForeignKey::create()
                .from("hour_entry_day", "entry_id")
                .to("hour_entry", "id")
                .on_delete(ForeignKeyAction::Cascade),
        )
        .check(Expr::cust("minutes > 0"))
        .to_owned();
    manager.create_table(hour_entry_day).await?;
    let reporting_period = Table::create()
        .table("reporting_period")
        .col(uuid("id").primary_key())
        .col(uuid("organization_id"))
        .col(date("month"))
        .col(string("status"))
        .col(boolean("declared_zero"))
        .col(uuid_null("submitted_by"))
        .col(timestamp_with_time_zone_null("submitted_at"))
        .col(integer("version"))
        .col(timestamp_with_time_zone("created_at"))
        .col(timestamp_with_time_zone("updated_at"))
        .foreign_key(
            ForeignKey::create()
                .from("reporting_period", "organization_id")
                .to("organization", "id"),
        )
        .foreign_key(
            ForeignKey::create()
                .from("reporting_period", "submitted_by")
                .to("user_account", "id"),
        )
        .to_owned();
    manager.create_table(reporting_period).await?;
    let ledger_head = Table::create()
        .table("ledger_head")
        .col(uuid("organization_id").primary_key())
        .col(big_integer("sequence"))
        .col(blob("hash"))
        .foreign_key(
            ForeignKey::create()
                .from("ledger_head", "organization_id")
                .to("organization", "id"),
        )
        .to_owned();
    manager.create_table(ledger_head).await?;
    let ledger_event = Table::create()
        .table("ledger_event")
        .col(uuid("organization_id"))
        .col(big_integer("sequence"))
        .col(timestamp_with_time_zone("recorded_at"))
        .col(string("kind"))
        .col(uuid_null("entry_id"))
        .col(text("payload"))
        .col(blob("previous_hash"))
        .col(blob("hash"))
        .primary_key(Index::create().col("organization_id").col("sequence"))
        .to_owned();
    manager.create_table(ledger_event).await?;
    // The list of an organization, newest day first, pages on exactly this key.
    index(
        manager,
        "hour_entry_by_day",
        "hour_entry",
        &["organization_id", "worked_on", "id"],
    )
    .await?;
    index(
        manager,
        "hour_entry_by_volunteer",
        "hour_entry",
        &["volunteer_id", "worked_on", "id"],
    )
    .await?;
    index(
        manager,
        "hour_entry_by_project",
        "hour_entry",
        &["project_id", "worked_on", "id"],
    )
    .await?;
    index(
        manager,
        "hour_entry_by_territory",
        "hour_entry",
        &["territory_id", "worked_on"],
    )
    .await?;
    // The overlap guard looks from a person's intervals that begin before an instant.
    index(
        manager,
        "hour_entry_by_person",
        "hour_entry",
        &["person_id", "started_at"],
    )
    .await?;
    // The queue of the approver, oldest first.
    index(
        manager,
        "hour_entry_by_status",
        "hour_entry",
        &["organization_id", "status", "worked_on", "id"],
    )
    .await?;
    portable::unique_where(
        manager,
        "hour_entry_import",
        "hour_entry",
        &["organization_id", "import_key"],
        "import_key is not null",
    )
    .await?;
    // Sums by period, and the daily cap of a person.
    index(
        manager,
        "hour_entry_day_by_day",
        "hour_entry_day",
        &["day", "organization_id"],
    )
    .await?;
    index(
        manager,
        "hour_entry_day_by_person",
        "hour_entry_day",
        &["person_id", "day"],
    )
    .await?;
    unique(
        manager,
        "reporting_period_month",
        "reporting_period",
        &["organization_id", "month"],
    )
    .await?;
    index(
        manager,
        "ledger_event_by_entry",
        "ledger_event",
        &["entry_id", "sequence"],
    )
    .await?;
    portable::forbid_overlap(manager).await?;
    portable::append_only(manager, "ledger_event").await?;
    Ok(())
}
