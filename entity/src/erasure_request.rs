//! Requests that personal data be erased.

use sea_orm::entity::prelude::*;

use crate::ids::ErasureId;
use crate::ids::OrganizationId;
use crate::ids::UserId;
use crate::ids::VolunteerId;
use crate::types::ErasureStatus;

/// One row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "erasure_request")]
pub struct Model {
    /// Identifies the row.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: ErasureId,
    /// The organization of the record; null of an account.
    pub organization_id: Option<OrganizationId>,
    /// The record.
    pub volunteer_id: Option<VolunteerId>,
    /// The account.
    pub user_id: Option<UserId>,
    /// How far it has come.
    pub status: ErasureStatus,
    /// Why, where it was said; null once it is done.
    pub reason: Option<String>,
    /// Who asked, or wrote down that it was asked for; null for the operator.
    pub requested_by: Option<UserId>,
    /// Who decided.
    pub decided_by: Option<UserId>,
    /// When.
    pub decided_at: Option<DateTimeUtc>,
    /// Why so; null once it is done.
    pub decision_reason: Option<String>,
    /// By when it should be carried out; from when on it is, once it is approved.
    pub due_at: Option<DateTimeUtc>,
    /// When it was carried out.
    pub done_at: Option<DateTimeUtc>,
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
