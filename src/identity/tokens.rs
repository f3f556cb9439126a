//! What whoever signs in is given, and what becomes of it.
//!
//! How tokens are made and checked is in `session`; those of programs are in `api_token`.

use chrono::DateTime;
use chrono::Utc;
use entity::ids::SessionId;
use entity::ids::UserId;

/// What a client keeps to stay signed in.
#[derive(Clone)]
pub struct Tokens {
    /// Sent with each request; short-lived.
    pub access: String,
    /// Exchanged once for the next pair.
    pub refresh: String,
    /// When the access token ends.
    pub expires_at: DateTime<Utc>,
}

impl std::fmt::Debug for Tokens {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Tokens(until {})", self.expires_at)
    }
}

/// What became of a refresh token.
#[derive(Debug)]
pub enum Refreshed {
    /// The next pair.
    Next(Tokens),
    /// It is worth nothing: unknown, or its session is over.
    Over,
    /// It was used before, and its session has ended now.
    Stolen {
        /// Whose session it was.
        user: UserId,
        /// The session.
        session: SessionId,
    },
}
