//! Closed sets of timers.
//!
//! Those of other areas are in `types`.

use sea_orm::DeriveActiveEnum;
use sea_orm::EnumIter;
use sea_orm::prelude::StringLen;
use serde::Deserialize;
use serde::Serialize;

/// Where a timer stands.
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
pub enum TimerStatus {
    /// It runs.
    #[sea_orm(string_value = "RUNNING")]
    Running,
    /// It was stopped and became an entry.
    #[sea_orm(string_value = "STOPPED")]
    Stopped,
    /// It was stopped, and somebody has to say what the entry is.
    #[sea_orm(string_value = "NEEDS_REVIEW")]
    NeedsReview,
    /// It came to nothing, with a reason.
    #[sea_orm(string_value = "DISCARDED")]
    Discarded,
}

/// Why a stopped timer needs review.
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
pub enum TimerReview {
    /// It ran longer than the organization takes without a second look.
    #[sea_orm(string_value = "OVER_LONG")]
    OverLong,
    /// The entry was refused.
    #[sea_orm(string_value = "REFUSED")]
    Refused,
}
