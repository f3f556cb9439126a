//! Vocabularies that administrators keep: whose a vocabulary is, its levels, and who wrote a term.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::*;

use crate::narrowed;
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
        let columns = [
            ("vocabulary", uuid_null("organization_id")),
            // The levels in order as a list in JSON, the highest first; the next start writes those of
            // the lists that come with the program.
            ("vocabulary", text("levels").default("[]").take()),
            // Null for what comes with the program.
            ("vocabulary_term", uuid_null("changed_by")),
            ("vocabulary_term", integer("version").default(1).take()),
        ];
        for (table, column) in columns {
            // SQLite adds one column at a time.
            let altered = Table::alter().table(table).add_column(column).to_owned();
            manager.alter_table(altered).await?;
        }
        index(
            manager,
            "vocabulary_by_organization",
            "vocabulary",
            &["organization_id", "ordinal"],
        )
        .await?;
        // A vocabulary of one organization must not cost everybody their sheets.
        let alone = "lock table rollup_mark in exclusive mode;";
        narrowed::after_change_of(
            manager,
            "vocabulary_term",
            "ROW.vocabulary = 'INDH'",
            alone,
            "delete from rollup_sheet;",
        )
        .await
    }
}
