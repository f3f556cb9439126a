//! Sessions: one signed-in device each.

use sea_orm::entity::prelude::*;

use crate::ids::SessionId;
use crate::ids::UserId;

/// One row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "session")]
pub struct Model {
    /// Identifies the row.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: SessionId,
    /// User id.
    pub user_id: UserId,
    /// When the row was written.
    pub created_at: DateTimeUtc,
    /// No refresh is accepted from this instant on.
    pub expires_at: DateTimeUtc,
    /// Since when it is over; null while in force.
    pub ended_at: Option<DateTimeUtc>,
    /// What the client calls itself, in few words; null where it says nothing.
    pub device: Option<String>,
    /// The address it was last used from; null where none is known.
    pub address: Option<String>,
    /// When tokens were last given out; null of sessions from before this was noted.
    pub last_used_at: Option<DateTimeUtc>,
}

/// None: statements join by column where they need to.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
