//! How exact a presence has to be: tolerances, when forgotten check-outs are closed, where the place
//! is; and what an attendance says of each.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::*;

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
        // What held before: clocked times as they are, two hours for those who check out late.
        for column in [
            integer("late_in_tolerance_minutes").default(0).take(),
            integer("early_out_tolerance_minutes").default(0).take(),
            integer("close_after_minutes").default(120).take(),
            integer_null("latitude_micro"),
            integer_null("longitude_micro"),
            integer_null("radius_metres"),
        ] {
            add(manager, "activity", column).await?;
        }
        for column in [boolean_null("within_geofence"), string_null("time_basis")] {
            add(manager, "attendance", column).await?;
        }
        Ok(())
    }
}

/// Adds one column: SQLite takes one at a time.
async fn add(
    manager: &SchemaManager<'_>,
    table: &'static str,
    column: impl IntoColumnDef,
) -> Result<(), DbErr> {
    let table = Table::alter().table(table).add_column(column).to_owned();
    manager.alter_table(table).await
}
