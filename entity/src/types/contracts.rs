//! Closed sets of contractual volunteering.
//!
//! Those of other areas are in `types`.

use sea_orm::DeriveActiveEnum;
use sea_orm::EnumIter;
use sea_orm::prelude::StringLen;
use serde::Deserialize;
use serde::Serialize;

/// What happened under a contract.
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
pub enum IncidentKind {
    /// The volunteer came to harm while at work.
    #[sea_orm(string_value = "ACCIDENT")]
    Accident,
    /// The volunteer came to harm on the way to or from the work.
    #[sea_orm(string_value = "COMMUTING_ACCIDENT")]
    CommutingAccident,
    /// An illness that the work brought about or made worse.
    #[sea_orm(string_value = "ILLNESS")]
    Illness,
    /// Things were damaged, lost or stolen.
    #[sea_orm(string_value = "DAMAGE")]
    Damage,
    /// Somebody else came to harm.
    #[sea_orm(string_value = "THIRD_PARTY_HARM")]
    ThirdPartyHarm,
    /// Violence, threats or harassment.
    #[sea_orm(string_value = "HARASSMENT")]
    Harassment,
    /// A dispute between the volunteer and the organization.
    #[sea_orm(string_value = "DISPUTE")]
    Dispute,
    /// Anything else.
    #[sea_orm(string_value = "OTHER")]
    Other,
}

/// How gravely the volunteer came to harm, in the classes of labour statistics.
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
pub enum IncidentSeverity {
    /// The volunteer came to no harm.
    #[sea_orm(string_value = "NO_HARM")]
    NoHarm,
    /// Harm without a day lost after that of the incident.
    #[sea_orm(string_value = "NO_LOST_TIME")]
    NoLostTime,
    /// Unable to work for a time, from the day after.
    #[sea_orm(string_value = "TEMPORARY_INCAPACITY")]
    TemporaryIncapacity,
    /// Never again able to work as before.
    #[sea_orm(string_value = "PERMANENT_INCAPACITY")]
    PermanentIncapacity,
    /// The volunteer died of it.
    #[sea_orm(string_value = "FATAL")]
    Fatal,
}
