//! Identities at other providers that sign in to accounts, and sign-ins there that are on their way.

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
        let of_user = |table| {
            ForeignKey::create()
                .from(table, "user_id")
                .to("user_account", "id")
                .to_owned()
        };
        let link = Table::create()
            .table("identity_link")
            .col(uuid("id").primary_key())
            .col(uuid("user_id"))
            .col(string("provider"))
            // Whom the provider means is kept as a digest alone: nothing asks for more.
            .col(blob("digest"))
            .col(timestamp_with_time_zone("created_at"))
            .col(timestamp_with_time_zone_null("last_used_at"))
            .col(timestamp_with_time_zone_null("ended_at"))
            .foreign_key(&mut of_user("identity_link"))
            .to_owned();
        manager.create_table(link).await?;
        // Each sign-in finds the account by this; an identity is of one account alone.
        unique(
            manager,
            "identity_link_digest",
            "identity_link",
            &["digest"],
        )
        .await?;
        // Those of an account are shown and end together.
        index(
            manager,
            "identity_link_of_user",
            "identity_link",
            &["user_id"],
        )
        .await?;
        let request = Table::create()
            .table("sign_in_request")
            .col(uuid("id").primary_key())
            .col(string("provider"))
            .col(text("redirect_url"))
            .col(blob("digest"))
            .col(blob("key_digest"))
            .col(uuid_null("user_id"))
            .col(timestamp_with_time_zone("created_at"))
            .col(timestamp_with_time_zone("expires_at"))
            .col(timestamp_with_time_zone_null("exchanged_at"))
            .col(uuid_null("proven_user_id"))
            .col(blob_null("proven_digest"))
            .col(timestamp_with_time_zone_null("used_at"))
            .foreign_key(&mut of_user("sign_in_request"))
            .to_owned();
        manager.create_table(request).await?;
        unique(
            manager,
            "sign_in_request_digest",
            "sign_in_request",
            &["digest"],
        )
        .await?;
        // Those that are over go together.
        index(
            manager,
            "sign_in_request_by_end",
            "sign_in_request",
            &["expires_at"],
        )
        .await
    }
}
