//! What people agreed to, and what they took back: written once, never changed.

use sea_orm::entity::prelude::*;

use crate::ids::ConsentId;
use crate::ids::OrganizationId;
use crate::ids::UserId;
use crate::ids::VolunteerId;
use crate::types::ConsentDecision;
use crate::types::ConsentMeans;
use crate::types::ConsentPurpose;

/// One row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "consent")]
pub struct Model {
    /// Identifies the row.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: ConsentId,
    /// To whom it was said; null of an account.
    pub organization_id: Option<OrganizationId>,
    /// Whose it is, of a record.
    pub volunteer_id: Option<VolunteerId>,
    /// Whose it is, of an account.
    pub user_id: Option<UserId>,
    /// To what.
    pub purpose: ConsentPurpose,
    /// Given, or withdrawn.
    pub decision: ConsentDecision,
    /// Version of the text that was put before the person.
    pub text_version: String,
    /// BCP 47 tag of the language of that text.
    pub language: String,
    /// How it was said.
    pub means: ConsentMeans,
    /// SHA-256 of what shows it; the document itself is kept elsewhere.
    pub document_sha256: Option<Vec<u8>>,
    /// When the person said it.
    pub decided_at: DateTimeUtc,
    /// Who wrote it down; null for the operator.
    pub recorded_by: Option<UserId>,
    /// When it was written down.
    pub recorded_at: DateTimeUtc,
}

/// None: statements join by column where they need to.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
