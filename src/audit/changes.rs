//! What a line says that it changed: its details, field by field.
//!
//! Pure. Who writes details writes `before` and `after` as objects of the same fields, and whatever else it says beside them.

use std::collections::BTreeSet;

use serde_json::Map;
use serde_json::Value;

use crate::audit::shown;

/// What changed of one field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Changed {
    /// The field.
    pub field: String,
    /// As JSON, before.
    pub before: Option<String>,
    /// As JSON, after.
    pub after: Option<String>,
}

/// What details say, changes first. What is the same before and after is left out.
#[must_use]
pub fn of(details: Option<&str>) -> Vec<Changed> {
    let Some(mut told) = details.and_then(shown::details) else {
        return Vec::new();
    };
    let mut side = |name: &str| match told.remove(name) {
        Some(Value::Object(fields)) => fields,
        Some(other) if !other.is_null() => Map::from_iter([(name.to_owned(), other)]),
        _ => Map::new(),
    };
    let (before, after) = (side("before"), side("after"));
    let fields: BTreeSet<&String> = before.keys().chain(after.keys()).collect();
    let changed = fields
        .into_iter()
        .map(|field| (field, before.get(field), after.get(field)))
        .filter(|(_, before, after)| before != after)
        .map(|(field, before, after)| Changed {
            field: field.clone(),
            before: before.and_then(written),
            after: after.and_then(written),
        });
    let rest = told.iter().filter_map(|(field, value)| {
        let (before, after) = match (value.get("before"), value.get("after")) {
            // Of one field alone.
            (Some(before), Some(after)) => (written(before), written(after)),
            _ => (None, Some(written(value)?)),
        };
        Some(Changed {
            field: field.clone(),
            before,
            after,
        })
    });
    changed.chain(rest).collect()
}

fn written(value: &Value) -> Option<String> {
    (!value.is_null()).then(|| value.to_string())
}

#[cfg(test)]
mod tests {
    use super::of;

    fn told(details: &str) -> Vec<String> {
        let shown = |it: &Option<String>| it.clone().unwrap_or_else(|| "-".to_owned());
        of(Some(details))
            .iter()
            .map(|it| format!("{} {} {}", it.field, shown(&it.before), shown(&it.after)))
            .collect()
    }

    #[test]
    fn details_are_told_field_by_field() {
        assert_eq!(
            told(
                r#"{"before":{"role":"VIEWER","same":1},"after":{"role":"OWNER","same":1},"why":"x"}"#
            ),
            ["role \"VIEWER\" \"OWNER\"", "why - \"x\""]
        );
        assert_eq!(
            told(r#"{"before":{"cap":null},"after":{"cap":60}}"#),
            ["cap - 60"]
        );
        assert_eq!(told(r#"{"count":2,"nothing":null}"#), ["count - 2"]);
        assert_eq!(
            told(r#"{"sector":{"before":"A","after":null}}"#),
            ["sector \"A\" -"]
        );
        for nothing in ["", "[]", "{}", "not JSON"] {
            assert_eq!(told(nothing), Vec::<String>::new(), "{nothing}");
        }
        assert_eq!(of(None), []);
    }
}
