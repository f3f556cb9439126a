//! Invitations to an organization.

use sea_orm::entity::prelude::*;

use crate::ids::InvitationId;
use crate::ids::OrganizationId;
use crate::ids::UserId;
use crate::ids::VolunteerId;
use crate::types::Role;

/// One row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "invitation")]
pub struct Model {
    /// Identifies the row.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: InvitationId,
    /// The organization it belongs to.
    pub organization_id: OrganizationId,
    /// Lower case.
    pub email: String,
    /// Role.
    pub role: Role,
    /// The record that the invited person takes over.
    pub volunteer_id: Option<VolunteerId>,
    /// SHA-256 of the token.
    pub digest: Vec<u8>,
    /// Invited by.
    pub invited_by: Option<UserId>,
    /// When the row was written.
    pub created_at: DateTimeUtc,
    /// Expires at.
    pub expires_at: DateTimeUtc,
    /// Accepted at.
    pub accepted_at: Option<DateTimeUtc>,
    /// Accepted by.
    pub accepted_by: Option<UserId>,
}

/// None: statements join by column where they need to.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
