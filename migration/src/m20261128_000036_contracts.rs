//! Contractual volunteering: accreditations, the register of contracts, and what was said of them earlier.

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
        let accreditation = Table::create()
            .table("accreditation")
            .col(uuid("id").primary_key())
            .col(uuid("organization_id"))
            .col(string("number"))
            .col(date("valid_from"))
            .col(date_null("valid_until"))
            .col(integer("version"))
            .col(timestamp_with_time_zone("created_at"))
            .col(timestamp_with_time_zone("updated_at"))
            .foreign_key(&mut to("accreditation", "organization_id", "organization"))
            .check(Expr::cust(
                "valid_until is null or valid_until >= valid_from",
            ))
            .to_owned();
        manager.create_table(accreditation).await?;
        // The accreditations of an organization; its numbers are its own.
        let columns = &["organization_id", "number"];
        portable::unique(manager, "accreditation_number", "accreditation", columns).await?;

        let contract = Table::create()
            .table("volunteer_contract")
            .col(uuid("id").primary_key())
            .col(uuid("organization_id"))
            .col(uuid("volunteer_id"))
            .col(integer("register_year"))
            .col(integer("register_number"))
            .col(text("mission"))
            .col(text("mission_key"))
            .col(uuid("territory_id"))
            .col(uuid_null("project_id"))
            .col(date("from_day"))
            .col(date("until_day"))
            .col(integer("weekly_minutes"))
            .col(string_null("insurer"))
            .col(string_null("policy_number"))
            .col(big_integer_null("expense_ceiling_minor"))
            .col(string_null("nationality"))
            .col(date("signed_on"))
            .col(blob_null("document_sha256"))
            .col(date_null("ended_on"))
            .col(text_null("end_reason"))
            .col(integer("version"))
            .col(timestamp_with_time_zone("created_at"))
            .col(timestamp_with_time_zone("updated_at"))
            .foreign_key(&mut to(
                "volunteer_contract",
                "organization_id",
                "organization",
            ))
            .foreign_key(&mut to("volunteer_contract", "volunteer_id", "volunteer"))
            .foreign_key(&mut to("volunteer_contract", "territory_id", "territory"))
            .foreign_key(&mut to("volunteer_contract", "project_id", "project"))
            .check(Expr::cust("until_day >= from_day"))
            .check(Expr::cust("signed_on <= from_day"))
            .check(Expr::cust(
                "ended_on is null or (ended_on >= from_day and ended_on < until_day)",
            ))
            .check(Expr::cust("weekly_minutes between 1 and 10080"))
            .check(Expr::cust("expense_ceiling_minor >= 0"))
            .to_owned();
        manager.create_table(contract).await?;
        // The register in its order; the last number of a year.
        let columns = &["organization_id", "register_year", "register_number"];
        portable::unique(
            manager,
            "volunteer_contract_register",
            "volunteer_contract",
            columns,
        )
        .await?;
        // The contracts of one volunteer: overlaps, merges.
        portable::index(
            manager,
            "volunteer_contract_of_volunteer",
            "volunteer_contract",
            &["volunteer_id"],
        )
        .await?;

        let said = Table::create()
            .table("contract_said")
            .col(uuid("subject_id"))
            .col(integer("version"))
            .col(string("kind"))
            .col(uuid("organization_id"))
            .col(text("content"))
            .col(timestamp_with_time_zone("said_at"))
            .primary_key(Index::create().col("subject_id").col("version"))
            .to_owned();
        manager.create_table(said).await?;
        // What an organization had recorded at an instant.
        portable::index(
            manager,
            "contract_said_of_organization",
            "contract_said",
            &["organization_id", "said_at"],
        )
        .await?;
        portable::append_only(manager, "contract_said").await?;
        portable::forbid_rewriting(manager, "contract_said").await?;
        portable::forbid_replacing(manager, "contract_said", &[&["subject_id", "version"]]).await
    }
}

fn to(from: &'static str, column: &'static str, table: &'static str) -> ForeignKeyCreateStatement {
    ForeignKey::create()
        .from(from, column)
        .to(table, "id")
        .to_owned()
}
