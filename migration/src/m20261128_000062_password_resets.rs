//! New passwords: what was asked for, and leave to set one.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::*;

use crate::portable::index;
use crate::portable::index_where;
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
        let request = Table::create()
            .table("password_request")
            .col(uuid("id").primary_key())
            .col(blob("recipient"))
            .col(text_null("email"))
            .col(timestamp_with_time_zone("created_at"))
            .to_owned();
        manager.create_table(request).await?;
        // How often one address asks is counted.
        index(
            manager,
            "password_request_by_recipient",
            "password_request",
            &["recipient", "created_at"],
        )
        .await?;
        index_where(
            manager,
            "password_request_waiting",
            "password_request",
            &["id"],
            "email is not null",
        )
        .await?;
        let reset = Table::create()
            .table("password_reset")
            .col(uuid("id").primary_key())
            .col(uuid("user_id"))
            .col(blob("digest"))
            .col(timestamp_with_time_zone("created_at"))
            .col(timestamp_with_time_zone("expires_at"))
            .col(timestamp_with_time_zone_null("used_at"))
            .foreign_key(
                ForeignKey::create()
                    .from("password_reset", "user_id")
                    .to("user_account", "id"),
            )
            .to_owned();
        manager.create_table(reset).await?;
        unique(
            manager,
            "password_reset_digest",
            "password_reset",
            &["digest"],
        )
        .await?;
        // Those of an account end together.
        index(
            manager,
            "password_reset_by_user",
            "password_reset",
            &["user_id"],
        )
        .await
    }
}
