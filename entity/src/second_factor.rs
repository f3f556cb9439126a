//! Second factors: what makes the codes of an account.

use sea_orm::entity::prelude::*;

use crate::ids::UserId;
use crate::types::Sealed;

/// One row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "second_factor")]
pub struct Model {
    /// Whose.
    #[sea_orm(primary_key, auto_increment = false)]
    pub user_id: UserId,
    /// The secret, sealed.
    pub secret: Sealed,
    /// When it was made.
    pub created_at: DateTimeUtc,
    /// Since when it is asked for; null until its owner gave a code of it.
    pub confirmed_at: Option<DateTimeUtc>,
    /// The step of time of the last code that was used: none of it or before it is taken.
    pub last_step: Option<i64>,
}

/// None: statements join by column where they need to.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
