//! Where another system is told of changes.

use sea_orm::entity::prelude::*;

use crate::ids::OrganizationId;
use crate::ids::UserId;
use crate::ids::WebhookEndpointId;
use crate::types::WebhookEndpointStatus;

/// One row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "webhook_endpoint")]
pub struct Model {
    /// Identifies the row.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: WebhookEndpointId,
    /// Whose changes it is told of.
    pub organization_id: OrganizationId,
    /// Whoever created or last changed it: they are told when it fails.
    pub contact_id: UserId,
    /// Where it is told.
    pub url: String,
    /// What it is for.
    pub description: Option<String>,
    /// The events that it is told of, as a JSON list of their names; empty for all.
    pub events: String,
    /// Whether it is told.
    pub status: WebhookEndpointStatus,
    /// What its secret is made of, with a key that is not in the database.
    pub salt: Vec<u8>,
    /// The same of the secret before.
    pub previous_salt: Option<Vec<u8>>,
    /// Until when the secret before signs, too.
    pub previous_until: Option<DateTimeUtc>,
    /// Number of the last event that was kept for it.
    pub sequence: i64,
    /// When something is to be sent next; null where nothing waits.
    pub due_at: Option<DateTimeUtc>,
    /// Until when a worker has it.
    pub leased_until: Option<DateTimeUtc>,
    /// Grows with every taking.
    pub fence: i32,
    /// Since when every attempt failed.
    pub failing_since: Option<DateTimeUtc>,
    /// When the contact was told that it fails.
    pub told_at: Option<DateTimeUtc>,
    /// Counts the changes that people made.
    pub version: i32,
    /// When it was created.
    pub created_at: DateTimeUtc,
    /// When somebody last changed it.
    pub updated_at: DateTimeUtc,
}

/// None: statements join by column where they need to.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
