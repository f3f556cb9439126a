//! A password was set anew: whoever did not do it learns of it.
//!
//! It brings no token and no link that does anything.

use chrono::DateTime;
use chrono::Utc;
use entity::letter;
use serde::Deserialize;

use crate::correspondence::send::Reader;
use crate::correspondence::send::Said;
use crate::correspondence::words;
use crate::letters::page::Block;

#[derive(Debug, Deserialize)]
struct Matter {
    at: DateTime<Utc>,
}

pub(super) fn said(row: &letter::Model, reader: &Reader) -> Option<Said> {
    let locale = reader.locale;
    let matter: Option<Matter> = serde_json::from_str(&row.matter).ok();
    let at = matter.map_or(row.created_at, |it| it.at);
    let values = [("at", words::instant(at))];
    let say = |key: &str| locale.sentence(key, &values);
    let blocks = vec![
        Block::Text(say("letter-changed-what")),
        Block::Text(say("letter-changed-act")),
    ];
    Some(reader.said(say("letter-changed-subject"), blocks))
}
