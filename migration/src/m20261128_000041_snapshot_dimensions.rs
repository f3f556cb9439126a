//! By what the rows and columns of a frozen answer are told apart: a part of its question.

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
        for column in ["row_dimension", "column_dimension"] {
            let snapshot = Table::alter()
                .table("report_snapshot")
                .add_column(string_null(column))
                .to_owned();
            manager.alter_table(snapshot).await?;
        }
        Ok(())
    }
}
