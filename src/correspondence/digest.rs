//! What waits for a decision in an organization, once a week, for those who decide there.
//!
//! Its figures are those of the queue at the moment of sending; where nothing waits nothing is sent.

use entity::letter;

use crate::correspondence::send::Reader;
use crate::correspondence::send::Said;
use crate::correspondence::words;
use crate::correspondence::words::ROWS_MOST;
use crate::hours;
use crate::hours::queue::waiting;
use crate::identity::Action;
use crate::identity::Ctx;
use crate::jobs::Failed;
use crate::letters::page::Block;
use crate::platform::zones;
use crate::platform::zones::Zone;

pub(super) async fn said(
    ctx: &Ctx,
    row: &letter::Model,
    reader: &Reader,
) -> Result<Option<Said>, Failed> {
    let Some(id) = row.organization_id else {
        return Ok(None);
    };
    if !ctx.may(Action::DecideHours, id) {
        return Ok(None);
    }
    let Some(place) = hours::store::organization(ctx.read(), ctx.scope(), id).await? else {
        return Ok(None);
    };
    let (sums, projects) = waiting::by_project(ctx, &place).await?;
    let Some(oldest) = sums.iter().filter_map(|it| it.oldest).min() else {
        return Ok(None);
    };
    let locale = reader.locale;
    let zone = zones::parse(&place.time_zone).unwrap_or_else(Zone::utc);
    let entries: i64 = sums.iter().map(|it| it.entries).sum();
    let minutes: i64 = sums.iter().map(|it| it.minutes).sum();
    let values = [
        ("organization", words::organization(&place, locale)),
        ("entries", entries.to_string()),
        ("time", words::minutes(locale, minutes)),
        ("since", zone.day_of(oldest).to_string()),
        ("site", ctx.core().config.public_url.clone()),
    ];
    let say = |key: &str| locale.sentence(key, &values);
    let rows = sums.iter().take(ROWS_MOST).map(|it| {
        vec![
            words::project(projects.get(&it.project_id), locale),
            it.entries.to_string(),
            words::minutes(locale, it.minutes),
            it.oldest
                .map(|it| zone.day_of(it).to_string())
                .unwrap_or_default(),
        ]
    });
    let heads = [
        "letter-project",
        "letter-entries",
        "letter-time",
        "letter-since",
    ];
    let mut blocks = vec![
        Block::Text(say("letter-digest-what")),
        Block::Table {
            heads: heads.iter().map(|it| words::say(locale, it)).collect(),
            rows: rows.collect(),
        },
    ];
    let more = sums.len().saturating_sub(ROWS_MOST);
    if more > 0 {
        let values = [("count", more.to_string())];
        blocks.push(Block::Text(
            locale.sentence("letter-more-projects", &values),
        ));
    }
    blocks.push(Block::Text(say("letter-digest-how")));
    Ok(Some(reader.said(say("letter-digest-subject"), blocks)))
}
