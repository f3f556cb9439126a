//! A token by which an address is known to be that of an account.
//!
//! It is sent while it is worth something, and never to an address that another account has.

use entity::ids::EmailVerificationId;
use entity::letter;

use crate::correspondence::invitation::link;
use crate::correspondence::send::Reader;
use crate::correspondence::send::Said;
use crate::correspondence::words;
use crate::credentials::address;
use crate::credentials::store;
use crate::identity::Ctx;
use crate::jobs::Failed;
use crate::letters;
use crate::letters::page::Block;

pub(super) async fn said(
    ctx: &Ctx,
    row: &letter::Model,
    reader: &Reader,
) -> Result<Option<Said>, Failed> {
    let Some(id) = row.subject_id.map(EmailVerificationId) else {
        return Ok(None);
    };
    let found = store::verification_by_id(ctx.read(), id).await?;
    let Some(found) = found.filter(|it| it.used_at.is_none() && it.expires_at > ctx.now()) else {
        return Ok(None);
    };
    let holder = letters::store::account_of(ctx.read(), &found.email).await?;
    if holder.is_some_and(|it| it.id != reader.user()) {
        return Ok(None);
    }
    let locale = reader.locale;
    let config = &ctx.core().config;
    let values = [
        ("site", config.public_url.clone()),
        ("until", words::instant(found.expires_at)),
        ("address", found.email.clone()),
    ];
    let say = |key: &str| locale.sentence(key, &values);
    let token = address::token(ctx.core(), id);
    let mut blocks = vec![
        Block::Text(say("letter-verification-what")),
        Block::Text(say("letter-verification-until")),
    ];
    blocks.extend(link(
        &config.mail.verification_url,
        &token,
        say("letter-verification-open"),
    ));
    blocks.push(Block::Text(say("letter-verification-code")));
    blocks.push(Block::Code(token));
    blocks.push(Block::Text(say("letter-verification-ignore")));
    Ok(Some(Said {
        address: found.email,
        locale,
        subject: say("letter-verification-subject"),
        blocks,
    }))
}
