//! Closed sets of work in the background.
//!
//! Those of other areas are in `types`.

use sea_orm::DeriveActiveEnum;
use sea_orm::EnumIter;
use sea_orm::prelude::StringLen;
use serde::Deserialize;
use serde::Serialize;

/// What is to be done.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum, Serialize, Deserialize,
)]
#[sea_orm(rs_type = "String", db_type = "String(StringLen::N(32))")]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum JobKind {
    /// A report as a file.
    #[sea_orm(string_value = "EXPORT")]
    Export,
    /// A file on its way to where it goes.
    #[sea_orm(string_value = "DELIVERY")]
    Delivery,
    /// A letter on its way to whom it is for.
    #[sea_orm(string_value = "LETTER")]
    Letter,
}

/// How far it has come.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum, Serialize, Deserialize,
)]
#[sea_orm(rs_type = "String", db_type = "String(StringLen::N(32))")]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum JobStatus {
    /// It waits for a worker, perhaps after an attempt that failed.
    #[sea_orm(string_value = "QUEUED")]
    Queued,
    /// A worker has it.
    #[sea_orm(string_value = "RUNNING")]
    Running,
    /// It is done.
    #[sea_orm(string_value = "SUCCEEDED")]
    Succeeded,
    /// It was refused, or every attempt failed.
    #[sea_orm(string_value = "FAILED")]
    Failed,
    /// Somebody called it off.
    #[sea_orm(string_value = "CANCELLED")]
    Cancelled,
}
