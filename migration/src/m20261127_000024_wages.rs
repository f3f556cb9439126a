//! What work of an occupation is worth by the hour, and the occupation of a project's work.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::*;

use crate::portable::index;
use crate::portable::unique_by;

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
        let project = Table::alter()
            .table("project")
            .add_column(string_null("occupation_code"))
            .to_owned();
        manager.alter_table(project).await?;
        let wage_rate = Table::create()
            .table("wage_rate")
            .col(uuid("id").primary_key())
            .col(string("kind"))
            // By code, not by term or territory: a rate outlives their versions.
            .col(string_null("occupation_code"))
            .col(string_null("territory_code"))
            .col(date("valid_from"))
            .col(date_null("valid_to"))
            .col(big_integer_null("low_minor"))
            .col(big_integer("central_minor"))
            .col(big_integer_null("high_minor"))
            .col(text("source"))
            .col(text_null("url"))
            // Null for those that come with the program.
            .col(uuid_null("changed_by"))
            .col(integer("version"))
            .col(timestamp_with_time_zone("created_at"))
            .col(timestamp_with_time_zone("updated_at"))
            .foreign_key(
                ForeignKey::create()
                    .from("wage_rate", "changed_by")
                    .to("user_account", "id"),
            )
            .check(Expr::cust("kind in ('WAGE', 'MINIMUM_WAGE')"))
            .check(Expr::cust(
                "kind = 'WAGE' or (occupation_code is null and territory_code is null \
                 and low_minor is null and high_minor is null)",
            ))
            .check(Expr::cust("central_minor > 0"))
            .check(Expr::cust(
                "(low_minor is null) = (high_minor is null) and (low_minor is null \
                 or (low_minor > 0 and low_minor <= central_minor and central_minor <= high_minor))",
            ))
            .check(Expr::cust("valid_to is null or valid_to > valid_from"))
            .to_owned();
        manager.create_table(wage_rate).await?;
        // Nulls are not equal to each other: as texts they are.
        unique_by(
            manager,
            "wage_rate_cell",
            "wage_rate",
            &[
                "kind",
                "coalesce(occupation_code, '')",
                "coalesce(territory_code, '')",
                "valid_from",
            ],
        )
        .await?;
        index(
            manager,
            "wage_rate_by_day",
            "wage_rate",
            &["valid_from", "id"],
        )
        .await
    }
}
