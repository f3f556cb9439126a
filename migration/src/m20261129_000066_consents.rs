//! What people agreed to, and what they took back: written once, never changed.

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
        let consent = Table::create()
            .table("consent")
            .col(uuid("id").primary_key())
            .col(uuid_null("organization_id"))
            .col(uuid_null("volunteer_id"))
            .col(uuid_null("user_id"))
            .col(string("purpose"))
            .col(string("decision"))
            .col(string("text_version"))
            .col(string("language"))
            .col(string("means"))
            .col(blob_null("document_sha256"))
            .col(timestamp_with_time_zone("decided_at"))
            .col(uuid_null("recorded_by"))
            .col(timestamp_with_time_zone("recorded_at"))
            .foreign_key(&mut to("organization_id", "organization"))
            .foreign_key(&mut to("volunteer_id", "volunteer"))
            .foreign_key(&mut to("user_id", "user_account"))
            .foreign_key(&mut to("recorded_by", "user_account"))
            // Of a record of an organization, or of an account.
            .check(Expr::cust("(volunteer_id is null) <> (user_id is null)"))
            .check(Expr::cust(
                "(volunteer_id is null) = (organization_id is null)",
            ))
            .to_owned();
        manager.create_table(consent).await?;
        portable::index(
            manager,
            "consent_of_volunteer",
            "consent",
            &["volunteer_id", "purpose", "decided_at", "id"],
        )
        .await?;
        portable::index(
            manager,
            "consent_of_user",
            "consent",
            &["user_id", "purpose", "decided_at", "id"],
        )
        .await?;
        portable::append_only(manager, "consent").await?;
        portable::forbid_rewriting(manager, "consent").await?;
        portable::forbid_replacing(manager, "consent", &[&["id"]]).await
    }
}

fn to(column: &'static str, table: &'static str) -> ForeignKeyCreateStatement {
    ForeignKey::create()
        .from("consent", column)
        .to(table, "id")
        .to_owned()
}
