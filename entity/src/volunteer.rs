//! A person's record in one organization.

use sea_orm::entity::prelude::*;

use crate::ids::OrganizationId;
use crate::ids::PersonId;
use crate::ids::TerritoryId;
use crate::ids::UserId;
use crate::ids::VolunteerId;
use crate::types::Sex;

/// One row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "volunteer")]
pub struct Model {
    /// Identifies the row.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: VolunteerId,
    /// The organization it belongs to.
    pub organization_id: OrganizationId,
    /// Person id.
    pub person_id: PersonId,
    /// The account, where the volunteer has one.
    pub user_id: Option<UserId>,
    /// The organization's own number for the volunteer.
    pub reference: Option<String>,
    /// Name.
    pub name: String,
    /// Arabic name.
    pub name_ar: Option<String>,
    /// Both names folded for search.
    pub search_key: String,
    /// Sex.
    pub sex: Option<Sex>,
    /// Birth date.
    pub birth_date: Option<Date>,
    /// Where the volunteer lives.
    pub territory_id: Option<TerritoryId>,
    /// Email.
    pub email: Option<String>,
    /// Phone.
    pub phone: Option<String>,
    /// Joined on.
    pub joined_on: Option<Date>,
    /// Counts the changes; 1 when created.
    pub version: i32,
    /// When the row was written.
    pub created_at: DateTimeUtc,
    /// When it last changed.
    pub updated_at: DateTimeUtc,
    /// Since when it takes no new work; null while in use.
    pub archived_at: Option<DateTimeUtc>,
    /// The record of the same person that took this one over; null unless merged.
    pub merged_into_id: Option<VolunteerId>,
    /// Since when it says nothing of a person; null while it does.
    pub erased_at: Option<DateTimeUtc>,
}

/// None: statements join by column where they need to.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
