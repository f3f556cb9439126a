//! Closed sets of reporting periods.
//!
//! Those of other areas are in `types`.

use sea_orm::DeriveActiveEnum;
use sea_orm::EnumIter;
use sea_orm::prelude::StringLen;
use serde::Deserialize;
use serde::Serialize;

/// Where a month of an organization stands.
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
pub enum PeriodStatus {
    /// Entries are written and decided.
    #[sea_orm(string_value = "OPEN")]
    Open,
    /// The month has ended; the last entries are decided.
    #[sea_orm(string_value = "CLOSING")]
    Closing,
    /// No write is accepted.
    #[sea_orm(string_value = "CLOSED")]
    Closed,
    /// Confirmed by the authority; no write is accepted.
    #[sea_orm(string_value = "CERTIFIED")]
    Certified,
}
