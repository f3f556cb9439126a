//! Settings of personal data: when it is erased, and for how long it is kept.
//!
//! Reasons of the periods are in `docs/personal-data.md`; what enforces them is in `privacy`.

use serde::Deserialize;
use serde::Serialize;

/// For how long personal data is kept, and when it is erased.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PrivacyConfig {
    /// Days between the approval of an erasure and the erasure, in which it can be taken back: nothing brings back what
    /// was erased.
    pub erasure_waiting_days: i64,
}

impl Default for PrivacyConfig {
    fn default() -> Self {
        Self {
            erasure_waiting_days: 7,
        }
    }
}
