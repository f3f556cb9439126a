//! Files brought for import, what is wrong with their rows, and what they wrote.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::*;

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
        imports(manager).await?;
        let import_source = Table::create()
            .table("import_source")
            .col(uuid("import_id").primary_key())
            .col(blob("content"))
            .foreign_key(
                ForeignKey::create()
                    .from("import_source", "import_id")
                    .to("import", "id"),
            )
            .to_owned();
        manager.create_table(import_source).await?;
        let import_refusal = Table::create()
            .table("import_refusal")
            .col(uuid("import_id"))
            .col(integer("ordinal"))
            .col(big_integer("line"))
            .col(text_null("title"))
            .col(text_null("value"))
            .col(string("code"))
            .col(text("details"))
            .primary_key(Index::create().col("import_id").col("ordinal"))
            .foreign_key(
                ForeignKey::create()
                    .from("import_refusal", "import_id")
                    .to("import", "id"),
            )
            .to_owned();
        manager.create_table(import_refusal).await?;
        // An entry or a volunteer may go before its import is taken back: no key to either.
        let import_record = Table::create()
            .table("import_record")
            .col(uuid("import_id"))
            .col(uuid("subject_id"))
            .col(big_integer("line"))
            .col(blob("content_hash"))
            .col(text_null("before"))
            .primary_key(Index::create().col("import_id").col("subject_id"))
            .foreign_key(
                ForeignKey::create()
                    .from("import_record", "import_id")
                    .to("import", "id"),
            )
            .to_owned();
        manager.create_table(import_record).await
    }
}

async fn imports(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let mut import = Table::create()
        .table("import")
        .col(uuid("id").primary_key())
        .col(uuid("organization_id"))
        .col(string("kind"))
        .col(string("status"))
        .col(string("file_name"))
        .col(integer("file_size"))
        .col(blob("file_hash"))
        .col(string_null("sheet"))
        .col(boolean("day_first"))
        .col(boolean("drafts"))
        .col(text("mapping"))
        .col(integer("rows"))
        .col(integer("created"))
        .col(integer("unchanged"))
        .col(integer("changed"))
        .col(integer("duplicates"))
        .col(integer("refused"))
        .col(big_integer("minutes"))
        .col(uuid_null("started_by"))
        .col(uuid_null("committed_by"))
        .col(timestamp_with_time_zone_null("committed_at"))
        .col(uuid_null("rolled_back_by"))
        .col(timestamp_with_time_zone_null("rolled_back_at"))
        .col(text_null("reason"))
        .col(integer("version"))
        .col(timestamp_with_time_zone("created_at"))
        .col(timestamp_with_time_zone("updated_at"))
        .foreign_key(
            ForeignKey::create()
                .from("import", "organization_id")
                .to("organization", "id"),
        )
        .check(Expr::cust("kind in ('HOURS', 'VOLUNTEERS')"))
        .check(Expr::cust(
            "status in ('DRY_RUN', 'COMMITTED', 'ROLLED_BACK')",
        ))
        .to_owned();
    for user in ["started_by", "committed_by", "rolled_back_by"] {
        import.foreign_key(
            ForeignKey::create()
                .from("import", user)
                .to("user_account", "id"),
        );
    }
    manager.create_table(import).await?;
    // The list of an organization, newest first, pages on exactly this key.
    index(
        manager,
        "import_by_organization",
        "import",
        &["organization_id", "id"],
    )
    .await
}
