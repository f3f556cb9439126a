//! Letters to people: what each is about, and what became of it.

use sea_orm::entity::prelude::*;

use crate::ids::JobId;
use crate::ids::LetterId;
use crate::ids::OrganizationId;
use crate::ids::UserId;
use crate::types::LetterKind;

/// One row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "letter")]
pub struct Model {
    /// Identifies the row, and the letter: however often it is sent, it is one.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: LetterId,
    /// The work that sends it: its state is that of the letter.
    pub job_id: JobId,
    /// What it is about.
    pub kind: LetterKind,
    /// Whose account it is for; null where it is for an address.
    pub user_id: Option<UserId>,
    /// The organization it is about.
    pub organization_id: Option<OrganizationId>,
    /// The invitation, or the leave to set a password, that it brings.
    pub subject_id: Option<Uuid>,
    /// Keyed digest of the address: letters to it are counted by this.
    pub recipient: Vec<u8>,
    /// Who caused it, where that was a user.
    pub caused_by: Option<UserId>,
    /// Ids and choices of which it is made when it is sent, as JSON; no sentence, and no name.
    pub matter: String,
    /// When the mail server took it.
    pub sent_at: Option<DateTimeUtc>,
    /// When it turned out that it need not be sent, or may not.
    pub dropped_at: Option<DateTimeUtc>,
    /// When the row was written.
    pub created_at: DateTimeUtc,
}

/// None: statements join by column where they need to.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
