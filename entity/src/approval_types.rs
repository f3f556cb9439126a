//! What a rule of approval does, and what it decided.
//!
//! The words are those of the vocabulary; what a rule may judge is not here.

use sea_orm::DeriveActiveEnum;
use sea_orm::EnumIter;
use sea_orm::prelude::StringLen;
use serde::Deserialize;
use serde::Serialize;

/// What a rule does to an entry that fulfils its conditions.
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
pub enum RuleEffect {
    /// Approves it.
    #[sea_orm(string_value = "APPROVE")]
    Approve,
    /// Leaves it to people, whatever other rules say.
    #[sea_orm(string_value = "BLOCK")]
    Block,
}

/// What a rule decided on an entry.
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
pub enum RuleOutcome {
    /// It was approved.
    #[sea_orm(string_value = "APPROVED")]
    Approved,
    /// It was left to people.
    #[sea_orm(string_value = "BLOCKED")]
    Blocked,
    /// It would have been approved, but whoever wrote the rule had a part in the entry.
    #[sea_orm(string_value = "WITHHELD")]
    Withheld,
}
