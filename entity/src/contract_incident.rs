//! Something that happened under a contract of contractual volunteering.

use sea_orm::entity::prelude::*;

use crate::ids::ContractId;
use crate::ids::IncidentId;
use crate::ids::OrganizationId;
use crate::ids::UserId;
use crate::types::IncidentKind;
use crate::types::IncidentSeverity;

/// One row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "contract_incident")]
pub struct Model {
    /// Identifies the row.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: IncidentId,
    /// The organization of the contract.
    pub organization_id: OrganizationId,
    /// Under which contract it happened; whose that is, is whom it happened to.
    pub contract_id: ContractId,
    /// The civil day on which it happened.
    pub day: Date,
    /// What happened.
    pub kind: IncidentKind,
    /// How gravely the volunteer came to harm; null while not known.
    pub severity: Option<IncidentSeverity>,
    /// Calendar days on which the volunteer could not work, that of the incident apart; null while not known.
    pub days_lost: Option<i32>,
    /// Day on which the insurer was told; null where nobody did.
    pub declared_on: Option<Date>,
    /// The insurer's number of the case.
    pub claim_number: Option<String>,
    /// What happened, in words.
    pub description: String,
    /// Why it was recorded in error; null while it counts.
    pub void_reason: Option<String>,
    /// Who recorded it first; null for the operator.
    pub recorded_by: Option<UserId>,
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
