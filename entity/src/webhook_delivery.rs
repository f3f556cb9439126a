//! What endpoints are told, in order.

use sea_orm::entity::prelude::*;

use crate::ids::WebhookDeliveryId;
use crate::ids::WebhookEndpointId;
use crate::types::WebhookDeliveryStatus;
use crate::types::WebhookFailure;

/// One row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "webhook_delivery")]
pub struct Model {
    /// Identifies the row, and the message in all its attempts.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: WebhookDeliveryId,
    /// Who is told.
    pub endpoint_id: WebhookEndpointId,
    /// 1, 2, 3 … of its endpoint, without a gap.
    pub sequence: i64,
    /// Name of the event.
    pub event: String,
    /// What is told of it, as JSON; no personal data but ids.
    pub data: String,
    /// When it happened.
    pub happened_at: DateTimeUtc,
    /// How far it has come.
    pub status: WebhookDeliveryStatus,
    /// How often it was tried since it was last asked for.
    pub attempts: i32,
    /// HTTP status of the last answer.
    pub response_status: Option<i32>,
    /// Why the last attempt failed.
    pub failure: Option<WebhookFailure>,
    /// When it is tried next; null where it is not.
    pub next_attempt_at: Option<DateTimeUtc>,
    /// When it was last taken.
    pub delivered_at: Option<DateTimeUtc>,
    /// When the row was written.
    pub created_at: DateTimeUtc,
}

/// None: statements join by column where they need to.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
