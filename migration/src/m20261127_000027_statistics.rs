//! Public statistics: editions that never change, and what the year that is not over needs of them.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::*;

use crate::portable;
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
        let edition = Table::create()
            .table("statistics_edition")
            .col(uuid("id").primary_key())
            .col(integer("year"))
            .col(integer("quarter"))
            .col(integer("threshold"))
            // Up to when what was recorded counts.
            .col(timestamp_with_time_zone("as_of"))
            .col(timestamp_with_time_zone("published_at"))
            .col(blob("digest"))
            // 0 is the year as a whole.
            .check(Expr::cust("quarter between 0 and 4"))
            .to_owned();
        manager.create_table(edition).await?;
        // Of several instances that make one edition, the first to write has made it.
        unique(
            manager,
            "statistics_edition_by_period",
            "statistics_edition",
            &["year", "quarter"],
        )
        .await?;
        // Written with its edition, and without a foreign key to it: PostgreSQL checks one by a lock for
        // which the owner of the edition needs the very right that is taken away below.
        let cell = Table::create()
            .table("statistics_cell")
            .col(uuid("edition_id"))
            .col(string("above_code"))
            .col(string("territory_code"))
            .col(string("part"))
            .col(string("programme"))
            .col(uuid("territory_id"))
            .col(uuid_null("term_id"))
            .col(boolean("suppressed"))
            .col(big_integer_null("minutes"))
            .col(big_integer_null("volunteers"))
            .col(big_integer_null("organizations"))
            .col(big_integer_null("projects"))
            .primary_key(
                Index::create()
                    .col("edition_id")
                    .col("above_code")
                    .col("territory_code")
                    .col("part")
                    .col("programme"),
            )
            .foreign_key(
                ForeignKey::create()
                    .from("statistics_cell", "territory_id")
                    .to("territory", "id"),
            )
            .check(Expr::cust("part in ('WHOLE', 'OWN')"))
            // What is suppressed is not here to be found.
            .check(Expr::cust("suppressed = (minutes is null)"))
            .check(Expr::cust(
                "not suppressed or coalesce(volunteers, organizations, projects) is null",
            ))
            .to_owned();
        manager.create_table(cell).await?;
        // Nobody reads it but the next edition of the year; with that of the year it is emptied.
        let contribution = Table::create()
            .table("statistics_contribution")
            .col(uuid("edition_id"))
            .col(integer("ordinal"))
            .col(string("above_code"))
            .col(string("territory_code"))
            .col(string("part"))
            .col(string("programme"))
            .col(text("mix"))
            .col(uuid_null("person_id"))
            .col(boolean("is_few"))
            .col(uuid("organization_id"))
            .col(uuid("project_id"))
            .col(big_integer("minutes"))
            .primary_key(Index::create().col("edition_id").col("ordinal"))
            .check(Expr::col("minutes").gt(0))
            .to_owned();
        manager.create_table(contribution).await?;
        let keys: [(&str, &[&[&str]]); 2] = [
            ("statistics_edition", &[&["id"], &["year", "quarter"]]),
            (
                "statistics_cell",
                &[&[
                    "edition_id",
                    "above_code",
                    "territory_code",
                    "part",
                    "programme",
                ]],
            ),
        ];
        for (table, keys) in keys {
            portable::append_only(manager, table).await?;
            portable::forbid_rewriting(manager, table).await?;
            portable::forbid_replacing(manager, table, keys).await?;
        }
        Ok(())
    }
}
