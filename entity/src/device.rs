//! Devices that send batches.

use sea_orm::entity::prelude::*;

use crate::ids::UserId;

/// One row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "device")]
pub struct Model {
    /// Who uses it.
    #[sea_orm(primary_key, auto_increment = false)]
    pub user_id: UserId,
    /// As the device calls itself.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// Milliseconds by which the server's clock was ahead of the device's at the last batch.
    pub clock_skew_ms: i64,
    /// When its first batch came.
    pub first_seen_at: DateTimeUtc,
    /// When its last batch came.
    pub last_seen_at: DateTimeUtc,
}

/// None: statements join by column where they need to.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
