//! Where acts came from and through what, whose account they concern, and until when lines of the trail are kept.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::*;
use sea_orm_migration::sea_orm::DbBackend;

use crate::portable;
use crate::portable::index;
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
        for column in [
            uuid_null("session_id"),
            uuid_null("api_token_id"),
            uuid_null("account_id"),
            string_null("address"),
            text_null("agent"),
        ] {
            let added = Table::alter()
                .table("audit_event")
                .add_column(column)
                .to_owned();
            manager.alter_table(added).await?;
        }
        // What a user did, and what was done with their account, newest first.
        index(
            manager,
            "audit_event_of_user",
            "audit_event",
            &["user_id", "id"],
        )
        .await?;
        index(
            manager,
            "audit_event_of_account",
            "audit_event",
            &["account_id", "id"],
        )
        .await?;
        // What is kept no longer.
        index(manager, "audit_event_age", "audit_event", &["recorded_at"]).await?;
        let horizon = Table::create()
            .table("audit_horizon")
            .col(uuid("id").primary_key())
            .col(timestamp_with_time_zone("until"))
            .col(timestamp_with_time_zone("recorded_at"))
            .to_owned();
        manager.create_table(horizon).await?;
        portable::append_only(manager, "audit_horizon").await?;
        portable::forbid_rewriting(manager, "audit_horizon").await?;
        portable::forbid_replacing(manager, "audit_horizon", &[&["id"]]).await?;
        forget_behind_horizon(manager).await
    }
}

/// Lets lines of the trail go that lie behind a horizon that was written down before, and no others. None of them is ever
/// changed.
async fn forget_behind_horizon(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    const BEHIND: &str = "exists (select 1 from audit_horizon where until > old.recorded_at)";
    match manager.get_database_backend() {
        DbBackend::Postgres => {
            run(
                manager,
                &format!(
                    "create function refuse_forgetting() returns trigger language plpgsql as \
                     $$ begin if not {BEHIND} then raise exception '% is append-only', tg_table_name; \
                     end if; return old; end $$"
                ),
            )
            .await?;
            run(
                manager,
                "drop trigger audit_event_append_only on audit_event",
            )
            .await?;
            run(
                manager,
                "create trigger audit_event_append_only before update or truncate \
                 on audit_event for each statement execute function refuse_rewrite()",
            )
            .await?;
            run(
                manager,
                "create trigger audit_event_kept before delete \
                 on audit_event for each row execute function refuse_forgetting()",
            )
            .await
        }
        _ => {
            run(manager, "drop trigger audit_event_no_delete").await?;
            run(
                manager,
                &format!(
                    "create trigger audit_event_no_delete before delete on audit_event \
                     when not {BEHIND} \
                     begin select raise(abort, 'audit_event is append-only'); end"
                ),
            )
            .await
        }
    }
}
