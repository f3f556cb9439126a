//! Requests that personal data be erased, and since when a record says nothing of a person.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::*;

use crate::portable;

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
        let erased = Table::alter()
            .table("volunteer")
            .add_column(timestamp_with_time_zone_null("erased_at"))
            .to_owned();
        manager.alter_table(erased).await?;
        let request = Table::create()
            .table("erasure_request")
            .col(uuid("id").primary_key())
            .col(uuid_null("organization_id"))
            .col(uuid_null("volunteer_id"))
            .col(uuid_null("user_id"))
            .col(string("status"))
            .col(text_null("reason"))
            .col(uuid_null("requested_by"))
            .col(uuid_null("decided_by"))
            .col(timestamp_with_time_zone_null("decided_at"))
            .col(text_null("decision_reason"))
            .col(timestamp_with_time_zone_null("due_at"))
            .col(timestamp_with_time_zone_null("done_at"))
            .col(integer("version"))
            .col(timestamp_with_time_zone("created_at"))
            .col(timestamp_with_time_zone("updated_at"))
            .foreign_key(&mut to("organization_id", "organization"))
            .foreign_key(&mut to("volunteer_id", "volunteer"))
            .foreign_key(&mut to("user_id", "user_account"))
            .foreign_key(&mut to("requested_by", "user_account"))
            .foreign_key(&mut to("decided_by", "user_account"))
            // Of a record of an organization, or of an account.
            .check(Expr::cust("(volunteer_id is null) <> (user_id is null)"))
            .check(Expr::cust(
                "(volunteer_id is null) = (organization_id is null)",
            ))
            .check(Expr::cust("status <> 'APPROVED' or due_at is not null"))
            .to_owned();
        manager.create_table(request).await?;
        let open = "status in ('REQUESTED', 'APPROVED')";
        for (name, column) in [
            ("erasure_request_open_record", "volunteer_id"),
            ("erasure_request_open_account", "user_id"),
        ] {
            portable::unique_where(manager, name, "erasure_request", &[column], open).await?;
        }
        portable::index(
            manager,
            "erasure_request_of_organization",
            "erasure_request",
            &["organization_id", "id"],
        )
        .await?;
        portable::index_where(
            manager,
            "erasure_request_due",
            "erasure_request",
            &["due_at"],
            "status = 'APPROVED'",
        )
        .await
    }
}

fn to(column: &'static str, table: &'static str) -> ForeignKeyCreateStatement {
    ForeignKey::create()
        .from("erasure_request", column)
        .to(table, "id")
        .to_owned()
}
