//! Which keys the database is written with: a digest of them that only they can make.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::*;

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
        let fingerprint = Table::create()
            .table("key_fingerprint")
            .col(integer("id").primary_key())
            .col(blob("digest"))
            .col(timestamp_with_time_zone("noted_at"))
            // One installation has one key file.
            .check(Expr::cust("id = 1"))
            .to_owned();
        manager.create_table(fingerprint).await
    }
}
