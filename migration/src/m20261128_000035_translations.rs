//! What names of terms are in languages in which their source has none, and the field of work of a project.

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
        // What is held gets its word when the lists are loaded again, at the same start.
        let term = Table::alter()
            .table("vocabulary_term")
            .add_column(string_null("translations"))
            .to_owned();
        manager.alter_table(term).await?;
        let project = Table::alter()
            .table("project")
            .add_column(string_null("sector_code"))
            .to_owned();
        manager.alter_table(project).await
    }
}
