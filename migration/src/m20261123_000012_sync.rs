//! What changed, for devices that were away, and the devices.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::*;

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
        let head = Table::create()
            .table("feed_head")
            .col(uuid("organization_id").primary_key())
            .col(big_integer("sequence"))
            .to_owned();
        manager.create_table(head).await?;
        let feed = Table::create()
            .table("feed")
            .col(uuid("organization_id"))
            .col(string("kind"))
            .col(uuid("record_id"))
            .col(uuid("audience"))
            .col(big_integer("sequence"))
            .col(timestamp_with_time_zone("changed_at"))
            .col(boolean("removed"))
            .primary_key(
                Index::create()
                    .col("organization_id")
                    .col("kind")
                    .col("record_id")
                    .col("audience"),
            )
            .to_owned();
        manager.create_table(feed).await?;
        unique(
            manager,
            "feed_by_sequence",
            "feed",
            &["organization_id", "sequence"],
        )
        .await?;
        let device = Table::create()
            .table("device")
            .col(uuid("user_id"))
            .col(uuid("id"))
            .col(big_integer("clock_skew_ms"))
            .col(timestamp_with_time_zone("first_seen_at"))
            .col(timestamp_with_time_zone("last_seen_at"))
            .primary_key(Index::create().col("user_id").col("id"))
            .foreign_key(
                ForeignKey::create()
                    .from("device", "user_id")
                    .to("user_account", "id"),
            )
            .to_owned();
        manager.create_table(device).await?;
        known_so_far(manager).await
    }
}

/// What was there before the feed is in it as if it had changed just now, organization by
/// organization.
async fn known_so_far(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let nobody = match manager.get_database_backend() {
        sea_orm::DbBackend::Postgres => "'00000000-0000-0000-0000-000000000000'::uuid",
        _ => "x'00000000000000000000000000000000'",
    };
    let no = match manager.get_database_backend() {
        sea_orm::DbBackend::Postgres => "false",
        _ => "0",
    };
    let sql = format!(
        "insert into feed (organization_id, kind, record_id, audience, sequence, changed_at, removed) \
         select organization_id, kind, record_id, audience, \
           row_number() over (partition by organization_id order by changed_at, record_id, audience), \
           changed_at, {no} \
         from ( \
           select id as organization_id, 'ORGANIZATION' as kind, id as record_id, \
             {nobody} as audience, updated_at as changed_at from organization \
           union all \
           select organization_id, 'PROJECT', id, {nobody}, updated_at from project \
           union all \
           select organization_id, 'VOLUNTEER', id, id, updated_at from volunteer \
           union all \
           select organization_id, 'MEMBERSHIP', id, {nobody}, updated_at from membership \
           union all \
           select organization_id, 'REPORTING_PERIOD', id, {nobody}, updated_at from reporting_period \
           union all \
           select organization_id, 'HOUR_ENTRY', id, coalesce(volunteer_id, {nobody}), updated_at \
             from hour_entry \
         ) known"
    );
    let db = manager.get_connection();
    db.execute_unprepared(&sql).await?;
    db.execute_unprepared(
        "insert into feed_head (organization_id, sequence) \
         select organization_id, max(sequence) from feed group by organization_id",
    )
    .await?;
    Ok(())
}
