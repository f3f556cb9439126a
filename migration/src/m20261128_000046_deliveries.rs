//! Where reports of schedules go, and what became of each on its way.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::*;

use crate::portable::index;
use crate::portable::unique;
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
            "kind in ('EXPORT')",
            "kind in ('EXPORT', 'DELIVERY')",
        )
        .await?;
        let targets = Table::alter()
            .table("schedule")
            .add_column(text("targets").default("[]"))
            .to_owned();
        manager.alter_table(targets).await?;
        let delivery = Table::create()
            .table("delivery")
            .col(uuid("id").primary_key())
            .col(uuid("run_id"))
            .col(uuid("export_id"))
            .col(uuid("job_id"))
            .col(text("shipment"))
            .col(timestamp_with_time_zone_null("sent_at"))
            .col(timestamp_with_time_zone_null("told_at"))
            .col(timestamp_with_time_zone("created_at"))
            .foreign_key(
                ForeignKey::create()
                    .from("delivery", "run_id")
                    .to("schedule_run", "id"),
            )
            .foreign_key(
                ForeignKey::create()
                    .from("delivery", "export_id")
                    .to("job", "id"),
            )
            .foreign_key(
                ForeignKey::create()
                    .from("delivery", "job_id")
                    .to("job", "id"),
            )
            .to_owned();
        manager.create_table(delivery).await?;
        // Deliveries of a run, in order.
        index(manager, "delivery_by_run", "delivery", &["run_id", "id"]).await?;
        // The work of one delivers nothing else.
        unique(manager, "delivery_job", "delivery", &["job_id"]).await
    }
}
