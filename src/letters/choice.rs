//! Which letters somebody wants.
//!
//! Everything is wanted until it is switched off. An address that has no account can switch off as well.

use entity::types::LetterKind;
use sea_orm::DbErr;
use sea_orm::Iterable;
use serde_json::json;

use crate::audit;
use crate::audit::Line;
use crate::identity::Ctx;
use crate::identity::Denied;
use crate::identity::account;
use crate::letters::LetterError;
use crate::letters::asked::recipient;
use crate::letters::store;
use crate::platform::db::Tx;

/// Whether letters of a kind can be switched off. Those about a password cannot: whoever took an account over would begin
/// with it, and whoever lost a password could not come back; nor those about an erasure, which nothing brings back.
#[must_use]
pub fn can_be_off(kind: LetterKind) -> bool {
    match kind {
        LetterKind::PasswordReset
        | LetterKind::PasswordChanged
        | LetterKind::AccountSafety
        | LetterKind::EmailVerification
        | LetterKind::ErasureDecided => false,
        LetterKind::Invitation
        | LetterKind::HoursReturned
        | LetterKind::WeeklyDigest
        | LetterKind::MissingMonth => true,
    }
}

/// What somebody chose about a kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Choice {
    /// The kind.
    pub kind: LetterKind,
    /// Whether it is sent.
    pub enabled: bool,
}

/// What the actor chose, kind by kind; nothing for whoever has no account.
///
/// # Errors
/// A fault of ours.
pub async fn of_actor(ctx: &Ctx) -> Result<Vec<Choice>, LetterError> {
    let Some(account) = account::of_actor(ctx).await? else {
        return Ok(Vec::new());
    };
    let digest = recipient(ctx.core(), &account.email);
    let off = store::off(ctx.read(), &[digest]).await?;
    Ok(LetterKind::iter()
        .map(|kind| Choice {
            kind,
            enabled: !can_be_off(kind) || off.iter().all(|it| it.kind != kind),
        })
        .collect())
}

/// Notes what the actor wants, and what not; kinds that are not named stay as they are.
///
/// # Errors
/// [`LetterError::Needed`], [`Denied`].
pub async fn choose(ctx: &Ctx, choices: &[Choice]) -> Result<(), LetterError> {
    let account = account::of_actor(ctx).await?.ok_or(Denied::SignedOut)?;
    for (at, choice) in choices.iter().enumerate() {
        if !choice.enabled && !can_be_off(choice.kind) {
            return Err(LetterError::Needed { at });
        }
    }
    let digest = recipient(ctx.core(), &account.email);
    ctx.transaction(async |tx| {
        for choice in choices {
            if choice.enabled {
                store::switch_on(tx, &digest, choice.kind).await?;
            } else {
                store::switch_off(tx, &digest, choice.kind, ctx.now()).await?;
            }
        }
        let told = choices.iter().map(|it| (it.kind, it.enabled));
        noted(ctx, tx, told.collect()).await?;
        Ok(())
    })
    .await
}

/// Switches a kind off for whoever holds the link of a letter.
///
/// # Errors
/// [`DbErr`].
pub async fn switch_off(ctx: &Ctx, recipient: &[u8], kind: LetterKind) -> Result<(), DbErr> {
    ctx.transaction(async |tx| {
        store::switch_off(tx, recipient, kind, ctx.now()).await?;
        noted(ctx, tx, vec![(kind, false)]).await
    })
    .await
}

async fn noted(ctx: &Ctx, tx: &Tx, choices: Vec<(LetterKind, bool)>) -> Result<(), DbErr> {
    let line = Line {
        action: "letters.choose",
        organization: None,
        subject: ("User", ctx.actor().user().map(|it| it.0)),
        details: Some(json!({ "choices": choices })),
    };
    audit::record(ctx, tx, line).await
}

#[cfg(test)]
mod tests {
    use entity::types::LetterKind;
    use sea_orm::Iterable;

    use super::can_be_off;

    #[test]
    fn all_but_what_keeps_an_account_or_its_data_safe_can_be_switched_off() {
        let needed: Vec<LetterKind> = LetterKind::iter().filter(|it| !can_be_off(*it)).collect();

        assert_eq!(
            needed,
            [
                LetterKind::PasswordReset,
                LetterKind::PasswordChanged,
                LetterKind::AccountSafety,
                LetterKind::EmailVerification,
                LetterKind::ErasureDecided,
            ]
        );
    }
}
