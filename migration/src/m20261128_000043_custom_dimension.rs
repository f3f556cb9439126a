//! The vocabulary by whose terms the totals of an indicator may be broken down.

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
        let indicator = Table::alter()
            .table("indicator")
            .add_column(text_null("vocabulary"))
            .to_owned();
        manager.alter_table(indicator).await
    }
}
