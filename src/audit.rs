//! The audit trail: who did what to what, written in the transaction of the act.
//!
//! What happened to hours, in detail and provably, is in the ledger and not here.

use entity::audit_event;
use entity::ids::AuditEventId;
use entity::ids::OrganizationId;
use sea_orm::ActiveValue::Set;
use sea_orm::DbErr;
use sea_orm::EntityTrait;
use serde_json::Value;
use uuid::Uuid;

use crate::identity::Ctx;
use crate::platform::db::Tx;

/// One line of the trail.
#[derive(Clone, Debug)]
pub struct Line {
    /// `noun.verb`, as in `project.create`; never renamed.
    pub action: &'static str,
    /// The organization it happened in.
    pub organization: Option<OrganizationId>,
    /// What it was done to, by type and id.
    pub subject: (&'static str, Option<Uuid>),
    /// What else is worth keeping: before and after. No secrets, as little as possible of people.
    pub details: Option<Value>,
}

/// Writes one line.
///
/// # Errors
/// [`DbErr`] of the database.
pub async fn record(ctx: &Ctx, tx: &Tx, line: Line) -> Result<(), DbErr> {
    record_all(ctx, tx, vec![line]).await
}

/// Writes several lines with one statement for each thousand.
///
/// # Errors
/// [`DbErr`] of the database.
pub async fn record_all(ctx: &Ctx, tx: &Tx, lines: Vec<Line>) -> Result<(), DbErr> {
    let rows: Vec<_> = lines
        .into_iter()
        .map(|line| audit_event::ActiveModel {
            id: Set(AuditEventId(ctx.new_id())),
            recorded_at: Set(ctx.now()),
            actor_kind: Set(ctx.actor().kind().to_owned()),
            user_id: Set(ctx.actor().user()),
            organization_id: Set(line.organization),
            action: Set(line.action.to_owned()),
            subject_type: Set(line.subject.0.to_owned()),
            subject_id: Set(line.subject.1),
            request_id: Set(ctx.request_id().to_owned()),
            outcome: Set("DONE".to_owned()),
            details: Set(line.details.map(|it| it.to_string())),
        })
        .collect();
    for chunk in rows.chunks(1_000) {
        audit_event::Entity::insert_many(chunk.to_vec())
            .exec_without_returning(&**tx)
            .await?;
    }
    Ok(())
}
