//! The audit trail: who did what to what.

use sea_orm::entity::prelude::*;

use crate::ids::ApiTokenId;
use crate::ids::AuditEventId;
use crate::ids::OrganizationId;
use crate::ids::SessionId;
use crate::ids::UserId;

/// One row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "audit_event")]
pub struct Model {
    /// Identifies the row.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: AuditEventId,
    /// Recorded at.
    pub recorded_at: DateTimeUtc,
    /// Actor kind.
    pub actor_kind: String,
    /// User id.
    pub user_id: Option<UserId>,
    /// The organization it belongs to.
    pub organization_id: Option<OrganizationId>,
    /// Action.
    pub action: String,
    /// Subject type.
    pub subject_type: String,
    /// Subject id.
    pub subject_id: Option<Uuid>,
    /// Request id.
    pub request_id: String,
    /// DONE or REFUSED.
    pub outcome: String,
    /// JSON; no secrets.
    pub details: Option<String>,
    /// The session through which.
    pub session_id: Option<SessionId>,
    /// The token through which.
    pub api_token_id: Option<ApiTokenId>,
    /// Whose account it concerns, whoever did it.
    pub account_id: Option<UserId>,
    /// The network address that it came from.
    pub address: Option<String>,
    /// What the client called itself.
    pub agent: Option<String>,
}

/// None: statements join by column where they need to.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
