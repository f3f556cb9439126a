//! Leave to set a new password.
//!
//! It is sent while it is worth something, and not after that.

use entity::ids::PasswordResetId;
use entity::letter;

use crate::correspondence::invitation::link;
use crate::correspondence::send::Reader;
use crate::correspondence::send::Said;
use crate::correspondence::words;
use crate::identity::Ctx;
use crate::jobs::Failed;
use crate::letters::page::Block;
use crate::recovery;
use crate::recovery::reset;

pub(super) async fn said(
    ctx: &Ctx,
    row: &letter::Model,
    reader: &Reader,
) -> Result<Option<Said>, Failed> {
    let Some(id) = row.subject_id.map(PasswordResetId) else {
        return Ok(None);
    };
    let Some(leave) = recovery::store::live(ctx.read(), id, ctx.now()).await? else {
        return Ok(None);
    };
    let locale = reader.locale;
    let config = &ctx.core().config;
    let values = [
        ("site", config.public_url.clone()),
        ("until", words::instant(leave.expires_at)),
    ];
    let say = |key: &str| locale.sentence(key, &values);
    let token = reset::token(ctx.core(), id);
    let mut blocks = vec![
        Block::Text(say("letter-reset-what")),
        Block::Text(say("letter-reset-until")),
    ];
    blocks.extend(link(
        &config.mail.reset_url,
        &token,
        say("letter-reset-open"),
    ));
    blocks.push(Block::Text(say("letter-reset-code")));
    blocks.push(Block::Code(token));
    blocks.push(Block::Text(say("letter-reset-ignore")));
    Ok(Some(reader.said(say("letter-reset-subject"), blocks)))
}
