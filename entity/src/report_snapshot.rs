//! Frozen answers of reports.

use sea_orm::entity::prelude::*;

use crate::ids::OrganizationId;
use crate::ids::SnapshotId;
use crate::ids::TerritoryId;
use crate::ids::UserId;

/// One row. It never changes.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "report_snapshot")]
pub struct Model {
    /// Identifies the row.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: SnapshotId,
    /// What whoever froze it calls it.
    pub title: Option<String>,
    /// Name of the report: `INDH`.
    pub report: String,
    /// Code of the territory.
    pub territory_code: String,
    /// The territory, in its newest version of the interval.
    pub territory_id: TerritoryId,
    /// The one organization; null for all of the territory.
    pub organization_id: Option<OrganizationId>,
    /// First civil day of work.
    pub from_day: Date,
    /// Last civil day of work, inclusive.
    pub to_day: Date,
    /// Which states count, as a JSON list of their names.
    pub status_basis: String,
    /// The instant of the answer.
    pub as_of: DateTimeUtc,
    /// The answer in its canonical form.
    pub content: String,
    /// SHA-256 of the content in UTF-8.
    pub sha256: Vec<u8>,
    /// By what rows are told apart: `PROGRAMME`; null for reports without a choice.
    pub row_dimension: Option<String>,
    /// By what columns are; null where there are rows alone.
    pub column_dimension: Option<String>,
    /// Who froze it; null for the operator of the server.
    pub created_by: Option<UserId>,
    /// When it was frozen.
    pub created_at: DateTimeUtc,
}

/// None: statements join by column where they need to.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
