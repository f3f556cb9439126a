//! How accounts are kept, and how long sessions and tokens live.
//!
//! What of requests is believed is in `requests`.

use serde::Deserialize;
use serde::Serialize;

use crate::config::ProviderConfig;

/// How long sessions and tokens live.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct IdentityConfig {
    /// Life of an access token. A removed member keeps no access longer than one request, since
    /// memberships are read each time; a longer life only saves refreshes.
    pub access_token_minutes: i64,
    /// Life of a session without use of its refresh token.
    pub session_days: i64,
    /// Life of an invitation.
    pub invitation_days: i64,
    /// Shortest password accepted, in characters.
    pub password_min_length: usize,
    /// Failed sign-ins in a row with one address from one part of the network before one has to wait: half a minute, then twice
    /// as long with each further one, up to a quarter of an hour. Ten times as many are taken of all addresses from there, and of
    /// the address from everywhere but where its owner came before.
    pub sign_in_attempts: u32,
    /// Whether addresses of new accounts are verified. It counts only where a mail server is set up.
    pub email_verification: EmailVerification,
    /// Whose roles are not there without a second factor.
    pub require_totp: RequireTotp,
    /// At whom people may sign in instead of here.
    pub providers: Vec<ProviderConfig>,
}

/// Whether addresses of new accounts are verified.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum EmailVerification {
    /// Only where their owner asks for it.
    Off,
    /// A letter goes there after the sign-up, and nothing is held up by it.
    Letter,
    /// Nobody signs in before: `signUp` gives no session, and does not tell whether the address has an account.
    Required,
}

/// Whose roles are not there without a second factor. Who has none signs in and switches one on; nothing else of the role is
/// seen or done before.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum RequireTotp {
    /// Nobody's.
    None,
    /// Those of administrators of the platform.
    Platform,
    /// Those of owners of organizations as well.
    Owners,
}

impl Default for IdentityConfig {
    fn default() -> Self {
        Self {
            access_token_minutes: 15,
            session_days: 30,
            invitation_days: 14,
            password_min_length: 12,
            sign_in_attempts: 10,
            email_verification: EmailVerification::Letter,
            require_totp: RequireTotp::None,
            providers: Vec::new(),
        }
    }
}
