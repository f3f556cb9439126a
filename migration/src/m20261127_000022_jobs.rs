//! Work in the background, and the files that it makes.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::*;

use crate::portable::index;
use crate::portable::index_where;

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
        let job = Table::create()
            .table("job")
            .col(uuid("id").primary_key())
            .col(string("kind"))
            .col(string("status"))
            .col(uuid("requested_by"))
            .col(uuid("session_id"))
            .col(text("payload"))
            .col(integer("progress"))
            .col(integer("attempts"))
            .col(integer("fence"))
            .col(timestamp_with_time_zone("due_at"))
            .col(timestamp_with_time_zone_null("leased_until"))
            .col(text_null("refusals"))
            .col(integer("version"))
            .col(timestamp_with_time_zone("created_at"))
            .col(timestamp_with_time_zone_null("started_at"))
            .col(timestamp_with_time_zone_null("finished_at"))
            .col(timestamp_with_time_zone("updated_at"))
            .foreign_key(
                ForeignKey::create()
                    .from("job", "requested_by")
                    .to("user_account", "id"),
            )
            .check(Expr::cust("kind in ('EXPORT')"))
            .check(Expr::cust(
                "status in ('QUEUED', 'RUNNING', 'SUCCEEDED', 'FAILED', 'CANCELLED')",
            ))
            .check(Expr::cust("progress between 0 and 100"))
            // Whoever works holds a lease, and nobody else does.
            .check(Expr::cust(
                "(status = 'RUNNING') = (leased_until is not null)",
            ))
            .to_owned();
        manager.create_table(job).await?;
        // The list of a user, newest first, pages on exactly this key.
        index(
            manager,
            "job_by_user",
            "job",
            &["requested_by", "kind", "id"],
        )
        .await?;
        index_where(
            manager,
            "job_due",
            "job",
            &["due_at"],
            "status in ('QUEUED', 'RUNNING')",
        )
        .await?;
        let artifact = Table::create()
            .table("artifact")
            .col(uuid("id").primary_key())
            .col(uuid_uniq("job_id"))
            .col(string("file_name"))
            .col(string("media_type"))
            .col(big_integer("size"))
            .col(blob("sha256"))
            .col(timestamp_with_time_zone("created_at"))
            .col(timestamp_with_time_zone("expires_at"))
            .foreign_key(
                ForeignKey::create()
                    .from("artifact", "job_id")
                    .to("job", "id"),
            )
            .to_owned();
        manager.create_table(artifact).await?;
        index(manager, "artifact_by_end", "artifact", &["expires_at"]).await?;
        // Apart, so that a list of files does not read what is in them.
        let artifact_content = Table::create()
            .table("artifact_content")
            .col(uuid("artifact_id").primary_key())
            .col(blob("content"))
            .foreign_key(
                ForeignKey::create()
                    .from("artifact_content", "artifact_id")
                    .to("artifact", "id")
                    .on_delete(ForeignKeyAction::Cascade),
            )
            .to_owned();
        manager.create_table(artifact_content).await
    }
}
