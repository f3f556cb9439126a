//! People, volunteers, projects and their tags.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::*;

use crate::portable;
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
    let person = Table::create()
        .table("person")
        .col(uuid("id").primary_key())
        .col(blob_null("national_id_hash"))
        .col(timestamp_with_time_zone("created_at"))
        .to_owned();
    manager.create_table(person).await?;
    let volunteer = Table::create()
        .table("volunteer")
        .col(uuid("id").primary_key())
        .col(uuid("organization_id"))
        .col(uuid("person_id"))
        .col(uuid_null("user_id"))
        .col(string_null("reference"))
        .col(string("name"))
        .col(string_null("name_ar"))
        .col(text("search_key"))
        .col(string_null("sex"))
        .col(date_null("birth_date"))
        .col(uuid_null("territory_id"))
        .col(string_null("email"))
        .col(string_null("phone"))
        .col(date_null("joined_on"))
        .col(integer("version"))
        .col(timestamp_with_time_zone("created_at"))
        .col(timestamp_with_time_zone("updated_at"))
        .col(timestamp_with_time_zone_null("archived_at"))
        .foreign_key(
            ForeignKey::create()
                .from("volunteer", "organization_id")
                .to("organization", "id"),
        )
        .foreign_key(
            ForeignKey::create()
                .from("volunteer", "person_id")
                .to("person", "id"),
        )
        .foreign_key(
            ForeignKey::create()
                .from("volunteer", "user_id")
                .to("user_account", "id"),
        )
        .foreign_key(
            ForeignKey::create()
                .from("volunteer", "territory_id")
                .to("territory", "id"),
        )
        .to_owned();
    manager.create_table(volunteer).await?;
    let project = Table::create()
        .table("project")
        .col(uuid("id").primary_key())
        .col(uuid("organization_id"))
        .col(string_null("code"))
        .col(string("title"))
        .col(string_null("title_ar"))
        .col(text("search_key"))
        .col(uuid("territory_id"))
        .col(string_null("time_zone"))
        .col(date("starts_on"))
        .col(date_null("ends_on"))
        .col(big_integer_null("budget_minor"))
        .col(string("currency"))
        .col(integer("version"))
        .col(timestamp_with_time_zone("created_at"))
        .col(timestamp_with_time_zone("updated_at"))
        .col(timestamp_with_time_zone_null("archived_at"))
        .foreign_key(
            ForeignKey::create()
                .from("project", "organization_id")
                .to("organization", "id"),
        )
        .foreign_key(
            ForeignKey::create()
                .from("project", "territory_id")
                .to("territory", "id"),
        )
        .check(Expr::cust("ends_on is null or ends_on >= starts_on"))
        .to_owned();
    manager.create_table(project).await?;
    let tag_set = Table::create()
        .table("tag_set")
        .col(uuid("id").primary_key())
        .col(uuid("project_id"))
        .col(string("vocabulary"))
        .col(date("valid_from"))
        .col(date_null("valid_to"))
        .col(timestamp_with_time_zone("created_at"))
        .foreign_key(
            ForeignKey::create()
                .from("tag_set", "project_id")
                .to("project", "id"),
        )
        .to_owned();
    manager.create_table(tag_set).await?;
    let tag_share = Table::create()
        .table("tag_share")
        .col(uuid("tag_set_id"))
        .col(uuid("term_id"))
        .col(integer("share_ppm"))
        .primary_key(Index::create().col("tag_set_id").col("term_id"))
        .foreign_key(
            ForeignKey::create()
                .from("tag_share", "tag_set_id")
                .to("tag_set", "id")
                .on_delete(ForeignKeyAction::Cascade),
        )
        .foreign_key(
            ForeignKey::create()
                .from("tag_share", "term_id")
                .to("vocabulary_term", "id"),
        )
        .check(Expr::cust("share_ppm between 1 and 1000000"))
        .to_owned();
    manager.create_table(tag_share).await?;
    portable::unique_where(
        manager,
        "person_national_id",
        "person",
        &["national_id_hash"],
        "national_id_hash is not null",
    )
    .await?;
    portable::unique_where(
        manager,
        "volunteer_reference",
        "volunteer",
        &["organization_id", "reference"],
        "reference is not null",
    )
    .await?;
    portable::unique_where(
        manager,
        "volunteer_account",
        "volunteer",
        &["organization_id", "user_id"],
        "user_id is not null",
    )
    .await?;
    index(
        manager,
        "volunteer_by_name",
        "volunteer",
        &["organization_id", "name", "id"],
    )
    .await?;
    index(manager, "volunteer_by_user", "volunteer", &["user_id"]).await?;
    index(manager, "volunteer_by_person", "volunteer", &["person_id"]).await?;
    portable::unique_where(
        manager,
        "project_code",
        "project",
        &["organization_id", "code"],
        "code is not null",
    )
    .await?;
    index(
        manager,
        "project_by_title",
        "project",
        &["organization_id", "title", "id"],
    )
    .await?;
    unique(
        manager,
        "tag_set_from",
        "tag_set",
        &["project_id", "vocabulary", "valid_from"],
    )
    .await?;
    index(manager, "tag_share_by_term", "tag_share", &["term_id"]).await?;
    Ok(())
}
