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
    /// Number of the authorization under which national identity numbers may be kept, as the supervisory authority gave
    /// it. Empty, none is kept: a keyed hash ties the records of a person together without it.
    pub national_id_authorization: String,
    /// For how long what is kept for a while is kept.
    pub retention: RetentionConfig,
}

/// Days for which what says something of people is kept, by category.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RetentionConfig {
    /// Sessions after their end, with their tokens.
    pub session_days: i64,
    /// What the device of a session calls itself and the address of its network, after its end.
    pub session_origin_days: i64,
    /// Devices that sent batches, after they were last heard of.
    pub device_days: i64,
    /// What people were told.
    pub notification_days: i64,
    /// Invitations after their time ran out, accepted or not.
    pub invitation_days: i64,
    /// Keys by which a repeated request has one effect. A device that was away for longer repeats what it sent as new.
    pub request_key_days: i64,
    /// Records without an account under which nothing was done, after they were archived: they are erased then. 0 erases none.
    pub unused_record_days: i64,
}

impl PrivacyConfig {
    /// Whether national identity numbers are kept.
    #[must_use]
    pub fn keeps_national_ids(&self) -> bool {
        !self.national_id_authorization.trim().is_empty()
    }
}

impl Default for PrivacyConfig {
    fn default() -> Self {
        Self {
            erasure_waiting_days: 7,
            national_id_authorization: String::new(),
            retention: RetentionConfig::default(),
        }
    }
}

impl Default for RetentionConfig {
    fn default() -> Self {
        Self {
            session_days: 180,
            session_origin_days: 90,
            device_days: 365,
            notification_days: 365,
            invitation_days: 365,
            request_key_days: 365,
            unused_record_days: 0,
        }
    }
}
