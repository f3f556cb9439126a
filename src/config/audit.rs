//! How long the audit trail is kept.
//!
//! What it tells is in `audit`.

use serde::Deserialize;
use serde::Serialize;

/// How long the audit trail is kept.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AuditConfig {
    /// Days for which lines of the trail are kept: 1,095 by default, three years, after which most claims of those
    /// concerned have lapsed. At least one year, so that a breach that is found late can be looked into.
    pub kept_days: i64,
}

impl Default for AuditConfig {
    fn default() -> Self {
        Self { kept_days: 1_095 }
    }
}
