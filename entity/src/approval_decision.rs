//! What rules decided on entries, never rewritten.

use sea_orm::entity::prelude::*;

use crate::approval_types::RuleOutcome;
use crate::ids::ApprovalDecisionId;
use crate::ids::ApprovalRuleId;
use crate::ids::EntryId;
use crate::ids::OrganizationId;

/// One row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "approval_decision")]
pub struct Model {
    /// Identifies the row.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: ApprovalDecisionId,
    /// The organization it belongs to.
    pub organization_id: OrganizationId,
    /// The entry; it may be gone.
    pub entry_id: EntryId,
    /// Its version when it was judged.
    pub entry_version: i32,
    /// The rule.
    pub rule_id: ApprovalRuleId,
    /// The rule's version.
    pub rule_version: i32,
    /// Outcome.
    pub outcome: RuleOutcome,
    /// JSON: what was judged, and the rule as it was.
    pub facts: String,
    /// Decided at.
    pub decided_at: DateTimeUtc,
}

/// None: statements join by column where they need to.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
