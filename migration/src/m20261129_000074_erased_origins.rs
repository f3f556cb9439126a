//! Lines of the trail let go of where an act came from, once the account that acted was erased. Nothing else of a line ever
//! changes.

use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::DbBackend;

use crate::portable::run;

/// The step.
#[derive(DeriveMigrationName)]
pub struct Migration;

/// What stays as it is.
const KEPT: [&str; 14] = [
    "id",
    "recorded_at",
    "actor_kind",
    "user_id",
    "organization_id",
    "action",
    "subject_type",
    "subject_id",
    "request_id",
    "outcome",
    "details",
    "session_id",
    "api_token_id",
    "account_id",
];

#[sea_orm_migration::async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let postgres = manager.get_database_backend() == DbBackend::Postgres;
        let same = if postgres {
            "is not distinct from"
        } else {
            "is"
        };
        let kept = KEPT.map(|it| format!("new.{it} {same} old.{it}"));
        // The trail itself says that the account was erased: that line stays.
        let lawful = format!(
            "(new.address is null and new.agent is null and {} and exists (select 1 from audit_event gone where \
             gone.account_id = coalesce(old.user_id, old.account_id) and gone.action = 'account.erase'))",
            kept.join(" and ")
        );
        if postgres {
            for statement in [
                format!(
                    "create function refuse_retelling() returns trigger language plpgsql as $$ begin if not {lawful} \
                     then raise exception '% is append-only', tg_table_name; end if; return new; end $$"
                ),
                "drop trigger audit_event_append_only on audit_event".to_owned(),
                "create trigger audit_event_append_only before truncate \
                 on audit_event for each statement execute function refuse_rewrite()"
                    .to_owned(),
                "create trigger audit_event_told before update \
                 on audit_event for each row execute function refuse_retelling()"
                    .to_owned(),
            ] {
                run(manager, &statement).await?;
            }
            return Ok(());
        }
        run(manager, "drop trigger audit_event_no_update").await?;
        run(
            manager,
            &format!(
                "create trigger audit_event_no_update before update on audit_event when not {lawful} \
                 begin select raise(abort, 'audit_event is append-only'); end"
            ),
        )
        .await
    }
}
