//! Editions of the public statistics; a row never changes.

use sea_orm::entity::prelude::*;

use crate::ids::StatisticsEditionId;

/// One row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "statistics_edition")]
pub struct Model {
    /// Identifies the row.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: StatisticsEditionId,
    /// Calendar year.
    pub year: i32,
    /// 1 to 4; 0 for the year as a whole.
    pub quarter: i32,
    /// Fewest people of a published cell.
    pub threshold: i32,
    /// What was recorded up to this instant counts.
    pub as_of: DateTimeUtc,
    /// When it was published.
    pub published_at: DateTimeUtc,
    /// SHA-256 of its cells.
    pub digest: Vec<u8>,
}

/// None: statements join by column where they need to.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
