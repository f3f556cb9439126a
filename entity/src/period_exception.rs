//! Leave for named people to write in a closed month for some time.

use sea_orm::entity::prelude::*;

use crate::ids::OrganizationId;
use crate::ids::PeriodExceptionId;
use crate::ids::UserId;

/// One row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "period_exception")]
pub struct Model {
    /// Identifies the row.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: PeriodExceptionId,
    /// The organization it belongs to.
    pub organization_id: OrganizationId,
    /// First day of the month.
    pub month: Date,
    /// Why.
    pub reason: String,
    /// From when on it is over.
    pub ends_at: DateTimeUtc,
    /// Who granted it; null for the operator.
    pub granted_by: Option<UserId>,
    /// Since when it holds.
    pub granted_at: DateTimeUtc,
}

/// None: statements join by column where they need to.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
