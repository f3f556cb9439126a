//! Merges: one record of a person took over another.

use sea_orm::entity::prelude::*;

use crate::ids::MergeId;
use crate::ids::OrganizationId;
use crate::ids::UserId;
use crate::ids::VolunteerId;

/// One row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "volunteer_merge")]
pub struct Model {
    /// Identifies the row.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: MergeId,
    /// The organization of both records.
    pub organization_id: OrganizationId,
    /// The record that stays.
    pub kept_id: VolunteerId,
    /// The record that was taken over.
    pub merged_id: VolunteerId,
    /// What the kept record took from the other, by field, as JSON.
    pub taken: String,
    /// Why, where somebody said it.
    pub reason: Option<String>,
    /// Whether the merged record had been archived before.
    pub was_archived: bool,
    /// Hour entries that went over to the kept record.
    pub moved_entries: i32,
    /// Hour entries that stayed with the merged record, since their months are closed.
    pub stayed_entries: i32,
    /// Who merged; null for the operator.
    pub merged_by: Option<UserId>,
    /// When.
    pub merged_at: DateTimeUtc,
    /// Who took it back.
    pub undone_by: Option<UserId>,
    /// When it was taken back; null while it holds.
    pub undone_at: Option<DateTimeUtc>,
    /// Why it was taken back.
    pub undo_reason: Option<String>,
    /// Counts the changes; 1 when created.
    pub version: i32,
    /// When the row was written.
    pub created_at: DateTimeUtc,
    /// When it last changed.
    pub updated_at: DateTimeUtc,
}

/// None: statements join by column where they need to.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
