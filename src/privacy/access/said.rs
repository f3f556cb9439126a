//! What somebody agreed to, as their archive shows it.
//!
//! Which words there are is gathered in `gather`.

use entity::consent;
use entity::ids::UserId;
use serde_json::Value;
use serde_json::json;

use crate::privacy::access::gather::instant;

/// One word of somebody, and whether they wrote it down themselves: nobody else is named.
pub(super) fn consent(it: &consent::Model, person: Option<UserId>) -> Value {
    let by = match it.recorded_by {
        None => "SERVER",
        by if by == person => "SELF",
        Some(_) => "SOMEBODY",
    };
    json!({
        "purpose": it.purpose, "decision": it.decision, "textVersion": it.text_version,
        "language": it.language, "means": it.means, "decidedAt": instant(it.decided_at),
        "recordedAt": instant(it.recorded_at), "by": by,
    })
}
