//! What the INDH pays of a project's budget. Sheets of roll-ups have another form now, and are made anew.

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
        let project = Table::alter()
            .table("project")
            .add_column(big_integer_null("budget_indh_minor"))
            .to_owned();
        manager.alter_table(project).await?;
        // They save time only.
        let sheets = Query::delete().from_table("rollup_sheet").to_owned();
        manager.execute(sheets).await
    }
}
