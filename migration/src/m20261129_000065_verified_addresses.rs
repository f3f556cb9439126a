//! Which addresses of accounts are known to be theirs, and letters that are on their way to find out.

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
        // Null of accounts from before: nobody knows.
        let verified = Table::alter()
            .table("user_account")
            .add_column(timestamp_with_time_zone_null("email_verified_at"))
            .to_owned();
        manager.alter_table(verified).await?;
        let verification = Table::create()
            .table("email_verification")
            .col(uuid("id").primary_key())
            .col(uuid("user_id"))
            .col(text("email"))
            .col(text_null("previous"))
            .col(blob("digest"))
            .col(timestamp_with_time_zone("created_at"))
            .col(timestamp_with_time_zone("expires_at"))
            .col(timestamp_with_time_zone_null("used_at"))
            .foreign_key(
                ForeignKey::create()
                    .from("email_verification", "user_id")
                    .to("user_account", "id"),
            )
            .to_owned();
        manager.create_table(verification).await?;
        unique(
            manager,
            "email_verification_digest",
            "email_verification",
            &["digest"],
        )
        .await?;
        // Those of an account end together.
        index(
            manager,
            "email_verification_by_user",
            "email_verification",
            &["user_id"],
        )
        .await
    }
}
