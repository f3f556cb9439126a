//! An erasure of personal data was decided: from when on it is carried out, or why it is not.
//!
//! Only while it stands so: what was taken back, or is done, is not written of.

use chrono::DateTime;
use chrono::Utc;
use entity::ids::ErasureId;
use entity::letter;
use entity::types::ErasureStatus;

use crate::correspondence::send::Reader;
use crate::correspondence::send::Said;
use crate::correspondence::store;
use crate::correspondence::words;
use crate::hours;
use crate::identity::Ctx;
use crate::jobs::Failed;
use crate::letters::page::Block;
use crate::letters::page::tame;
use crate::platform::zones;

pub(super) async fn said(
    ctx: &Ctx,
    row: &letter::Model,
    reader: &Reader,
) -> Result<Option<Said>, Failed> {
    let Some(id) = row.subject_id.map(ErasureId) else {
        return Ok(None);
    };
    let request = store::erasure(ctx.read(), ctx.scope(), reader.user(), id).await?;
    let Some(request) = request else {
        return Ok(None);
    };
    let site = ctx.core().config.public_url.clone();
    let place = match request.organization_id {
        Some(id) => hours::store::organization(ctx.read(), ctx.scope(), id).await?,
        None => None,
    };
    let day = |at: DateTime<Utc>| zones::country().day_of(at).to_string();
    let values = [
        (
            "organization",
            // Of an account, and for whoever left the organization.
            place.map_or_else(
                || site.clone(),
                |it| words::organization(&it, reader.locale),
            ),
        ),
        ("site", site),
        ("asked", day(request.created_at)),
        ("due", request.due_at.map(day).unwrap_or_default()),
        (
            "reason",
            tame(request.decision_reason.as_deref().unwrap_or_default()),
        ),
    ];
    let say = |key: &str| reader.locale.sentence(key, &values);
    let text = |key: &str| Block::Text(say(key));
    Ok(match request.status {
        ErasureStatus::Approved => Some(reader.said(
            say("letter-erasure-approved-subject"),
            vec![
                text("letter-erasure-approved-what"),
                text("letter-erasure-approved-act"),
            ],
        )),
        ErasureStatus::Refused => Some(reader.said(
            say("letter-erasure-refused-subject"),
            vec![
                text("letter-erasure-refused-what"),
                text("letter-erasure-refused-why"),
                text("letter-erasure-refused-act"),
            ],
        )),
        ErasureStatus::Requested | ErasureStatus::Withdrawn | ErasureStatus::Done => None,
    })
}
