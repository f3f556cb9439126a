//! Entries that somebody selected for a decision, as they were counted.

use sea_orm::entity::prelude::*;

use crate::ids::ApprovalSelectionId;
use crate::ids::OrganizationId;
use crate::ids::UserId;

/// One row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "approval_selection")]
pub struct Model {
    /// Identifies the row.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: ApprovalSelectionId,
    /// The organization it belongs to.
    pub organization_id: OrganizationId,
    /// Who selected.
    pub user_id: UserId,
    /// Id and version of each entry: 16 bytes and 4, largest byte first.
    pub entries: Vec<u8>,
    /// How many.
    pub count: i32,
    /// Minutes of all people of all entries.
    pub minutes: i64,
    /// When the row was written.
    pub created_at: DateTimeUtc,
    /// Until when it may be decided on.
    pub expires_at: DateTimeUtc,
}

/// None: statements join by column where they need to.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
