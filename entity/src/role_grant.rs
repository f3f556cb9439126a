//! Platform roles given to users.

use sea_orm::entity::prelude::*;

use crate::ids::RoleGrantId;
use crate::ids::TerritoryId;
use crate::ids::UserId;
use crate::types::PlatformRole;

/// One row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "role_grant")]
pub struct Model {
    /// Identifies the row.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: RoleGrantId,
    /// User id.
    pub user_id: UserId,
    /// Role.
    pub role: PlatformRole,
    /// The scope of an observer; null for an administrator.
    pub territory_id: Option<TerritoryId>,
    /// When the row was written.
    pub created_at: DateTimeUtc,
    /// Since when it is over; null while in force.
    pub ended_at: Option<DateTimeUtc>,
}

/// None: statements join by column where they need to.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
