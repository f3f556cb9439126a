//! Letters to people, what people do not want, and until when letters that come from time to time were asked for.

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
        let letter = Table::create()
            .table("letter")
            .col(uuid("id").primary_key())
            .col(uuid("job_id"))
            .col(string("kind"))
            .col(uuid_null("user_id"))
            .col(uuid_null("organization_id"))
            .col(uuid_null("subject_id"))
            .col(blob("recipient"))
            .col(uuid_null("caused_by"))
            .col(text("matter"))
            .col(timestamp_with_time_zone_null("sent_at"))
            .col(timestamp_with_time_zone_null("dropped_at"))
            .col(timestamp_with_time_zone("created_at"))
            .foreign_key(
                ForeignKey::create()
                    .from("letter", "job_id")
                    .to("job", "id"),
            )
            .foreign_key(
                ForeignKey::create()
                    .from("letter", "user_id")
                    .to("user_account", "id"),
            )
            .foreign_key(
                ForeignKey::create()
                    .from("letter", "organization_id")
                    .to("organization", "id"),
            )
            .check(Expr::cust("sent_at is null or dropped_at is null"))
            .to_owned();
        manager.create_table(letter).await?;
        // The work of one sends nothing else.
        unique(manager, "letter_job", "letter", &["job_id"]).await?;
        // Letters of a kind to an address within a day are counted.
        index(
            manager,
            "letter_by_recipient",
            "letter",
            &["recipient", "kind", "created_at"],
        )
        .await?;
        // Whether there is one of an invitation.
        index_where(
            manager,
            "letter_by_subject",
            "letter",
            &["subject_id"],
            "subject_id is not null",
        )
        .await?;
        // And those that somebody causes.
        index(
            manager,
            "letter_by_cause",
            "letter",
            &["caused_by", "kind", "created_at"],
        )
        .await?;
        let off = Table::create()
            .table("letter_off")
            .col(blob("recipient"))
            .col(string("kind"))
            .col(timestamp_with_time_zone("off_at"))
            .primary_key(Index::create().col("recipient").col("kind"))
            .to_owned();
        manager.create_table(off).await?;
        let round = Table::create()
            .table("letter_round")
            .col(uuid("organization_id"))
            .col(string("kind"))
            .col(date("period"))
            .col(timestamp_with_time_zone("done_at"))
            .primary_key(Index::create().col("organization_id").col("kind"))
            .foreign_key(
                ForeignKey::create()
                    .from("letter_round", "organization_id")
                    .to("organization", "id"),
            )
            .to_owned();
        manager.create_table(round).await
    }
}
