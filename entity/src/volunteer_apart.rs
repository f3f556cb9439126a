//! Pairs of records that somebody said are of two people.

use sea_orm::entity::prelude::*;

use crate::ids::OrganizationId;
use crate::ids::UserId;
use crate::ids::VolunteerId;

/// One row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "volunteer_apart")]
pub struct Model {
    /// The record with the smaller id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub first_id: VolunteerId,
    /// The other record.
    #[sea_orm(primary_key, auto_increment = false)]
    pub second_id: VolunteerId,
    /// The organization of both.
    pub organization_id: OrganizationId,
    /// Who said so; null for the operator.
    pub said_by: Option<UserId>,
    /// When.
    pub said_at: DateTimeUtc,
}

/// None: statements join by column where they need to.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
