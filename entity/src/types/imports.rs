//! Closed sets of imports.
//!
//! Those of other areas are in `types`.

use sea_orm::DeriveActiveEnum;
use sea_orm::EnumIter;
use sea_orm::prelude::StringLen;
use serde::Deserialize;
use serde::Serialize;

/// What the rows of a file are.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum, Serialize, Deserialize,
)]
#[sea_orm(rs_type = "String", db_type = "String(StringLen::N(32))")]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum ImportKind {
    /// Hour entries.
    #[sea_orm(string_value = "HOURS")]
    Hours,
    /// Volunteers.
    #[sea_orm(string_value = "VOLUNTEERS")]
    Volunteers,
}

/// How far an import has come.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum, Serialize, Deserialize,
)]
#[sea_orm(rs_type = "String", db_type = "String(StringLen::N(32))")]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum ImportStatus {
    /// It was tried out; nothing is written.
    #[sea_orm(string_value = "DRY_RUN")]
    DryRun,
    /// Its rows are written.
    #[sea_orm(string_value = "COMMITTED")]
    Committed,
    /// It was given up, or what it wrote was taken away again.
    #[sea_orm(string_value = "ROLLED_BACK")]
    RolledBack,
}
