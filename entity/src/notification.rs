//! Notifications: what a user is told, kept as kind and values.

use sea_orm::entity::prelude::*;

use crate::ids::ActivityId;
use crate::ids::NotificationId;
use crate::ids::OrganizationId;
use crate::ids::ShiftId;
use crate::ids::SignupId;
use crate::ids::UserId;
use crate::types::NotificationKind;

/// One row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "notification")]
pub struct Model {
    /// Identifies the row.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: NotificationId,
    /// Who is told.
    pub user_id: UserId,
    /// The organization it concerns.
    pub organization_id: Option<OrganizationId>,
    /// What is told.
    pub kind: NotificationKind,
    /// JSON object: the values of the sentence.
    pub params: String,
    /// The activity it concerns.
    pub activity_id: Option<ActivityId>,
    /// The shift it concerns.
    pub shift_id: Option<ShiftId>,
    /// The sign-up it concerns.
    pub signup_id: Option<SignupId>,
    /// When it was told.
    pub created_at: DateTimeUtc,
    /// When the user said it was read.
    pub read_at: Option<DateTimeUtc>,
}

/// None: statements join by column where they need to.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
