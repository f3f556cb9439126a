//! What a row wrote, as a digest: whether it still says the same when it is to be taken back.
//!
//! Taking back is in `undo`.

use entity::hour_entry;
use entity::volunteer;
use serde_json::json;

use crate::imports::outcome::Trace;
use crate::platform::crypto::sha256;
use crate::volunteers::undo::Said;

/// The trace of a new entry.
#[must_use]
pub fn of_entry(row: &hour_entry::Model) -> Trace {
    Trace {
        subject: row.id.0,
        content: entry(row),
        before: None,
    }
}

/// The trace of a record that is new, or said something else before.
#[must_use]
pub fn of_volunteer(row: &volunteer::Model, before: Option<&volunteer::Model>) -> Trace {
    Trace {
        subject: row.id.0,
        content: volunteer(row),
        before: before.map(|it| json!(Said::from(it)).to_string()),
    }
}

/// Digest of what an entry says. Where it stands is no part of it: a draft may be handed in.
#[must_use]
pub fn entry(row: &hour_entry::Model) -> Vec<u8> {
    let instants = [row.started_at, row.ended_at].map(|it| it.map(|it| it.timestamp_micros()));
    let content = json!([
        row.project_id,
        row.volunteer_id,
        row.territory_id,
        instants,
        row.break_minutes,
        row.worked_on,
        row.minutes,
        row.headcount,
        row.description,
    ]);
    // The form is part of what is stored: never changed.
    sha256(format!("entry/1 {content}").as_bytes())
}

/// Digest of what a volunteer's record says.
#[must_use]
pub fn volunteer(row: &volunteer::Model) -> Vec<u8> {
    let content = json!([
        Said::from(row),
        row.reference,
        row.person_id,
        row.user_id,
        row.archived_at.is_some(),
    ]);
    // The form is part of what is stored: never changed.
    sha256(format!("volunteer/1 {content}").as_bytes())
}
