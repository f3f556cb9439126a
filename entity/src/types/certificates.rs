//! Closed sets of certificates.
//!
//! Those of other areas are in `types`.

use sea_orm::DeriveActiveEnum;
use sea_orm::EnumIter;
use sea_orm::prelude::StringLen;
use serde::Deserialize;
use serde::Serialize;

/// Why a certificate was taken back. Everybody who holds its code is told this, and no more.
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
pub enum RevocationReason {
    /// It should not have been issued, or not so.
    #[sea_orm(string_value = "ISSUED_IN_ERROR")]
    IssuedInError,
    /// The holder asked for it.
    #[sea_orm(string_value = "HOLDER_REQUEST")]
    HolderRequest,
    /// Anything else.
    #[sea_orm(string_value = "OTHER")]
    Other,
}
