//! Seals: digests of stored rows and texts that only the holder of the keys can make.
//!
//! An event carries the seal of the entry as it is stored after it, every column and every day: a
//! row that is changed past the ledger no longer fits. A keyed digest tells a stranger nothing of a
//! short text, as a plain one would.

use chrono::DateTime;
use chrono::Utc;
use entity::hour_entry;
use entity::hour_entry_amendment;
use entity::ids::EntryId;
use serde_json::json;

use crate::hours::days::DayShare;
use crate::hours::ledger::event::instant;
use crate::platform::crypto::Keys;
use crate::platform::hex::hex;

/// The seal of a stored entry with its days.
pub(super) fn entry(keys: &Keys, entry: &hour_entry::Model, days: &[DayShare]) -> String {
    // Taken apart, so that a column that is added later is not forgotten here.
    let hour_entry::Model {
        id,
        organization_id,
        project_id,
        volunteer_id,
        person_id,
        territory_id,
        kind,
        status,
        evidence_level,
        started_at,
        ended_at,
        break_minutes,
        time_zone,
        worked_on,
        ended_on,
        minutes,
        headcount,
        total_minutes,
        description,
        decision_reason,
        import_key,
        created_by,
        submitted_by,
        submitted_at,
        decided_by,
        decided_at,
        version,
        created_at,
        updated_at,
    } = entry;
    let days: Vec<_> = days.iter().map(|it| (it.day, it.minutes)).collect();
    let columns = json!([
        [
            id,
            organization_id,
            project_id,
            volunteer_id,
            person_id,
            territory_id
        ],
        [
            kind,
            status,
            evidence_level,
            time(*started_at),
            time(*ended_at),
            break_minutes
        ],
        [
            time_zone,
            worked_on,
            ended_on,
            minutes,
            headcount,
            total_minutes
        ],
        [description, decision_reason, import_key],
        [
            created_by,
            submitted_by,
            time(*submitted_at),
            decided_by,
            time(*decided_at)
        ],
        [version, instant(*created_at), instant(*updated_at)],
        days,
    ]);
    made(keys, "ledger.entry", &columns)
}

/// The seal of a stored correction.
pub(super) fn amendment(keys: &Keys, amendment: &hour_entry_amendment::Model) -> String {
    let hour_entry_amendment::Model {
        id,
        entry_id,
        organization_id,
        status,
        reason,
        project_id,
        territory_id,
        evidence_level,
        started_at,
        ended_at,
        break_minutes,
        time_zone,
        worked_on,
        ended_on,
        minutes,
        headcount,
        total_minutes,
        description,
        created_by,
        created_at,
        decided_by,
        decided_at,
        decision_reason,
    } = amendment;
    let columns = json!([
        [id, entry_id, organization_id, status, reason],
        [
            project_id,
            territory_id,
            evidence_level,
            time(*started_at),
            time(*ended_at)
        ],
        [
            break_minutes,
            time_zone,
            worked_on,
            ended_on,
            minutes,
            headcount,
            total_minutes
        ],
        [description, created_by, instant(*created_at)],
        [decided_by, time(*decided_at), decision_reason],
    ]);
    made(keys, "ledger.amendment", &columns)
}

/// The digest of what was done, which says whether it was changed and not what it says.
pub(super) fn description(keys: &Keys, entry: EntryId, text: Option<&str>) -> Option<String> {
    text.map(|it| made(keys, "ledger.description", &json!([entry, it])))
}

/// The digest of the reason of an event.
pub(super) fn note(keys: &Keys, entry: EntryId, version: i32, text: &str) -> String {
    made(keys, "ledger.note", &json!([entry, version, text]))
}

fn made(keys: &Keys, purpose: &str, content: &serde_json::Value) -> String {
    hex(&keys.keyed_hash(purpose, content.to_string().as_bytes()))
}

fn time(at: Option<DateTime<Utc>>) -> Option<String> {
    at.map(instant)
}
