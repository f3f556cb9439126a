//! A month that has neither hours nor the word that there were none, for those who would say it.
//!
//! When it is asked for is in `rounds`; what counts as missing is as `reports/completeness.rs` counts it.

use chrono::NaiveDate;
use entity::letter;
use entity::organization;
use sea_orm::ConnectionTrait;
use sea_orm::DbErr;
use serde::Deserialize;

use crate::correspondence::send::Reader;
use crate::correspondence::send::Said;
use crate::correspondence::store;
use crate::correspondence::words;
use crate::hours;
use crate::identity::Action;
use crate::identity::Ctx;
use crate::jobs::Failed;
use crate::letters::page::Block;
use crate::organizations::months;
use crate::organizations::months::Terms;

#[derive(Debug, Deserialize)]
struct Matter {
    month: NaiveDate,
}

pub(super) async fn said(
    ctx: &Ctx,
    row: &letter::Model,
    reader: &Reader,
) -> Result<Option<Said>, Failed> {
    let unread = || Failed::Fault("the letter cannot be read".to_owned());
    let Matter { month } = serde_json::from_str(&row.matter).map_err(|_cause| unread())?;
    let id = row.organization_id.ok_or_else(unread)?;
    if !ctx.may(Action::SubmitPeriod, id) {
        return Ok(None);
    }
    let Some(place) = hours::store::organization(ctx.read(), ctx.scope(), id).await? else {
        return Ok(None);
    };
    if !is_missing(ctx, ctx.read(), &place, month).await? {
        return Ok(None);
    }
    let locale = reader.locale;
    let closes = Terms::of(&place).and_then(|it| {
        let closes_at = months::standing(&it, month, None, ctx.now()).closes_at?;
        Some(it.zone.day_of(closes_at))
    });
    let values = [
        ("organization", words::organization(&place, locale)),
        ("month", month.format("%Y-%m").to_string()),
        (
            "closes",
            closes.map(|it| it.to_string()).unwrap_or_default(),
        ),
        ("site", ctx.core().config.public_url.clone()),
    ];
    let say = |key: &str| locale.sentence(key, &values);
    let mut blocks = vec![Block::Text(say("letter-missing-what"))];
    if closes.is_some() {
        blocks.push(Block::Text(say("letter-missing-closes")));
    }
    blocks.push(Block::Text(say("letter-missing-how")));
    Ok(Some(reader.said(say("letter-missing-subject"), blocks)))
}

/// Whether nothing was said of a month that can yet be said: no hours handed in or counted, no word that there were none, and
/// not closed.
pub(super) async fn is_missing(
    ctx: &Ctx,
    conn: &impl ConnectionTrait,
    place: &organization::Model,
    month: NaiveDate,
) -> Result<bool, DbErr> {
    let said = hours::store::periods(conn, &[place.id], &[month]).await?;
    let said = said.first();
    if said.is_some_and(|it| it.declared_zero || it.submitted_at.is_some()) {
        return Ok(false);
    }
    let closed = Terms::of(place)
        .is_some_and(|it| months::standing(&it, month, said, ctx.now()).is_closed());
    Ok(!closed && !store::has_hours(conn, place.id, month).await?)
}
