//! Details of a line as they are shown: things by the ids that the API takes, and lists that are kept as text as lists.
//!
//! Pure. Lines themselves are never rewritten: what was kept with the keys of the database is named when it is read.

use serde_json::Map;
use serde_json::Value;
use uuid::Uuid;

use crate::platform::global;

/// Members whose value is kept as JSON within text.
const WITHIN_TEXT: [&str; 2] = ["events", "conditions"];

/// The id of a thing that a line names, as the API takes it.
#[must_use]
pub fn id(kind: &str, key: Uuid) -> String {
    global::id(kind, key)
}

/// Details as they are shown; `None` where there are none.
#[must_use]
pub fn details(kept: &str) -> Option<Map<String, Value>> {
    match serde_json::from_str(kept) {
        Ok(Value::Object(members)) => Some(object(members)),
        _ => None,
    }
}

fn object(members: Map<String, Value>) -> Map<String, Value> {
    let shown = |(name, value): (String, Value)| {
        let shown = plain(&name, value)?;
        Some((name, shown))
    };
    members.into_iter().filter_map(shown).collect()
}

/// A value of a member; `None` of the key of something that nobody asks for by an id.
fn plain(name: &str, value: Value) -> Option<Value> {
    Some(match value {
        Value::Object(members) => Value::Object(object(members)),
        Value::Array(items) => items.into_iter().filter_map(|it| plain(name, it)).collect(),
        Value::String(text) => match text.parse::<Uuid>() {
            Ok(key) if text.len() == 36 => Value::String(id(kind(name)?, key)),
            _ => match serde_json::from_str(&text) {
                Ok(within) if WITHIN_TEXT.contains(&name) => return plain(name, within),
                _ => Value::String(text),
            },
        },
        other => other,
    })
}

/// What a member names.
fn kind(name: &str) -> Option<&'static str> {
    Some(match name {
        "volunteer" | "records" | "kept" | "merged" | "other" => "Volunteer",
        "users" => "User",
        "project" | "projects" => "Project",
        "territory" => "Territory",
        "entry" => "HourEntry",
        "amendment" => "HourEntryAmendment",
        "measurement" => "Measurement",
        "contract" => "VolunteerContract",
        "accreditation" => "Accreditation",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use serde_json::Value;
    use serde_json::json;
    use uuid::Uuid;

    use super::details;
    use super::id;

    fn shown(kept: &Value) -> Value {
        Value::Object(details(&kept.to_string()).expect("an object"))
    }

    #[test]
    fn things_are_named_as_the_api_takes_them() {
        let key = Uuid::from_u128(7);
        let (record, project) = (id("Volunteer", key), id("Project", key));
        assert_eq!(
            shown(&json!({ "records": [key, key], "count": 2, "after": { "project": key } })),
            json!({ "records": [record, record], "count": 2, "after": { "project": project } })
        );
    }

    #[test]
    fn what_has_no_id_in_the_api_is_left_out() {
        let key = Uuid::from_u128(7);
        assert_eq!(
            shown(&json!({ "consent": key, "purpose": "LETTERS", "others": [key], "none": null })),
            json!({ "purpose": "LETTERS", "others": [], "none": null })
        );
    }

    #[test]
    fn lists_within_text_are_lists_and_words_stay_words() {
        assert_eq!(
            shown(
                &json!({ "events": "[]", "before": { "events": "\"[1]\"" }, "name": "[1]", "version": "1" })
            ),
            json!({ "events": [], "before": { "events": [1] }, "name": "[1]", "version": "1" })
        );
        assert_eq!(details("not JSON"), None);
        assert_eq!(details("[]"), None);
    }
}
