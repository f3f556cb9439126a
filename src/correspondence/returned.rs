//! Hours that came back: which, of which project, why, and who may answer.
//!
//! Only entries that are still returned, and that the reader may see.

use std::collections::BTreeSet;

use entity::ids::EntryId;
use entity::ids::ProjectId;
use entity::ids::UserId;
use entity::letter;
use serde::Deserialize;

use crate::correspondence::send::Reader;
use crate::correspondence::send::Said;
use crate::correspondence::words;
use crate::correspondence::words::ROWS_MOST;
use crate::hours;
use crate::identity::Ctx;
use crate::jobs::Failed;
use crate::letters::page::Block;
use crate::letters::page::tame;
use crate::organizations;

#[derive(Debug, Deserialize)]
struct Matter {
    entries: Vec<EntryId>,
}

pub(super) async fn said(
    ctx: &Ctx,
    row: &letter::Model,
    reader: &Reader,
) -> Result<Option<Said>, Failed> {
    let locale = reader.locale;
    let unread = || Failed::Fault("the letter cannot be read".to_owned());
    let matter: Matter = serde_json::from_str(&row.matter).map_err(|_cause| unread())?;
    let entries = hours::telling::store::returned(ctx.read(), ctx.scope(), &matter.entries).await?;
    let Some(first) = entries.first() else {
        return Ok(None);
    };
    let place = hours::store::organization(ctx.read(), ctx.scope(), first.organization_id).await?;
    let Some(place) = place else {
        return Ok(None);
    };
    let ids: BTreeSet<ProjectId> = entries.iter().map(|it| it.project_id).collect();
    let ids: Vec<ProjectId> = ids.into_iter().collect();
    let projects = hours::store::projects(ctx.read(), ctx.scope(), &ids).await?;
    let deciders: BTreeSet<UserId> = entries.iter().filter_map(|it| it.decided_by).collect();
    let deciders: Vec<UserId> = deciders.into_iter().collect();
    // Names only where the reader may see them.
    let own = Some(reader.user());
    let named = organizations::store::users(ctx.read(), ctx.scope(), own, &deciders).await?;
    let names: Vec<String> = named.iter().map(|it| tame(&it.display_name)).collect();

    let organization = words::organization(&place, locale);
    let sum: i64 = entries.iter().map(|it| i64::from(it.total_minutes.0)).sum();
    let values = [
        ("organization", organization),
        ("count", entries.len().to_string()),
        ("time", words::minutes(locale, sum)),
        ("names", names.join(", ")),
    ];
    let say = |key: &str| locale.sentence(key, &values);
    let rows = entries.iter().take(ROWS_MOST).map(|it| {
        vec![
            it.worked_on.to_string(),
            words::project(projects.get(&it.project_id), locale),
            words::minutes(locale, i64::from(it.total_minutes.0)),
            tame(it.decision_reason.as_deref().unwrap_or_default()),
        ]
    });
    let heads = [
        "letter-day",
        "letter-project",
        "letter-time",
        "letter-reason",
    ];
    let mut blocks = vec![
        Block::Text(say("letter-returned-what")),
        Block::Table {
            heads: heads.iter().map(|it| words::say(locale, it)).collect(),
            rows: rows.collect(),
        },
    ];
    let more = entries.len().saturating_sub(ROWS_MOST);
    if more > 0 {
        let values = [("count", more.to_string())];
        blocks.push(Block::Text(locale.sentence("letter-more", &values)));
    }
    blocks.push(Block::Text(say("letter-returned-answer")));
    if !names.is_empty() {
        blocks.push(Block::Text(say("letter-returned-who")));
    }
    Ok(Some(reader.said(say("letter-returned-subject"), blocks)))
}
