//! A written contract of a volunteer with the organization, as its register has it.

use sea_orm::entity::prelude::*;

use crate::ids::ContractId;
use crate::ids::OrganizationId;
use crate::ids::ProjectId;
use crate::ids::TerritoryId;
use crate::ids::VolunteerId;
use crate::types::Minutes;

/// One row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "volunteer_contract")]
pub struct Model {
    /// Identifies the row.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: ContractId,
    /// In whose register it stands.
    pub organization_id: OrganizationId,
    /// Whose it is.
    pub volunteer_id: VolunteerId,
    /// Year in which it was entered.
    pub register_year: i32,
    /// Its number among those entered in that year; without gaps.
    pub register_number: i32,
    /// What the volunteer does.
    pub mission: String,
    /// The mission folded, by which equal ones are known.
    pub mission_key: String,
    /// Where.
    pub territory_id: TerritoryId,
    /// The project whose hours are given under it; null for all of the organization.
    pub project_id: Option<ProjectId>,
    /// First day.
    pub from_day: Date,
    /// Last day agreed.
    pub until_day: Date,
    /// Minutes agreed for a week.
    pub weekly_minutes: Minutes,
    /// Who insures the volunteer.
    pub insurer: Option<String>,
    /// Number of the insurance policy.
    pub policy_number: Option<String>,
    /// Most that is paid back for expenses, in hundredths of a dirham.
    pub expense_ceiling_minor: Option<i64>,
    /// Nationality, ISO 3166-1 alpha-2.
    pub nationality: Option<String>,
    /// Day of the last signature.
    pub signed_on: Date,
    /// SHA-256 of the document, which stays with the organization.
    pub document_sha256: Option<Vec<u8>>,
    /// Last day in force, where it ended before the day agreed.
    pub ended_on: Option<Date>,
    /// Why it ended early.
    pub end_reason: Option<String>,
    /// Counts the changes; 1 when recorded.
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
