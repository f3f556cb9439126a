//! Incidents under contracts of contractual volunteering.

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
        let incident = Table::create()
            .table("contract_incident")
            .col(uuid("id").primary_key())
            .col(uuid("organization_id"))
            .col(uuid("contract_id"))
            .col(date("day"))
            .col(string("kind"))
            .col(string_null("severity"))
            .col(integer_null("days_lost"))
            .col(date_null("declared_on"))
            .col(string_null("claim_number"))
            .col(text("description"))
            .col(text_null("void_reason"))
            .col(uuid_null("recorded_by"))
            .col(integer("version"))
            .col(timestamp_with_time_zone("created_at"))
            .col(timestamp_with_time_zone("updated_at"))
            .foreign_key(&mut to("organization_id", "organization"))
            .foreign_key(&mut to("contract_id", "volunteer_contract"))
            .foreign_key(&mut to("recorded_by", "user_account"))
            .check(Expr::cust("days_lost is null or days_lost >= 0"))
            .check(Expr::cust("declared_on is null or declared_on >= day"))
            .check(Expr::cust(
                "claim_number is null or declared_on is not null",
            ))
            .to_owned();
        manager.create_table(incident).await?;
        // What happened under a contract.
        portable::index(
            manager,
            "contract_incident_of_contract",
            "contract_incident",
            &["contract_id", "day", "id"],
        )
        .await?;
        // What happened in an organization, by day: its list, and the yearly report.
        portable::index(
            manager,
            "contract_incident_of_organization",
            "contract_incident",
            &["organization_id", "day", "id"],
        )
        .await
    }
}

fn to(column: &'static str, table: &'static str) -> ForeignKeyCreateStatement {
    ForeignKey::create()
        .from("contract_incident", column)
        .to(table, "id")
        .to_owned()
}
