//! Lines of the trail let go of where accounts acted from that were erased before lines could.

use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::DbBackend;

use crate::portable::run;

/// The step.
#[derive(DeriveMigrationName)]
pub struct Migration;

#[sea_orm_migration::async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let postgres = manager.get_database_backend() == DbBackend::Postgres;
        if postgres {
            // The owner of the table lacks the right at all other times.
            run(
                manager,
                "grant update (address, agent) on audit_event to current_user",
            )
            .await?;
        }
        run(
            manager,
            "update audit_event set address = null, agent = null \
             where (address is not null or agent is not null) and coalesce(user_id, account_id) in \
             (select account_id from audit_event where action = 'account.erase' and account_id is not null)",
        )
        .await?;
        if postgres {
            run(
                manager,
                "revoke update (address, agent) on audit_event from current_user",
            )
            .await?;
        }
        Ok(())
    }
}
