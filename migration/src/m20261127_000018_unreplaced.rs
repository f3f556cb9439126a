//! Nothing takes the place of a row that is kept for good, and a checkpoint names the one before it.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::*;

use crate::portable;
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
        let checkpoint = Table::alter()
            .table("ledger_checkpoint")
            // Null in those that were signed before they were bound to each other.
            .add_column(big_integer_null("previous_sequence"))
            .to_owned();
        manager.alter_table(checkpoint).await?;
        // Two that follow the same one would fork the line.
        unique(
            manager,
            "ledger_checkpoint_previous",
            "ledger_checkpoint",
            &["organization_id", "previous_sequence"],
        )
        .await?;
        for table in ["approval_decision", "audit_event"] {
            portable::forbid_rewriting(manager, table).await?;
            portable::forbid_replacing(manager, table, &[&["id"]]).await?;
        }
        let event = ["organization_id", "sequence"];
        let previous = ["organization_id", "previous_sequence"];
        portable::forbid_replacing(manager, "ledger_event", &[&event]).await?;
        portable::forbid_replacing(manager, "ledger_checkpoint", &[&event, &previous]).await
    }
}
