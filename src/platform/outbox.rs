//! What happened, kept in the transaction in which it did until it was passed on to other systems.
//!
//! It knows no noun: what is passed on to whom, and in which words, is decided in `webhooks`. Hours are not kept here:
//! their ledger is a stream already.

use std::collections::BTreeSet;

use chrono::DateTime;
use chrono::Utc;
use entity::ids::OrganizationId;
use entity::outbox;
use entity::types::WebhookEndpointStatus;
use entity::webhook_endpoint;
use sea_orm::ColumnTrait;
use sea_orm::DbErr;
use sea_orm::EntityTrait;
use sea_orm::IntoActiveModel;
use sea_orm::QueryFilter;
use sea_orm::QuerySelect;
use sea_orm::QueryTrait;
use uuid::Uuid;

use crate::platform::db::Tx;

/// Rows of one statement.
const ROWS: usize = 1_000;

/// Something that happened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Happened {
    /// A key of its own, in the order of time.
    pub id: Uuid,
    /// In which organization; `None` where that is found out later.
    pub organization: Option<OrganizationId>,
    /// What, as in the trail of acts.
    pub action: String,
    /// To what.
    pub subject: Uuid,
    /// What the trail keeps of it, as JSON.
    pub details: Option<String>,
    /// When.
    pub at: DateTime<Utc>,
}

/// Keeps what happened in organizations that have others told of it.
///
/// # Errors
/// [`DbErr`].
pub async fn append(tx: &Tx, happened: Vec<Happened>) -> Result<(), DbErr> {
    if happened.is_empty() {
        return Ok(());
    }
    let organizations: BTreeSet<_> = happened.iter().filter_map(|it| it.organization).collect();
    let anybody = happened.iter().any(|it| it.organization.is_none());
    let of = webhook_endpoint::Column::OrganizationId.is_in(organizations);
    let listening: Vec<OrganizationId> = webhook_endpoint::Entity::find()
        .select_only()
        .column(webhook_endpoint::Column::OrganizationId)
        .distinct()
        .filter(
            webhook_endpoint::Column::Status
                .is_in([WebhookEndpointStatus::Active, WebhookEndpointStatus::Paused]),
        )
        .apply_if((!anybody).then_some(of), QueryFilter::filter)
        .into_tuple()
        .all(&**tx)
        .await?;
    if listening.is_empty() {
        return Ok(());
    }
    let heard: Vec<Happened> = happened
        .into_iter()
        .filter(|it| it.organization.is_none_or(|of| listening.contains(&of)))
        .collect();
    for chunk in heard.chunks(ROWS) {
        let rows = chunk.iter().cloned().map(|it| {
            outbox::Model {
                id: it.id,
                organization_id: it.organization,
                action: it.action,
                subject_id: it.subject,
                details: it.details,
                happened_at: it.at,
            }
            .into_active_model()
        });
        outbox::Entity::insert_many(rows)
            .exec_without_returning(&**tx)
            .await?;
    }
    Ok(())
}
