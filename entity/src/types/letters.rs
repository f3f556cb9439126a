//! Closed sets of letters to people.
//!
//! Those of other areas are in `types`.

use sea_orm::DeriveActiveEnum;
use sea_orm::EnumIter;
use sea_orm::prelude::StringLen;
use serde::Deserialize;
use serde::Serialize;

/// What a letter is about.
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
pub enum LetterKind {
    /// Somebody is invited to an organization.
    #[sea_orm(string_value = "INVITATION")]
    Invitation,
    /// A password can be set anew.
    #[sea_orm(string_value = "PASSWORD_RESET")]
    PasswordReset,
    /// A password was set anew.
    #[sea_orm(string_value = "PASSWORD_CHANGED")]
    PasswordChanged,
    /// Something happened to an account that its owner should know of.
    #[sea_orm(string_value = "ACCOUNT_SAFETY")]
    AccountSafety,
    /// An address can be verified.
    #[sea_orm(string_value = "EMAIL_VERIFICATION")]
    EmailVerification,
    /// Hours came back from whoever decides on them.
    #[sea_orm(string_value = "HOURS_RETURNED")]
    HoursReturned,
    /// What waits for a decision, once a week.
    #[sea_orm(string_value = "WEEKLY_DIGEST")]
    WeeklyDigest,
    /// A month has neither hours nor the word that there were none.
    #[sea_orm(string_value = "MISSING_MONTH")]
    MissingMonth,
    /// An erasure of personal data was decided.
    #[sea_orm(string_value = "ERASURE_DECIDED")]
    ErasureDecided,
}
