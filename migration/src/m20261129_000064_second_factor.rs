//! Second factors: the secret that makes codes, and codes for whoever lost the device.

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
        let factor = Table::create()
            .table("second_factor")
            .col(uuid("user_id").primary_key())
            .col(text("secret"))
            .col(timestamp_with_time_zone("created_at"))
            .col(timestamp_with_time_zone_null("confirmed_at"))
            .col(big_integer_null("last_step"))
            .foreign_key(
                ForeignKey::create()
                    .from("second_factor", "user_id")
                    .to("user_account", "id"),
            )
            .to_owned();
        manager.create_table(factor).await?;
        let code = Table::create()
            .table("recovery_code")
            .col(blob("digest").primary_key())
            .col(uuid("user_id"))
            .col(timestamp_with_time_zone("created_at"))
            .col(timestamp_with_time_zone_null("used_at"))
            .foreign_key(
                ForeignKey::create()
                    .from("recovery_code", "user_id")
                    .to("user_account", "id"),
            )
            .to_owned();
        manager.create_table(code).await?;
        // Those of an account are counted, and go together.
        index(
            manager,
            "recovery_code_by_user",
            "recovery_code",
            &["user_id"],
        )
        .await
    }
}
