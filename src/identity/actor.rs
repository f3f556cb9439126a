//! Who asks: a signed-in user, a program with a token of theirs, the operator at the command line, or nobody.
//!
//! What they may do is in `permissions`, what they see in `scope`.

use entity::ids::ApiTokenId;
use entity::ids::SessionId;
use entity::ids::UserId;

/// Who asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Actor {
    /// A signed-in user.
    User {
        /// The user.
        id: UserId,
        /// The device they signed in with.
        session: SessionId,
    },
    /// A program that acts for a user.
    Token {
        /// The user.
        id: UserId,
        /// What it acts through.
        token: ApiTokenId,
    },
    /// Whoever runs commands on the server's own machine.
    Operator,
    /// Nobody signed in.
    Nobody,
}

impl Actor {
    /// The user, where one is signed in or has a program act.
    #[must_use]
    pub fn user(&self) -> Option<UserId> {
        match self {
            Self::User { id, .. } | Self::Token { id, .. } => Some(*id),
            Self::Operator | Self::Nobody => None,
        }
    }

    /// The user, where they ask themselves and have no program ask.
    #[must_use]
    pub fn person(&self) -> Option<UserId> {
        match self {
            Self::User { id, .. } => Some(*id),
            Self::Token { .. } | Self::Operator | Self::Nobody => None,
        }
    }

    /// The token that it is done through.
    #[must_use]
    pub fn token(&self) -> Option<ApiTokenId> {
        match self {
            Self::Token { token, .. } => Some(*token),
            Self::User { .. } | Self::Operator | Self::Nobody => None,
        }
    }

    /// Word for the audit trail.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self {
            Self::User { .. } => "USER",
            Self::Token { .. } => "TOKEN",
            Self::Operator => "OPERATOR",
            Self::Nobody => "NOBODY",
        }
    }
}
