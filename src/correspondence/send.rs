//! Sends one letter, where it is still to be sent.
//!
//! Safe to repeat: what was taken is noted at once, and not sent again. Where a worker dies between the answer of the mail
//! server and that note, the letter comes twice, under one `Message-ID`.

use entity::ids::UserId;
use entity::job;
use entity::letter;
use entity::types::LetterKind;
use entity::user_account;

use crate::correspondence::changed;
use crate::correspondence::digest;
use crate::correspondence::erasure;
use crate::correspondence::invitation;
use crate::correspondence::missing;
use crate::correspondence::reset;
use crate::correspondence::returned;
use crate::correspondence::safety;
use crate::correspondence::verification;
use crate::correspondence::words;
use crate::identity::Ctx;
use crate::identity::account;
use crate::jobs::Failed;
use crate::jobs::Progress;
use crate::jobs::Whose;
use crate::letters::Payload;
use crate::letters::asked;
use crate::letters::choice;
use crate::letters::off;
use crate::letters::page;
use crate::letters::page::Block;
use crate::letters::page::Words;
use crate::letters::store;
use crate::platform::i18n::Locale;
use crate::platform::mail;
use crate::platform::mail::Letter;
use crate::platform::mail::MailError;
use crate::refusal::Code;
use crate::refusal::Refusal;

/// What a letter says, before it is known why it came and how no more come.
#[derive(Clone, Debug)]
pub(super) struct Said {
    /// To which address.
    pub address: String,
    /// In which language.
    pub locale: Locale,
    /// What it is called.
    pub subject: String,
    /// What it says.
    pub blocks: Vec<Block>,
}

/// For whom a letter is, where that is an account.
#[derive(Clone, Debug)]
pub(super) struct Reader {
    /// Their account.
    pub account: user_account::Model,
    /// Their language.
    pub locale: Locale,
}

impl Reader {
    /// A letter to them.
    pub(super) fn said(&self, subject: String, blocks: Vec<Block>) -> Said {
        Said {
            address: self.account.email.clone(),
            locale: self.locale,
            subject,
            blocks,
        }
    }

    /// Who it is.
    pub(super) fn user(&self) -> UserId {
        self.account.id
    }
}

/// Sends the letter of a job with what its reader may see now; one that need not be sent is noted as such.
///
/// # Errors
/// [`Failed::Refused`] where trying again would not help, [`Failed::Fault`] where it may.
pub async fn carry_out(ctx: &Ctx, job: &job::Model, progress: &Progress<'_>) -> Result<(), Failed> {
    let whose = Whose::Of(job.requested_by);
    let unread = || Failed::Fault("the letter cannot be read".to_owned());
    let payload: Payload = serde_json::from_str(&job.payload).map_err(|_other| unread())?;
    let found = store::by_ids(ctx.read(), whose, &[payload.letter]).await?;
    let row = found.into_iter().next().ok_or_else(unread)?;
    if row.sent_at.is_some() || row.dropped_at.is_some() {
        return Ok(());
    }
    // Of new passwords that was looked at where they are asked for.
    if row.kind != LetterKind::PasswordReset && asked::too_many(ctx.read(), &row, ctx.now()).await?
    {
        let refusal = Refusal::new(Code::TooManyLetters).with("most", asked::most(row.kind));
        return Err(Failed::Refused(vec![refusal]));
    }
    let said = match is_wanted(ctx, &row).await? {
        true => said(ctx, &row).await?,
        false => None,
    };
    let Some(said) = said else {
        tracing::info!(letter.id = %row.id, letter.kind = ?row.kind, "a letter need not be sent");
        ctx.transaction(async |tx| store::note_dropped(tx, row.id, ctx.now()).await)
            .await?;
        return Ok(());
    };
    // Whoever has it no longer sends nothing.
    progress.reaches(10).await?;
    let letter = letter(ctx, &row, said);
    mail::send(&ctx.core().config.mail, letter)
        .await
        .map_err(|cause| match cause {
            MailError::Unset => Failed::Refused(vec![Refusal::new(Code::MailUnset)]),
            MailError::Refused(why) => {
                Failed::Refused(vec![Refusal::new(Code::MailRefused).with("reason", why)])
            }
            later @ MailError::Later(_) => Failed::Fault(later.to_string()),
        })?;
    ctx.transaction(async |tx| store::note_sent(tx, row.id, ctx.now()).await)
        .await?;
    Ok(())
}

/// Whether it was not switched off meanwhile.
async fn is_wanted(ctx: &Ctx, row: &letter::Model) -> Result<bool, Failed> {
    if !choice::can_be_off(row.kind) {
        return Ok(true);
    }
    let off = store::off(ctx.read(), std::slice::from_ref(&row.recipient)).await?;
    Ok(off.iter().all(|it| it.kind != row.kind))
}

/// What the letter says now; `None` where there is nothing to say any more.
async fn said(ctx: &Ctx, row: &letter::Model) -> Result<Option<Said>, Failed> {
    let account = account::of_actor(ctx).await;
    let account = account.map_err(|it| Failed::Fault(it.to_string()))?;
    let Some(account) = account else {
        return Ok(None);
    };
    let reader = Reader {
        locale: Locale::parse(&account.locale).unwrap_or_default(),
        account,
    };
    match row.kind {
        LetterKind::Invitation => invitation::said(ctx, row, &reader).await,
        LetterKind::PasswordReset => reset::said(ctx, row, &reader).await,
        LetterKind::PasswordChanged => Ok(changed::said(row, &reader)),
        LetterKind::AccountSafety => safety::said(ctx, row, &reader).await,
        LetterKind::EmailVerification => verification::said(ctx, row, &reader).await,
        LetterKind::HoursReturned => returned::said(ctx, row, &reader).await,
        LetterKind::WeeklyDigest => digest::said(ctx, row, &reader).await,
        LetterKind::MissingMonth => missing::said(ctx, row, &reader).await,
        LetterKind::ErasureDecided => erasure::said(ctx, row, &reader).await,
    }
}

/// The letter, whole. The same row with the same facts is the same letter, whoever sends it.
fn letter(ctx: &Ctx, row: &letter::Model, said: Said) -> Letter {
    let core = ctx.core();
    let locale = said.locale;
    let off =
        choice::can_be_off(row.kind).then(|| off::link(core, &row.recipient, row.kind, locale));
    let words = Words {
        locale,
        subject: said.subject,
        blocks: said.blocks,
        why: words::why(locale, row.kind, &core.config.public_url),
        off: off
            .clone()
            .map(|url| (url, words::say(locale, "letter-off"))),
    };
    Letter {
        id: row.id.0,
        to: said.address,
        plain: page::plain(&words),
        html: page::html(&words),
        subject: words.subject,
        language: locale,
        at: row.created_at,
        file: None,
        unsubscribe: off,
    }
}
