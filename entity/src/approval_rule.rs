//! Rules that decide on entries when they are handed in.

use sea_orm::entity::prelude::*;

use crate::approval_types::RuleEffect;
use crate::ids::ApprovalRuleId;
use crate::ids::OrganizationId;
use crate::ids::UserId;

/// One row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "approval_rule")]
pub struct Model {
    /// Identifies the row.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: ApprovalRuleId,
    /// The organization it belongs to.
    pub organization_id: OrganizationId,
    /// Name.
    pub name: String,
    /// Effect.
    pub effect: RuleEffect,
    /// JSON; all of them must hold.
    pub conditions: String,
    /// Who gave it its present form; null for the operator.
    pub written_by: Option<UserId>,
    /// Counts the changes; 1 when created.
    pub version: i32,
    /// When the row was written.
    pub created_at: DateTimeUtc,
    /// When it last changed.
    pub updated_at: DateTimeUtc,
    /// Since when it decides nothing; null while in use.
    pub archived_at: Option<DateTimeUtc>,
}

/// None: statements join by column where they need to.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
