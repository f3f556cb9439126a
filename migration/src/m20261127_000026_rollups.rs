//! Roll-ups: figures by organization, project, place and month, folded from the ledger.

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
        cells(manager).await?;
        sheets(manager).await?;
        shares_of_then(manager).await?;
        words_of_then(manager).await?;
        // Where an instant lies in a chain: every report of a past state asks it.
        index(
            manager,
            "ledger_event_by_instant",
            "ledger_event",
            &["organization_id", "recorded_at", "sequence"],
        )
        .await
    }
}

async fn cells(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let rollup_mark = Table::create()
        .table("rollup_mark")
        .col(uuid("organization_id").primary_key())
        .col(big_integer("sequence"))
        .foreign_key(
            ForeignKey::create()
                .from("rollup_mark", "organization_id")
                .to("organization", "id"),
        )
        .to_owned();
    manager.create_table(rollup_mark).await?;
    let rollup_number = Table::create()
        .table("rollup_number")
        .col(pk_auto("number"))
        .col(uuid("id").unique_key())
        .to_owned();
    manager.create_table(rollup_number).await?;
    let rollup_cell = Table::create()
        .table("rollup_cell")
        .col(uuid("project_id"))
        .col(date("month"))
        .col(date("segment"))
        .col(uuid("territory_id"))
        .col(string("status"))
        .col(string("evidence_level"))
        .col(uuid("organization_id"))
        .col(big_integer("minutes"))
        .col(big_integer("group_minutes"))
        .col(big_integer("entries"))
        .col(big_integer("participations"))
        .col(big_integer("carried"))
        .col(blob("people"))
        .primary_key(
            Index::create()
                .col("project_id")
                .col("month")
                .col("segment")
                .col("territory_id")
                .col("status")
                .col("evidence_level"),
        )
        .foreign_key(
            ForeignKey::create()
                .from("rollup_cell", "organization_id")
                .to("organization", "id"),
        )
        .to_owned();
    manager.create_table(rollup_cell).await?;
    let rollup_month = Table::create()
        .table("rollup_month")
        .col(uuid("organization_id"))
        .col(date("month"))
        .col(string("status"))
        .primary_key(
            Index::create()
                .col("organization_id")
                .col("month")
                .col("status"),
        )
        .to_owned();
    manager.create_table(rollup_month).await?;
    index(
        manager,
        "rollup_cell_by_territory",
        "rollup_cell",
        &["territory_id", "month", "status"],
    )
    .await?;
    index(
        manager,
        "rollup_cell_by_organization",
        "rollup_cell",
        &["organization_id", "month", "status"],
    )
    .await
}

async fn sheets(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let rollup_sheet = Table::create()
        .table("rollup_sheet")
        .col(uuid("territory_id"))
        .col(date("month"))
        .col(string("status"))
        .col(blob("content"))
        .primary_key(
            Index::create()
                .col("territory_id")
                .col("month")
                .col("status"),
        )
        .to_owned();
    manager.create_table(rollup_sheet).await?;
    // What sheets are laid out by is dated data that seldom changes: then all of them are made anew.
    for table in ["territory", "territory_ancestor", "vocabulary_term"] {
        // Not while somebody makes one by the lists of before.
        let alone = "lock table rollup_mark in exclusive mode;";
        portable::after_any_change(manager, table, alone, "delete from rollup_sheet;").await?;
    }
    Ok(())
}

/// Projects whose shares changed are counted anew; shares that were replaced on their first day are
/// kept, in force on no day, for whoever asks what was known then.
async fn shares_of_then(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let rollup_stale = Table::create()
        .table("rollup_stale")
        .col(pk_auto("id"))
        .col(uuid("project_id"))
        .to_owned();
    manager.create_table(rollup_stale).await?;
    portable::after_each(
        manager,
        &["insert", "update", "delete"],
        "tag_set",
        "insert into rollup_stale (project_id) values (ROW.project_id);",
    )
    .await?;
    manager
        .drop_index(
            Index::drop()
                .name("tag_set_from")
                .table("tag_set")
                .to_owned(),
        )
        .await?;
    index(
        manager,
        "tag_set_by_project",
        "tag_set",
        &["project_id", "vocabulary", "valid_from"],
    )
    .await?;
    portable::unique_where(
        manager,
        "tag_set_from",
        "tag_set",
        &["project_id", "vocabulary", "valid_from"],
        "valid_to is null or valid_to <> valid_from",
    )
    .await
}

/// What organizations said of their months, each time they said it.
async fn words_of_then(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let reporting_period_said = Table::create()
        .table("reporting_period_said")
        .col(pk_auto("id"))
        .col(uuid("organization_id"))
        .col(date("month"))
        .col(boolean("submitted"))
        .col(boolean("declared_zero"))
        .col(timestamp_with_time_zone("said_at"))
        .foreign_key(
            ForeignKey::create()
                .from("reporting_period_said", "organization_id")
                .to("organization", "id"),
        )
        .to_owned();
    manager.create_table(reporting_period_said).await?;
    index(
        manager,
        "reporting_period_said_by_month",
        "reporting_period_said",
        &["organization_id", "month", "id"],
    )
    .await?;
    const SAID: &str = "insert into reporting_period_said \
                        (organization_id, month, submitted, declared_zero, said_at)";
    manager
        .get_connection()
        .execute_unprepared(&format!(
            "{SAID} select organization_id, month, submitted_at is not null, declared_zero, \
             coalesce(submitted_at, updated_at) from reporting_period"
        ))
        .await?;
    portable::after_each(
        manager,
        &["insert", "update"],
        "reporting_period",
        &format!(
            "{SAID} values (ROW.organization_id, ROW.month, ROW.submitted_at is not null, \
             ROW.declared_zero, ROW.updated_at);"
        ),
    )
    .await
}
