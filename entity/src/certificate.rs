//! Signed statements of volunteers' hours, as they were certified.

use sea_orm::entity::prelude::*;

use crate::ids::CertificateId;
use crate::ids::OrganizationId;
use crate::ids::UserId;
use crate::ids::VolunteerId;
use crate::types::RevocationReason;

/// One row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "certificate")]
pub struct Model {
    /// Identifies the row.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: CertificateId,
    /// Who certifies.
    pub organization_id: OrganizationId,
    /// Whose hours they are, by the record that stood for the person then.
    pub volunteer_id: VolunteerId,
    /// By what anybody finds it: sixteen signs without separators.
    #[sea_orm(unique)]
    pub code: String,
    /// BCP 47 tag of the language of the document.
    pub language: String,
    /// First civil day of work.
    pub from_day: Date,
    /// Last civil day of work, inclusive.
    pub to_day: Date,
    /// Name of the holder then; null once it was erased.
    pub holder_name: Option<String>,
    /// The same in Arabic script.
    pub holder_name_ar: Option<String>,
    /// Name of the organization then.
    pub organization_name: String,
    /// The same in Arabic script.
    pub organization_name_ar: Option<String>,
    /// Approved minutes.
    pub minutes: i64,
    /// Approved entries.
    pub entries: i32,
    /// First day with approved work.
    pub first_day: Date,
    /// Last day with approved work.
    pub last_day: Date,
    /// Minutes by project, with the titles of then, as a JSON list.
    pub projects: String,
    /// SHA-256 of the work behind it, entry by entry and day by day.
    pub digest: Vec<u8>,
    /// Number of the last event of the organization's ledger then.
    pub ledger_sequence: i64,
    /// What the holder lets be shown beyond the least, as words with spaces between.
    pub shown: String,
    /// What of it the holder chose last by themselves, in the same words; null where they never did.
    pub chosen: Option<String>,
    /// When they did.
    pub chosen_at: Option<DateTimeUtc>,
    /// Since when it is taken back.
    pub revoked_at: Option<DateTimeUtc>,
    /// Who took it back; null for the operator of the server.
    pub revoked_by: Option<UserId>,
    /// Why, for everybody.
    pub revocation_reason: Option<RevocationReason>,
    /// Why, in words, for the organization and the holder.
    pub revocation_comment: Option<String>,
    /// Who issued it; null for the operator of the server.
    pub issued_by: Option<UserId>,
    /// Counts the changes; 1 when issued.
    pub version: i32,
    /// When it was issued.
    pub created_at: DateTimeUtc,
    /// When it last changed.
    pub updated_at: DateTimeUtc,
}

/// None: statements join by column where they need to.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
