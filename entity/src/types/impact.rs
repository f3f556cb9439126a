//! Closed sets of impact: what an indicator is, and how far a measurement has come.
//!
//! Those of other areas are in `types`.

use sea_orm::DeriveActiveEnum;
use sea_orm::EnumIter;
use sea_orm::prelude::StringLen;
use serde::Deserialize;
use serde::Serialize;

/// What the values of an indicator are.
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
pub enum ValueType {
    /// A whole number of things or people.
    #[sea_orm(string_value = "COUNT")]
    Count,
    /// A number with up to six decimals.
    #[sea_orm(string_value = "DECIMAL")]
    Decimal,
    /// An amount of money, to two decimals.
    #[sea_orm(string_value = "MONEY")]
    Money,
    /// A part of a whole: numerator and denominator are both kept.
    #[sea_orm(string_value = "PERCENTAGE")]
    Percentage,
    /// Yes (1) or no (0).
    #[sea_orm(string_value = "YES_NO")]
    YesNo,
}

/// Which way is better.
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
pub enum Direction {
    /// More is better.
    #[sea_orm(string_value = "INCREASE")]
    Increase,
    /// Less is better.
    #[sea_orm(string_value = "DECREASE")]
    Decrease,
}

/// Where in the chain of results an indicator stands.
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
pub enum ResultLevel {
    /// What is put in: money, people, hours.
    #[sea_orm(string_value = "INPUT")]
    Input,
    /// What is done.
    #[sea_orm(string_value = "ACTIVITY")]
    Activity,
    /// What comes of it at once.
    #[sea_orm(string_value = "OUTPUT")]
    Output,
    /// What it changes for people.
    #[sea_orm(string_value = "OUTCOME")]
    Outcome,
    /// What it changes in the long run.
    #[sea_orm(string_value = "IMPACT")]
    Impact,
}

/// What a value says.
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
pub enum Reading {
    /// What happened in its period.
    #[sea_orm(string_value = "PERIODIC")]
    Periodic,
    /// What has come together since the beginning, as of the end of its period.
    #[sea_orm(string_value = "CUMULATIVE")]
    Cumulative,
}

/// How the values of one place become one value over time.
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
pub enum OverTime {
    /// They are added.
    #[sea_orm(string_value = "SUM")]
    Sum,
    /// The latest counts.
    #[sea_orm(string_value = "LAST")]
    Last,
    /// Their mean; of parts of a whole, the parts and the wholes are added.
    #[sea_orm(string_value = "AVERAGE")]
    Average,
    /// The smallest counts.
    #[sea_orm(string_value = "MIN")]
    Min,
    /// The largest counts.
    #[sea_orm(string_value = "MAX")]
    Max,
    /// They do not become one.
    #[sea_orm(string_value = "NONE")]
    None,
}

/// How the values of several places or projects become one.
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
pub enum OverPlace {
    /// They are added.
    #[sea_orm(string_value = "SUM")]
    Sum,
    /// Their mean; of parts of a whole, the parts and the wholes are added.
    #[sea_orm(string_value = "AVERAGE")]
    Average,
    /// The smallest counts.
    #[sea_orm(string_value = "MIN")]
    Min,
    /// The largest counts.
    #[sea_orm(string_value = "MAX")]
    Max,
    /// They do not become one.
    #[sea_orm(string_value = "NONE")]
    None,
}

/// What an indicator is computed from, where nobody measures it.
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
pub enum Derived {
    /// Distinct people with approved hours.
    #[sea_orm(string_value = "VOLUNTEERS")]
    Volunteers,
    /// Approved minutes of work.
    #[sea_orm(string_value = "MINUTES")]
    Minutes,
    /// What the approved work is worth at replacement cost.
    #[sea_orm(string_value = "VALUE")]
    Value,
}

/// By what a total may be broken down.
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
pub enum Dimension {
    /// Sex.
    #[sea_orm(string_value = "SEX")]
    Sex,
    /// Age.
    #[sea_orm(string_value = "AGE_BAND")]
    AgeBand,
    /// Urban or rural.
    #[sea_orm(string_value = "MILIEU")]
    Milieu,
    /// With or without a disability.
    #[sea_orm(string_value = "DISABILITY")]
    Disability,
    /// The terms of the vocabulary that the indicator names.
    #[sea_orm(string_value = "CUSTOM")]
    Custom,
}

/// How far a measurement has come.
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
pub enum MeasurementStatus {
    /// It waits for a decision.
    #[sea_orm(string_value = "SUBMITTED")]
    Submitted,
    /// It counts.
    #[sea_orm(string_value = "APPROVED")]
    Approved,
    /// It was given back to be corrected.
    #[sea_orm(string_value = "RETURNED")]
    Returned,
}
