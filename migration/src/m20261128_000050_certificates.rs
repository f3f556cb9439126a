//! Signed statements of volunteers' hours.

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
        let certificate = Table::create()
            .table("certificate")
            .col(uuid("id").primary_key())
            .col(uuid("organization_id"))
            .col(uuid("volunteer_id"))
            .col(string("code"))
            .col(string("language"))
            .col(date("from_day"))
            .col(date("to_day"))
            .col(text_null("holder_name"))
            .col(text_null("holder_name_ar"))
            .col(text("organization_name"))
            .col(text_null("organization_name_ar"))
            .col(big_integer("minutes"))
            .col(integer("entries"))
            .col(date("first_day"))
            .col(date("last_day"))
            .col(text("projects"))
            .col(blob("digest"))
            .col(big_integer("ledger_sequence"))
            .col(string("shown"))
            .col(timestamp_with_time_zone_null("revoked_at"))
            .col(uuid_null("revoked_by"))
            .col(string_null("revocation_reason"))
            .col(text_null("revocation_comment"))
            .col(uuid_null("issued_by"))
            .col(integer("version"))
            .col(timestamp_with_time_zone("created_at"))
            .col(timestamp_with_time_zone("updated_at"))
            .foreign_key(&mut to("organization_id", "organization"))
            .foreign_key(&mut to("volunteer_id", "volunteer"))
            .foreign_key(&mut to("revoked_by", "user_account"))
            .foreign_key(&mut to("issued_by", "user_account"))
            .check(Expr::cust("minutes > 0"))
            .check(Expr::cust("from_day <= first_day"))
            .check(Expr::cust("first_day <= last_day"))
            .check(Expr::cust("last_day <= to_day"))
            // Whoever looks at one that was taken back is told why.
            .check(Expr::cust(
                "(revoked_at is null) = (revocation_reason is null)",
            ))
            .to_owned();
        manager.create_table(certificate).await?;
        // Whoever has the code looks for it, and no two are the same.
        portable::unique(manager, "certificate_code", "certificate", &["code"]).await?;
        // Those of an organization, the newest first.
        portable::index(
            manager,
            "certificate_of_organization",
            "certificate",
            &["organization_id", "created_at", "id"],
        )
        .await?;
        // Those of a volunteer, the newest first.
        portable::index(
            manager,
            "certificate_of_volunteer",
            "certificate",
            &["volunteer_id", "created_at", "id"],
        )
        .await
    }
}

fn to(column: &'static str, table: &'static str) -> ForeignKeyCreateStatement {
    ForeignKey::create()
        .from("certificate", column)
        .to(table, "id")
        .to_owned()
}
