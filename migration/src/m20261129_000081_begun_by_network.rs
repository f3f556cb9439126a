//! Sign-ins at providers that are on their way are counted by the network that they began from.

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
        let counted = Table::alter()
            .table("sign_in_request")
            .add_column(blob_null("network"))
            .to_owned();
        manager.alter_table(counted).await?;
        // Each one that begins counts those of its network that have not ended.
        index(
            manager,
            "sign_in_request_of_network",
            "sign_in_request",
            &["network", "expires_at"],
        )
        .await
    }
}
