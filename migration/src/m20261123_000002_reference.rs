//! Territories and vocabularies.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::*;

use crate::portable::index;
use crate::portable::unique;

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
        create(manager).await
    }
}

async fn create(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let territory = Table::create()
        .table("territory")
        .col(uuid("id").primary_key())
        .col(string("code"))
        .col(string("level"))
        .col(uuid_null("parent_id"))
        .col(uuid_null("alternate_parent_id"))
        .col(string("name_fr"))
        .col(string("name_ar"))
        .col(string_null("name_en"))
        .col(text("search_key"))
        .col(string_null("milieu"))
        .col(string_null("iso_code"))
        .col(integer_null("population_2014"))
        .col(integer_null("population_2024"))
        .col(integer_null("households_2024"))
        .col(date("valid_from"))
        .col(date_null("valid_to"))
        .foreign_key(
            ForeignKey::create()
                .from("territory", "parent_id")
                .to("territory", "id"),
        )
        .foreign_key(
            ForeignKey::create()
                .from("territory", "alternate_parent_id")
                .to("territory", "id"),
        )
        .to_owned();
    manager.create_table(territory).await?;
    let territory_ancestor = Table::create()
        .table("territory_ancestor")
        .col(uuid("territory_id"))
        .col(uuid("ancestor_id"))
        .col(integer("depth"))
        .primary_key(Index::create().col("territory_id").col("ancestor_id"))
        .foreign_key(
            ForeignKey::create()
                .from("territory_ancestor", "territory_id")
                .to("territory", "id"),
        )
        .foreign_key(
            ForeignKey::create()
                .from("territory_ancestor", "ancestor_id")
                .to("territory", "id"),
        )
        .to_owned();
    manager.create_table(territory_ancestor).await?;
    let vocabulary = Table::create()
        .table("vocabulary")
        .col(string("code").primary_key())
        .col(string("name_fr"))
        .col(string("name_ar"))
        .col(string("name_en"))
        .col(integer("ordinal"))
        .to_owned();
    manager.create_table(vocabulary).await?;
    let vocabulary_term = Table::create()
        .table("vocabulary_term")
        .col(uuid("id").primary_key())
        .col(string("vocabulary"))
        .col(string("code"))
        .col(uuid_null("parent_id"))
        .col(string("level"))
        .col(string("name_fr"))
        .col(string("name_ar"))
        .col(string("name_en"))
        .col(date("valid_from"))
        .col(date_null("valid_to"))
        .col(text_null("source"))
        .col(integer("ordinal"))
        .foreign_key(
            ForeignKey::create()
                .from("vocabulary_term", "parent_id")
                .to("vocabulary_term", "id"),
        )
        .to_owned();
    manager.create_table(vocabulary_term).await?;
    let reference_load = Table::create()
        .table("reference_load")
        .col(string("dataset").primary_key())
        .col(blob("digest"))
        .col(timestamp_with_time_zone("loaded_at"))
        .to_owned();
    manager.create_table(reference_load).await?;
    unique(
        manager,
        "territory_code",
        "territory",
        &["code", "valid_from"],
    )
    .await?;
    index(
        manager,
        "territory_by_parent",
        "territory",
        &["parent_id", "code"],
    )
    .await?;
    index(
        manager,
        "territory_by_level",
        "territory",
        &["level", "code"],
    )
    .await?;
    // Everything below a territory, for every scope and every report.
    index(
        manager,
        "territory_below",
        "territory_ancestor",
        &["ancestor_id", "territory_id"],
    )
    .await?;
    unique(
        manager,
        "term_code",
        "vocabulary_term",
        &["vocabulary", "code", "valid_from"],
    )
    .await?;
    Ok(())
}
