//! Whom other systems are told of changes, and what each of them was told.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::*;

use crate::portable::index;
use crate::portable::index_where;
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
        endpoints(manager).await?;
        outbox(manager).await?;
        deliveries(manager).await
    }
}

async fn endpoints(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let endpoint = Table::create()
        .table("webhook_endpoint")
        .col(uuid("id").primary_key())
        .col(uuid("organization_id"))
        .col(uuid("contact_id"))
        .col(text("url"))
        .col(text_null("description"))
        .col(text("events"))
        .col(string("status"))
        .col(blob("salt"))
        .col(blob_null("previous_salt"))
        .col(timestamp_with_time_zone_null("previous_until"))
        .col(big_integer("sequence"))
        .col(timestamp_with_time_zone_null("due_at"))
        .col(timestamp_with_time_zone_null("leased_until"))
        .col(integer("fence"))
        .col(timestamp_with_time_zone_null("failing_since"))
        .col(timestamp_with_time_zone_null("told_at"))
        .col(integer("version"))
        .col(timestamp_with_time_zone("created_at"))
        .col(timestamp_with_time_zone("updated_at"))
        .foreign_key(
            ForeignKey::create()
                .from("webhook_endpoint", "organization_id")
                .to("organization", "id"),
        )
        .foreign_key(
            ForeignKey::create()
                .from("webhook_endpoint", "contact_id")
                .to("user_account", "id"),
        )
        .check(Expr::cust(
            "status in ('ACTIVE', 'PAUSED', 'DISABLED', 'ENDED')",
        ))
        .check(Expr::cust("sequence >= 0"))
        .check(Expr::cust(
            "(previous_salt is null) = (previous_until is null)",
        ))
        .to_owned();
    manager.create_table(endpoint).await?;
    // Those of an organization, the newest first.
    index(
        manager,
        "webhook_endpoint_of_organization",
        "webhook_endpoint",
        &["organization_id", "created_at", "id"],
    )
    .await?;
    // What is due.
    index_where(
        manager,
        "webhook_endpoint_due",
        "webhook_endpoint",
        &["due_at", "id"],
        "status = 'ACTIVE'",
    )
    .await
}

async fn outbox(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let stream = Table::create()
        .table("webhook_stream")
        .col(uuid("organization_id").primary_key())
        .col(big_integer("ledger_sequence"))
        .foreign_key(
            ForeignKey::create()
                .from("webhook_stream", "organization_id")
                .to("organization", "id"),
        )
        .to_owned();
    manager.create_table(stream).await?;
    let outbox = Table::create()
        .table("outbox")
        .col(uuid("id").primary_key())
        .col(uuid_null("organization_id"))
        .col(string("action"))
        .col(uuid("subject_id"))
        .col(text_null("details"))
        .col(timestamp_with_time_zone("happened_at"))
        .to_owned();
    manager.create_table(outbox).await?;
    index(
        manager,
        "outbox_of_organization",
        "outbox",
        &["organization_id", "happened_at", "id"],
    )
    .await?;
    // A certificate is told of as superseded once, until its hours come to what it says again.
    let superseded = Table::create()
        .table("webhook_superseded")
        .col(uuid("certificate_id").primary_key())
        .foreign_key(
            ForeignKey::create()
                .from("webhook_superseded", "certificate_id")
                .to("certificate", "id"),
        )
        .to_owned();
    manager.create_table(superseded).await
}

async fn deliveries(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let delivery = Table::create()
        .table("webhook_delivery")
        .col(uuid("id").primary_key())
        .col(uuid("endpoint_id"))
        .col(big_integer("sequence"))
        .col(string("event"))
        .col(text("data"))
        .col(timestamp_with_time_zone("happened_at"))
        .col(string("status"))
        .col(integer("attempts"))
        .col(integer_null("response_status"))
        .col(string_null("failure"))
        .col(timestamp_with_time_zone_null("next_attempt_at"))
        .col(timestamp_with_time_zone_null("delivered_at"))
        .col(timestamp_with_time_zone("created_at"))
        .foreign_key(
            ForeignKey::create()
                .from("webhook_delivery", "endpoint_id")
                .to("webhook_endpoint", "id"),
        )
        .check(Expr::cust("status in ('PENDING', 'DELIVERED', 'DEAD')"))
        .check(Expr::cust(
            "(status = 'PENDING') = (next_attempt_at is not null)",
        ))
        .to_owned();
    manager.create_table(delivery).await?;
    // Each number once, and the list of an endpoint.
    unique(
        manager,
        "webhook_delivery_sequence",
        "webhook_delivery",
        &["endpoint_id", "sequence"],
    )
    .await?;
    // What waits, in its order.
    index_where(
        manager,
        "webhook_delivery_waiting",
        "webhook_delivery",
        &["endpoint_id", "sequence"],
        "status = 'PENDING'",
    )
    .await?;
    // What is kept no longer.
    index(
        manager,
        "webhook_delivery_age",
        "webhook_delivery",
        &["created_at", "id"],
    )
    .await
}
