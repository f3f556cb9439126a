//! Files that were made are kept in pieces, written while they are made.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::*;

use crate::portable::run;

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
        // Of which taking of the job its pieces are; whole files of before are of none.
        let fence = Table::alter()
            .table("artifact")
            .add_column(integer("fence").default(0))
            .to_owned();
        manager.alter_table(fence).await?;
        let piece = Table::create()
            .table("artifact_piece")
            .col(uuid("job_id"))
            .col(integer("fence"))
            .col(integer("number"))
            .col(blob("content"))
            .primary_key(Index::create().col("job_id").col("fence").col("number"))
            .foreign_key(
                ForeignKey::create()
                    .from("artifact_piece", "job_id")
                    .to("job", "id"),
            )
            .to_owned();
        manager.create_table(piece).await?;
        run(
            manager,
            "insert into artifact_piece (job_id, fence, number, content) \
             select artifact.job_id, 0, 0, artifact_content.content from artifact_content \
             join artifact on artifact.id = artifact_content.artifact_id",
        )
        .await?;
        let content = Table::drop().table("artifact_content").to_owned();
        manager.drop_table(content).await
    }
}
