//! Whom an exception names.

use sea_orm::entity::prelude::*;

use crate::ids::PeriodExceptionId;
use crate::ids::UserId;

/// One row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "period_exception_user")]
pub struct Model {
    /// The exception.
    #[sea_orm(primary_key, auto_increment = false)]
    pub exception_id: PeriodExceptionId,
    /// Who may write.
    #[sea_orm(primary_key, auto_increment = false)]
    pub user_id: UserId,
}

/// None: statements join by column where they need to.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
