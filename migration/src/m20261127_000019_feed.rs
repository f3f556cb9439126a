//! Activities, shifts, sign-ups and notifications in the feed of changes.

use sea_orm_migration::prelude::*;

/// The step.
#[derive(DeriveMigrationName)]
pub struct Migration;

#[sea_orm_migration::async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        // SQLite would otherwise keep half a step.
        Some(true)
    }

    /// What was there before is told after all that devices have read, organization by organization.
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let (nobody, no) = match manager.get_database_backend() {
            sea_orm::DbBackend::Postgres => {
                ("'00000000-0000-0000-0000-000000000000'::uuid", "false")
            }
            _ => ("x'00000000000000000000000000000000'", "0"),
        };
        let db = manager.get_connection();
        db.execute_unprepared(&format!(
            "insert into feed (organization_id, kind, record_id, audience, sequence, changed_at, removed) \
             select known.organization_id, kind, record_id, audience, \
               coalesce(feed_head.sequence, 0) + row_number() over \
               (partition by known.organization_id order by changed_at, record_id), changed_at, {no} \
             from ( \
               select organization_id, 'ACTIVITY' as kind, id as record_id, {nobody} as audience, \
                 updated_at as changed_at from activity \
               union all \
               select organization_id, 'SHIFT', id, {nobody}, updated_at from shift \
               union all \
               select organization_id, 'SIGNUP', id, volunteer_id, updated_at from signup \
               union all \
               select organization_id, 'NOTIFICATION', id, user_id, coalesce(read_at, created_at) \
                 from notification where organization_id is not null \
             ) known left join feed_head on feed_head.organization_id = known.organization_id"
        ))
        .await?;
        // Without a condition SQLite takes `on conflict` for that of a join.
        db.execute_unprepared(
            "insert into feed_head (organization_id, sequence) \
             select organization_id, max(sequence) from feed where true group by organization_id \
             on conflict (organization_id) do update set sequence = excluded.sequence",
        )
        .await?;
        Ok(())
    }
}
