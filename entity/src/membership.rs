//! Who belongs to which organization, and as what.

use sea_orm::entity::prelude::*;

use crate::ids::MembershipId;
use crate::ids::OrganizationId;
use crate::ids::UserId;
use crate::types::Role;

/// One row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "membership")]
pub struct Model {
    /// Identifies the row.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: MembershipId,
    /// The organization it belongs to.
    pub organization_id: OrganizationId,
    /// User id.
    pub user_id: UserId,
    /// Role.
    pub role: Role,
    /// Counts the changes; 1 when created.
    pub version: i32,
    /// When the row was written.
    pub created_at: DateTimeUtc,
    /// When it last changed.
    pub updated_at: DateTimeUtc,
    /// Since when it is over; null while in force.
    pub ended_at: Option<DateTimeUtc>,
}

/// None: statements join by column where they need to.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
