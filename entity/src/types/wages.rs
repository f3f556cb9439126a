//! Closed sets of valuation.
//!
//! Those of other areas are in `types`.

use sea_orm::DeriveActiveEnum;
use sea_orm::EnumIter;
use sea_orm::prelude::StringLen;
use serde::Deserialize;
use serde::Serialize;

/// What an hourly rate is.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    EnumIter,
    DeriveActiveEnum,
    Serialize,
    Deserialize,
)]
#[sea_orm(rs_type = "String", db_type = "String(StringLen::N(32))")]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum WageKind {
    /// What people who do the work for pay earn.
    #[sea_orm(string_value = "WAGE")]
    Wage,
    /// What nobody may be paid less than, outside agriculture.
    #[sea_orm(string_value = "MINIMUM_WAGE")]
    MinimumWage,
}
