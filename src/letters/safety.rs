//! What happened to an account that its owner should know of: the words by which its letter is asked for and written.
//!
//! The sentences are chosen in `correspondence::safety`, whose letters bring no token and no link that does anything.

use std::collections::BTreeMap;

use chrono::DateTime;
use chrono::Utc;
use entity::ids::EmailVerificationId;
use entity::ids::UserId;
use entity::types::LetterKind;
use sea_orm::DbErr;
use serde::Deserialize;
use serde::Serialize;
use serde_json::json;

use crate::identity::Ctx;
use crate::letters::asked;
use crate::letters::asked::Cause;
use crate::platform::db::Tx;

/// What happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Safety {
    /// A refresh token was used twice; its session ended.
    SessionStolen,
    /// The second factor was switched on.
    TotpOn,
    /// It was switched off.
    TotpOff,
    /// New recovery codes took the place of the old.
    RecoveryCodes,
    /// Somebody signed in by a recovery code.
    RecoveryCode,
    /// Another address took the place of the one that is written to.
    EmailChanged,
    /// Somebody tried to make another account with the address.
    SignUp,
    /// An identity at a provider was linked.
    IdentityLinked,
    /// It was taken away.
    IdentityUnlinked,
}

/// What is kept for whoever writes the letter.
#[derive(Debug, Serialize, Deserialize)]
pub struct Matter {
    /// What happened.
    pub what: Safety,
    /// When.
    pub at: DateTime<Utc>,
}

impl Safety {
    /// Why the letter is written; the change of an address is named, to which the letter says what came of it.
    #[must_use]
    pub fn cause(self, ctx: &Ctx, change: Option<EmailVerificationId>) -> Cause {
        let matter = Matter {
            what: self,
            at: ctx.now(),
        };
        Cause {
            kind: LetterKind::AccountSafety,
            organization: None,
            subject: change.map(|it| it.0),
            matter: json!(matter),
        }
    }
}

/// Asks for the letter to the owner of an account.
///
/// # Errors
/// [`DbErr`].
pub async fn tell(ctx: &Ctx, tx: &Tx, user: UserId, what: Safety) -> Result<(), DbErr> {
    let cause = what.cause(ctx, None);
    asked::to_users(ctx, tx, BTreeMap::from([(user, cause)])).await?;
    Ok(())
}
