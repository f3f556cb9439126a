//! Records of one person: keys by which they meet, merges, and pairs that are two people.

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
        let merged_into = Table::alter()
            .table("volunteer")
            .add_column(uuid_null("merged_into_id"))
            .to_owned();
        manager.alter_table(merged_into).await?;
        // Whose own records are asked for finds those that were merged into them.
        portable::index_where(
            manager,
            "volunteer_merged",
            "volunteer",
            &["merged_into_id"],
            "merged_into_id is not null",
        )
        .await?;
        keys(manager).await?;
        apart(manager).await?;
        merges(manager).await
    }
}

fn to_volunteer(table: &'static str, column: &'static str) -> ForeignKeyCreateStatement {
    ForeignKey::create()
        .from(table, column)
        .to("volunteer", "id")
        .to_owned()
}

async fn keys(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let volunteer_key = Table::create()
        .table("volunteer_key")
        .col(uuid("organization_id"))
        .col(text("key"))
        .col(uuid("volunteer_id"))
        // Records of one key lie side by side.
        .primary_key(
            Index::create()
                .col("organization_id")
                .col("key")
                .col("volunteer_id"),
        )
        .foreign_key(
            to_volunteer("volunteer_key", "volunteer_id").on_delete(ForeignKeyAction::Cascade),
        )
        .to_owned();
    manager.create_table(volunteer_key).await?;
    // A record that changes replaces its keys.
    index(
        manager,
        "volunteer_key_of",
        "volunteer_key",
        &["volunteer_id"],
    )
    .await
}

async fn apart(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let volunteer_apart = Table::create()
        .table("volunteer_apart")
        .col(uuid("first_id"))
        .col(uuid("second_id"))
        .col(uuid("organization_id"))
        .col(uuid_null("said_by"))
        .col(timestamp_with_time_zone("said_at"))
        .primary_key(Index::create().col("first_id").col("second_id"))
        .foreign_key(
            to_volunteer("volunteer_apart", "first_id").on_delete(ForeignKeyAction::Cascade),
        )
        .foreign_key(
            to_volunteer("volunteer_apart", "second_id").on_delete(ForeignKeyAction::Cascade),
        )
        .check(Expr::cust("first_id < second_id"))
        .to_owned();
    manager.create_table(volunteer_apart).await
}

async fn merges(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let volunteer_merge = Table::create()
        .table("volunteer_merge")
        .col(uuid("id").primary_key())
        .col(uuid("organization_id"))
        .col(uuid("kept_id"))
        .col(uuid("merged_id"))
        .col(text("taken"))
        .col(text_null("reason"))
        .col(boolean("was_archived"))
        .col(integer("moved_entries"))
        .col(integer("stayed_entries"))
        .col(uuid_null("merged_by"))
        .col(timestamp_with_time_zone("merged_at"))
        .col(uuid_null("undone_by"))
        .col(timestamp_with_time_zone_null("undone_at"))
        .col(text_null("undo_reason"))
        .col(integer("version"))
        .col(timestamp_with_time_zone("created_at"))
        .col(timestamp_with_time_zone("updated_at"))
        .foreign_key(&mut to_volunteer("volunteer_merge", "kept_id"))
        .foreign_key(&mut to_volunteer("volunteer_merge", "merged_id"))
        .check(Expr::cust("kept_id <> merged_id"))
        .to_owned();
    manager.create_table(volunteer_merge).await?;
    // A record is taken over by one other at a time.
    portable::unique_where(
        manager,
        "volunteer_merge_standing",
        "volunteer_merge",
        &["merged_id"],
        "undone_at is null",
    )
    .await?;
    index(
        manager,
        "volunteer_merge_of",
        "volunteer_merge",
        &["kept_id", "id"],
    )
    .await?;
    // An entry may go before its merge is taken back: no key to it.
    let volunteer_merge_record = Table::create()
        .table("volunteer_merge_record")
        .col(uuid("merge_id"))
        .col(uuid("subject_id"))
        .col(string("kind"))
        .primary_key(Index::create().col("merge_id").col("subject_id"))
        .foreign_key(
            ForeignKey::create()
                .from("volunteer_merge_record", "merge_id")
                .to("volunteer_merge", "id"),
        )
        .to_owned();
    manager.create_table(volunteer_merge_record).await
}
