//! Delivers one file.
//!
//! Safe to repeat: what was taken is noted at once, and not sent again. Where a worker dies between the answer of the mail
//! server and that note, the letter comes twice, under one `Message-ID`.

use chrono::TimeDelta;
use entity::artifact;
use entity::delivery;
use entity::job;

use crate::deliveries::EmailForm;
use crate::deliveries::Target;
use crate::deliveries::asked::Payload;
use crate::deliveries::asked::Shipment;
use crate::deliveries::folder;
use crate::deliveries::folder::FolderError;
use crate::deliveries::letter::Enclosed;
use crate::deliveries::letter::letter;
use crate::deliveries::store;
use crate::exports::request;
use crate::exports::request::ExportRequest;
use crate::identity::Ctx;
use crate::jobs;
use crate::jobs::Failed;
use crate::jobs::Progress;
use crate::jobs::Whose;
use crate::jobs::link;
use crate::platform::mail;
use crate::platform::mail::EnclosedFile;
use crate::platform::mail::MailError;
use crate::refusal::Code;
use crate::refusal::Refusal;
use crate::refusal::Refuse;

/// How many letters of one person are taken within a day: an instance writes to whom it knows, and is no relay.
pub const LETTERS_MOST: u64 = 200;

/// Delivers the file of a job.
///
/// # Errors
/// [`Failed::Refused`] where trying again would not help, [`Failed::Fault`] where it may.
pub async fn carry_out(ctx: &Ctx, job: &job::Model, progress: &Progress<'_>) -> Result<(), Failed> {
    let unread = || Failed::Fault("the delivery cannot be read".to_owned());
    let payload: Payload = serde_json::from_str(&job.payload).map_err(|_cause| unread())?;
    let whose = Whose::Of(job.requested_by);
    let found = store::by_ids(ctx.read(), whose, &[payload.delivery]).await?;
    let row = found.into_iter().next().ok_or_else(unread)?;
    if row.sent_at.is_some() {
        return Ok(());
    }
    let shipment = Shipment::of(&row).ok_or_else(unread)?;
    still_may(ctx, &row).await?;
    let files = jobs::store::artifacts(ctx.read(), &[row.export_id], ctx.now()).await?;
    let gone = || Failed::Refused(vec![Refusal::new(Code::FileGone)]);
    let file = files.into_iter().next().ok_or_else(gone)?;
    // Whoever has it no longer sends nothing.
    progress.reaches(10).await?;
    match &shipment.target {
        Target::Email { address, form } => {
            by_mail(ctx, &row, &shipment, (address, *form), &file).await?
        }
        Target::Folder { path } => into_folder(ctx, &shipment, path, &file).await?,
    }
    ctx.transaction(async |tx| store::note_sent(tx, row.id, ctx.now()).await)
        .await?;
    Ok(())
}

/// Looks whether the owner may still ask for what is in the file: a right that was lost since it was made sends nothing.
async fn still_may(owner: &Ctx, row: &delivery::Model) -> Result<(), Failed> {
    let unread = || Failed::Fault("the export of a delivery cannot be read".to_owned());
    let found = jobs::store::by_ids(owner.read(), Whose::Everybody, &[row.export_id]).await?;
    let request = found.first().and_then(ExportRequest::of);
    let asked = request::in_order(owner, &request.ok_or_else(unread)?, None).await;
    match asked {
        Ok(_) => Ok(()),
        Err(cause) => Err(match cause.refusals() {
            Some(refusals) => Failed::Refused(refusals),
            None => Failed::Fault(cause.to_string()),
        }),
    }
}

async fn by_mail(
    ctx: &Ctx,
    row: &delivery::Model,
    shipment: &Shipment,
    (address, form): (&str, EmailForm),
    file: &artifact::Model,
) -> Result<(), Failed> {
    let config = &ctx.core().config;
    let since = ctx.now() - TimeDelta::days(1);
    let owner = ctx.actor().user();
    let owner = owner.ok_or_else(|| Failed::Fault("a delivery of nobody".to_owned()))?;
    if store::letters_since(ctx.read(), owner, since).await? >= LETTERS_MOST {
        let refusal = Refusal::new(Code::TooManyLetters).with("most", LETTERS_MOST);
        return Err(Failed::Refused(vec![refusal]));
    }
    let most = i64::try_from(config.deliveries.attachment_bytes).unwrap_or(i64::MAX);
    let enclosed = if form == EmailForm::Attachment && file.size <= most {
        Enclosed::File(EnclosedFile {
            name: file.file_name.clone(),
            media_type: file.media_type.clone(),
            content: content(ctx, file).await?,
        })
    } else {
        let (url, until) = link::in_letter(ctx.core(), file, shipment.written_at(row));
        Enclosed::Link {
            url,
            until,
            too_large: form == EmailForm::Attachment,
        }
    };
    let letter = letter(row, shipment, address, &config.public_url, enclosed);
    mail::send(&config.mail, letter)
        .await
        .map_err(|cause| match cause {
            MailError::Unset => Failed::Refused(vec![Refusal::new(Code::MailUnset)]),
            MailError::Refused(why) => {
                Failed::Refused(vec![Refusal::new(Code::MailRefused).with("reason", why)])
            }
            later @ MailError::Later(_) => Failed::Fault(later.to_string()),
        })
}

async fn into_folder(
    ctx: &Ctx,
    shipment: &Shipment,
    path: &str,
    file: &artifact::Model,
) -> Result<(), Failed> {
    let folder = &ctx.core().config.deliveries.folder;
    if folder.is_empty() {
        return Err(Failed::Refused(vec![Refusal::new(Code::FolderUnset)]));
    }
    let place = format!("{path}/{}/{}", shipment.schedule, file.file_name);
    let put = folder::put(ctx, &place, file).await;
    put.map_err(|cause| match cause {
        FolderError::Gone => Failed::Refused(vec![Refusal::new(Code::FileGone)]),
        FolderError::NoKey { .. } | FolderError::Refused { .. } => {
            tracing::error!(%cause, "the store of deliveries lets nobody in");
            Failed::Refused(vec![Refusal::new(Code::StoreRefused)])
        }
        later => Failed::Fault(later.to_string()),
    })
}

async fn content(ctx: &Ctx, file: &artifact::Model) -> Result<Vec<u8>, Failed> {
    let found = jobs::store::whole(ctx.read(), file).await?;
    found.ok_or_else(|| Failed::Refused(vec![Refusal::new(Code::FileGone)]))
}
