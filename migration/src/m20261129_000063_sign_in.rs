//! Which devices are signed in, how often somebody failed to, and from where owners came before.

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
        // Null of sessions that began before: they were used when they began, as far as is known.
        for column in [
            text_null("device"),
            text_null("address"),
            timestamp_with_time_zone_null("last_used_at"),
        ] {
            let add = Table::alter()
                .table("session")
                .add_column(column)
                .to_owned();
            manager.alter_table(add).await?;
        }
        let attempt = Table::create()
            .table("sign_in_attempt")
            .col(blob("digest").primary_key())
            .col(integer("failures"))
            .col(timestamp_with_time_zone("last_at"))
            .col(timestamp_with_time_zone_null("wait_until"))
            .to_owned();
        manager.create_table(attempt).await?;
        // The old ones are forgotten.
        index(
            manager,
            "sign_in_attempt_by_age",
            "sign_in_attempt",
            &["last_at"],
        )
        .await?;
        let known = Table::create()
            .table("known_network")
            .col(blob("digest").primary_key())
            .col(timestamp_with_time_zone("seen_at"))
            .to_owned();
        manager.create_table(known).await?;
        index(
            manager,
            "known_network_by_age",
            "known_network",
            &["seen_at"],
        )
        .await
    }
}
