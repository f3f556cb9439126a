//! Until when letters that come from time to time were asked for.

use sea_orm::entity::prelude::*;

use crate::ids::OrganizationId;
use crate::types::LetterKind;

/// One row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "letter_round")]
pub struct Model {
    /// Of which organization.
    #[sea_orm(primary_key, auto_increment = false)]
    pub organization_id: OrganizationId,
    /// Which letters.
    #[sea_orm(primary_key, auto_increment = false)]
    pub kind: LetterKind,
    /// The last week or month that was looked at, by its first day.
    pub period: Date,
    /// When.
    pub done_at: DateTimeUtc,
}

/// None: statements join by column where they need to.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
