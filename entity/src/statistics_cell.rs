//! Cells of the public statistics: exactly what everybody may read; a row never changes.

use sea_orm::entity::prelude::*;

use crate::ids::StatisticsEditionId;
use crate::ids::TermId;
use crate::ids::TerritoryId;
use crate::types::StatisticsPart;

/// One row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "statistics_cell")]
pub struct Model {
    /// The edition it belongs to.
    #[sea_orm(primary_key, auto_increment = false)]
    pub edition_id: StatisticsEditionId,
    /// Code of the territory above; empty for the country.
    #[sea_orm(primary_key, auto_increment = false)]
    pub above_code: String,
    /// Code of the territory.
    #[sea_orm(primary_key, auto_increment = false)]
    pub territory_code: String,
    /// All of the territory, or what is known of it alone.
    #[sea_orm(primary_key, auto_increment = false)]
    pub part: StatisticsPart,
    /// Code of the programme, `TOTAL`, or `NONE`.
    #[sea_orm(primary_key, auto_increment = false)]
    pub programme: String,
    /// The territory in its version of the last day.
    pub territory_id: TerritoryId,
    /// The programme; null for `TOTAL` and `NONE`.
    pub term_id: Option<TermId>,
    /// Whether its figures are kept back.
    pub suppressed: bool,
    /// Person-minutes; null where suppressed.
    pub minutes: Option<i64>,
    /// Distinct named people; null where suppressed or withheld, as the two below.
    pub volunteers: Option<i64>,
    /// Distinct organizations.
    pub organizations: Option<i64>,
    /// Distinct projects.
    pub projects: Option<i64>,
}

/// None: statements join by column where they need to.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
