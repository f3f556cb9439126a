//! Indicators, what they should reach, and what was measured.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::*;

use crate::portable::index;
use crate::portable::unique_where;

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
        indicators(manager).await?;
        goals(manager).await?;
        measurements(manager).await
    }
}

async fn indicators(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let indicator = Table::create()
        .table("indicator")
        .col(uuid("id").primary_key())
        // Null for those of the catalogue, which belong to everybody.
        .col(uuid_null("organization_id"))
        .col(string("code"))
        .col(string("name_fr"))
        .col(string_null("name_ar"))
        .col(string_null("name_en"))
        .col(text("search_key"))
        .col(string("unit"))
        .col(string("value_type"))
        .col(string("direction"))
        .col(string("level"))
        .col(string("reading"))
        .col(string("over_time"))
        .col(string("over_place"))
        .col(text("dimensions"))
        .col(string_null("derived"))
        .col(string_null("programme_code"))
        .col(string_null("sdg_code"))
        .col(string_null("iris_code"))
        .col(text_null("source"))
        .col(integer("version"))
        .col(timestamp_with_time_zone("created_at"))
        .col(timestamp_with_time_zone("updated_at"))
        .col(timestamp_with_time_zone_null("archived_at"))
        .foreign_key(
            ForeignKey::create()
                .from("indicator", "organization_id")
                .to("organization", "id"),
        )
        .check(Expr::cust(
            "value_type in ('COUNT', 'DECIMAL', 'MONEY', 'PERCENTAGE', 'YES_NO')",
        ))
        .check(Expr::cust("direction in ('INCREASE', 'DECREASE')"))
        .check(Expr::cust(
            "level in ('INPUT', 'ACTIVITY', 'OUTPUT', 'OUTCOME', 'IMPACT')",
        ))
        .check(Expr::cust("reading in ('PERIODIC', 'CUMULATIVE')"))
        .check(Expr::cust(
            "over_time in ('SUM', 'LAST', 'AVERAGE', 'MIN', 'MAX', 'NONE')",
        ))
        .check(Expr::cust(
            "over_place in ('SUM', 'AVERAGE', 'MIN', 'MAX', 'NONE')",
        ))
        .check(Expr::cust(
            "derived is null or derived in ('VOLUNTEERS', 'MINUTES')",
        ))
        .to_owned();
    manager.create_table(indicator).await?;
    unique_where(
        manager,
        "indicator_code",
        "indicator",
        &["organization_id", "code"],
        "organization_id is not null",
    )
    .await?;
    unique_where(
        manager,
        "indicator_catalogue_code",
        "indicator",
        &["code"],
        "organization_id is null",
    )
    .await
}

async fn goals(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let mut baseline = Table::create()
        .table("indicator_baseline")
        .col(uuid("indicator_id"))
        .col(uuid("project_id"))
        .col(date("measured_on"))
        .col(big_integer("value"))
        .col(big_integer_null("denominator"))
        .col(integer("version"))
        .col(timestamp_with_time_zone("updated_at"))
        .primary_key(Index::create().col("indicator_id").col("project_id"))
        .to_owned();
    let mut target = Table::create()
        .table("indicator_target")
        .col(uuid("id").primary_key())
        .col(uuid("indicator_id"))
        .col(uuid("project_id"))
        .col(date("from_day"))
        .col(date("to_day"))
        .col(big_integer("value"))
        .col(big_integer_null("denominator"))
        .col(timestamp_with_time_zone("created_at"))
        .check(Expr::cust("to_day >= from_day"))
        .to_owned();
    for (table, statement) in [
        ("indicator_baseline", &mut baseline),
        ("indicator_target", &mut target),
    ] {
        statement.foreign_key(
            ForeignKey::create()
                .from(table, "indicator_id")
                .to("indicator", "id"),
        );
        statement.foreign_key(
            ForeignKey::create()
                .from(table, "project_id")
                .to("project", "id"),
        );
    }
    manager.create_table(baseline).await?;
    manager.create_table(target).await?;
    index(
        manager,
        "indicator_target_by_project",
        "indicator_target",
        &["indicator_id", "project_id", "from_day"],
    )
    .await
}

async fn measurements(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let mut measurement = Table::create()
        .table("measurement")
        .col(uuid("id").primary_key())
        .col(uuid("indicator_id"))
        .col(uuid("project_id"))
        .col(uuid("organization_id"))
        .col(uuid("territory_id"))
        .col(date("from_day"))
        .col(date("to_day"))
        .col(big_integer("value"))
        .col(big_integer_null("denominator"))
        .col(text("parts"))
        .col(text_null("note"))
        .col(string("status"))
        .col(uuid("recorded_by"))
        .col(uuid_null("decided_by"))
        .col(timestamp_with_time_zone_null("decided_at"))
        .col(text_null("reason"))
        .col(integer("version"))
        .col(timestamp_with_time_zone("created_at"))
        .col(timestamp_with_time_zone("updated_at"))
        .check(Expr::cust("to_day >= from_day"))
        .check(Expr::cust(
            "status in ('SUBMITTED', 'APPROVED', 'RETURNED')",
        ))
        .check(Expr::cust("denominator is null or denominator > 0"))
        .to_owned();
    for (column, table) in [
        ("indicator_id", "indicator"),
        ("project_id", "project"),
        ("organization_id", "organization"),
        ("territory_id", "territory"),
        ("recorded_by", "user_account"),
        ("decided_by", "user_account"),
    ] {
        measurement.foreign_key(
            ForeignKey::create()
                .from("measurement", column)
                .to(table, "id"),
        );
    }
    manager.create_table(measurement).await?;
    // One figure for an indicator, a project, a place and a period: a second one would count twice.
    crate::portable::unique(
        manager,
        "measurement_cell",
        "measurement",
        &[
            "indicator_id",
            "project_id",
            "territory_id",
            "from_day",
            "to_day",
        ],
    )
    .await?;
    index(
        manager,
        "measurement_by_organization",
        "measurement",
        &["organization_id", "id"],
    )
    .await
}
