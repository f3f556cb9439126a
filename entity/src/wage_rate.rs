//! What an hour of work is worth, by occupation, place and day.

use sea_orm::entity::prelude::*;

use crate::ids::UserId;
use crate::ids::WageRateId;
use crate::types::WageKind;

/// One row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "wage_rate")]
pub struct Model {
    /// Identifies the row.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: WageRateId,
    /// What it is.
    pub kind: WageKind,
    /// Code of the occupation in ISCO-08; null for all of them.
    pub occupation_code: Option<String>,
    /// Code of a region, prefecture or province; null for the country.
    pub territory_code: Option<String>,
    /// First day.
    pub valid_from: Date,
    /// First day of the one that follows it; null while none does.
    pub valid_to: Option<Date>,
    /// Lower end of the interval, in hundredths of a dirham an hour; null where its source has none.
    pub low_minor: Option<i64>,
    /// The rate, in hundredths of a dirham an hour.
    pub central_minor: i64,
    /// Upper end of the interval, in hundredths of a dirham an hour; null where its source has none.
    pub high_minor: Option<i64>,
    /// Who says so.
    pub source: String,
    /// Where it can be read.
    pub url: Option<String>,
    /// Who wrote it; null for those that come with the program.
    pub changed_by: Option<UserId>,
    /// Counts the changes; 1 when written.
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
