//! Users, sessions and platform roles.

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
        create(manager).await
    }
}

async fn create(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let user_account = Table::create()
        .table("user_account")
        .col(uuid("id").primary_key())
        .col(string("email").unique_key())
        .col(string("display_name"))
        .col(string("password_hash"))
        .col(string("locale"))
        .col(integer("version"))
        .col(timestamp_with_time_zone("created_at"))
        .col(timestamp_with_time_zone("updated_at"))
        .col(timestamp_with_time_zone_null("disabled_at"))
        .to_owned();
    manager.create_table(user_account).await?;
    let session = Table::create()
        .table("session")
        .col(uuid("id").primary_key())
        .col(uuid("user_id"))
        .col(timestamp_with_time_zone("created_at"))
        .col(timestamp_with_time_zone("expires_at"))
        .col(timestamp_with_time_zone_null("ended_at"))
        .foreign_key(
            ForeignKey::create()
                .from("session", "user_id")
                .to("user_account", "id"),
        )
        .to_owned();
    manager.create_table(session).await?;
    let refresh_token = Table::create()
        .table("refresh_token")
        .col(blob("digest").primary_key())
        .col(uuid("session_id"))
        .col(timestamp_with_time_zone("issued_at"))
        .col(timestamp_with_time_zone_null("used_at"))
        .foreign_key(
            ForeignKey::create()
                .from("refresh_token", "session_id")
                .to("session", "id"),
        )
        .to_owned();
    manager.create_table(refresh_token).await?;
    let role_grant = Table::create()
        .table("role_grant")
        .col(uuid("id").primary_key())
        .col(uuid("user_id"))
        .col(string("role"))
        .col(uuid_null("territory_id"))
        .col(timestamp_with_time_zone("created_at"))
        .col(timestamp_with_time_zone_null("ended_at"))
        .foreign_key(
            ForeignKey::create()
                .from("role_grant", "user_id")
                .to("user_account", "id"),
        )
        .to_owned();
    manager.create_table(role_grant).await?;
    index(manager, "session_by_user", "session", &["user_id"]).await?;
    index(
        manager,
        "refresh_token_by_session",
        "refresh_token",
        &["session_id"],
    )
    .await?;
    index(manager, "role_grant_by_user", "role_grant", &["user_id"]).await?;
    Ok(())
}
