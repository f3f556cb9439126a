//! Something happened to an account that its owner should know of.
//!
//! Like every letter about the safety of an account it brings no token and no link that does anything.

use entity::ids::EmailVerificationId;
use entity::letter;

use crate::correspondence::send::Reader;
use crate::correspondence::send::Said;
use crate::correspondence::words;
use crate::credentials::store;
use crate::identity::Ctx;
use crate::jobs::Failed;
use crate::letters::page::Block;
use crate::letters::safety::Matter;
use crate::letters::safety::Safety;

/// Keys of the subject, of what happened, and of what to do.
fn keys(what: Safety) -> [&'static str; 3] {
    match what {
        Safety::SessionStolen => [
            "letter-stolen-subject",
            "letter-stolen-what",
            "letter-stolen-act",
        ],
        Safety::TotpOn => [
            "letter-totp-on-subject",
            "letter-totp-on-what",
            "letter-totp-act",
        ],
        Safety::TotpOff => [
            "letter-totp-off-subject",
            "letter-totp-off-what",
            "letter-totp-act",
        ],
        Safety::RecoveryCodes => [
            "letter-recovery-codes-subject",
            "letter-recovery-codes-what",
            "letter-totp-act",
        ],
        Safety::EmailChanged => [
            "letter-email-changed-subject",
            "letter-email-changed-what",
            "letter-email-changed-act",
        ],
        Safety::SignUp => [
            "letter-sign-up-subject",
            "letter-sign-up-what",
            "letter-sign-up-act",
        ],
        Safety::IdentityLinked => [
            "letter-identity-linked-subject",
            "letter-identity-linked-what",
            "letter-identity-linked-act",
        ],
        Safety::IdentityUnlinked => [
            "letter-identity-unlinked-subject",
            "letter-identity-unlinked-what",
            "letter-totp-act",
        ],
        Safety::RecoveryCode => [
            "letter-recovery-code-subject",
            "letter-recovery-code-what",
            "letter-totp-act",
        ],
    }
}

pub(super) async fn said(
    ctx: &Ctx,
    row: &letter::Model,
    reader: &Reader,
) -> Result<Option<Said>, Failed> {
    // What a later release tells is not told by this one.
    let Ok(matter) = serde_json::from_str::<Matter>(&row.matter) else {
        return Ok(None);
    };
    let values = [
        ("at", words::instant(matter.at)),
        ("site", ctx.core().config.public_url.clone()),
    ];
    let [subject, what, act] = keys(matter.what);
    let say = |key: &str| reader.locale.sentence(key, &values);
    let blocks = vec![Block::Text(say(what)), Block::Text(say(act))];
    let mut said = reader.said(say(subject), blocks);
    if let Some(id) = row.subject_id.map(EmailVerificationId) {
        // It goes to the address that the account had.
        let changed = store::verification_by_id(ctx.read(), id).await?;
        let Some(previous) = changed.and_then(|it| it.previous) else {
            return Ok(None);
        };
        said.address = previous;
    }
    Ok(Some(said))
}
