//! Months of an organization, once something was said of them.

use sea_orm::entity::prelude::*;

use crate::ids::OrganizationId;
use crate::ids::PeriodId;
use crate::ids::UserId;
use crate::types::PeriodStatus;

/// One row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "reporting_period")]
pub struct Model {
    /// Identifies the row.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: PeriodId,
    /// The organization it belongs to.
    pub organization_id: OrganizationId,
    /// First day of the month.
    pub month: Date,
    /// Status.
    pub status: PeriodStatus,
    /// The organization states that nobody worked.
    pub declared_zero: bool,
    /// Submitted by.
    pub submitted_by: Option<UserId>,
    /// Submitted at.
    pub submitted_at: Option<DateTimeUtc>,
    /// Since when it is closed by hand.
    pub closed_at: Option<DateTimeUtc>,
    /// Who closed it; null for the operator.
    pub closed_by: Option<UserId>,
    /// Certified at.
    pub certified_at: Option<DateTimeUtc>,
    /// Who certified it; null for the operator.
    pub certified_by: Option<UserId>,
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
