//! What the quarters of an unfinished year were made of, until the year is published.

use sea_orm::entity::prelude::*;

use crate::ids::OrganizationId;
use crate::ids::PersonId;
use crate::ids::ProjectId;
use crate::ids::StatisticsEditionId;
use crate::types::StatisticsPart;

/// One row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "statistics_contribution")]
pub struct Model {
    /// The edition of the quarter.
    #[sea_orm(primary_key, auto_increment = false)]
    pub edition_id: StatisticsEditionId,
    /// Counts the rows of an edition from 0.
    #[sea_orm(primary_key, auto_increment = false)]
    pub ordinal: i32,
    /// Code of the territory above; empty for the country.
    pub above_code: String,
    /// Code of the smallest territory that is published.
    pub territory_code: String,
    /// All of the territory, or what is known of it alone.
    pub part: StatisticsPart,
    /// Code of the programme, or `NONE`.
    pub programme: String,
    /// How the project is shared among programmes: millionths and code, a line each.
    pub mix: String,
    /// Whose work; null for groups.
    pub person_id: Option<PersonId>,
    /// Whether it is of groups of one or two people.
    pub is_few: bool,
    /// For which organization.
    pub organization_id: OrganizationId,
    /// For which project.
    pub project_id: ProjectId,
    /// How many minutes.
    pub minutes: i64,
}

/// None: statements join by column where they need to.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
