//! Letters are a kind of work of their own: what goes to silent stores holds none of them up.

use sea_orm_migration::prelude::*;

use crate::portable::run;
use crate::portable::widen_check;

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
        widen_check(
            manager,
            ("job", "kind"),
            "kind in ('EXPORT', 'DELIVERY')",
            "kind in ('EXPORT', 'DELIVERY', 'LETTER')",
        )
        .await?;
        run(
            manager,
            "update job set kind = 'LETTER' where id in (select job_id from letter)",
        )
        .await
    }
}
