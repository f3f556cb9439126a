//! Tokens by which programs act for users, and through which of them work was asked for.

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
        let token = Table::create()
            .table("api_token")
            .col(uuid("id").primary_key())
            .col(uuid("user_id"))
            .col(uuid_null("organization_id"))
            .col(text("name"))
            .col(string("prefix"))
            .col(blob("digest"))
            .col(text("scopes"))
            .col(timestamp_with_time_zone("created_at"))
            .col(timestamp_with_time_zone("expires_at"))
            .col(timestamp_with_time_zone_null("revoked_at"))
            .col(timestamp_with_time_zone_null("last_used_at"))
            .col(string_null("last_used_address"))
            .foreign_key(
                ForeignKey::create()
                    .from("api_token", "user_id")
                    .to("user_account", "id"),
            )
            .foreign_key(
                ForeignKey::create()
                    .from("api_token", "organization_id")
                    .to("organization", "id"),
            )
            .check(Expr::cust("expires_at > created_at"))
            .to_owned();
        manager.create_table(token).await?;
        // Each request by token finds it by this.
        unique(manager, "api_token_digest", "api_token", &["digest"]).await?;
        // Those of a user, newest first.
        index(
            manager,
            "api_token_of_user",
            "api_token",
            &["user_id", "id"],
        )
        .await?;
        let through = Table::alter()
            .table("job")
            .add_column(uuid_null("api_token_id"))
            .to_owned();
        manager.alter_table(through).await?;
        // What may not be fetched any more, when a token has ended.
        index_where(
            manager,
            "job_through_token",
            "job",
            &["api_token_id"],
            "api_token_id is not null",
        )
        .await
    }
}
