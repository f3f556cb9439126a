//! What an answer says: whether it was done, what it shows, and of what it speaks otherwise.
//!
//! Who should be answered what is in the tables.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::permissions::is_blank;
use crate::permissions::is_nothing;
use crate::permissions::said;
use crate::support::app::Answer;
use crate::support::cast::codes;

/// What became of an operation; of all things that it was tried with, the best.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Outcome {
    /// They are asked to sign in.
    SignIn,
    /// There is nothing, or nothing that they may know of.
    Nothing,
    /// It is not theirs to do.
    Denied,
    /// It was done, or refused for what was asked and not for who asked.
    Allowed,
}

impl Outcome {
    /// The letter of the table.
    pub fn letter(self) -> char {
        match self {
            Self::SignIn => 's',
            Self::Nothing => '-',
            Self::Denied => 'n',
            Self::Allowed => 'y',
        }
    }

    /// What an answer says; `scoped` of what belongs to an organization.
    pub fn of(answer: &Answer, value: &Value, asked: &Value, root: &str, scoped: bool) -> Self {
        if value.is_null() {
            match answer.error_code() {
                "UNAUTHENTICATED" => return Self::SignIn,
                "FORBIDDEN" => return Self::Denied,
                "NOT_FOUND" => return Self::Nothing,
                "" => {}
                // An input that names what is not there is refused alike, there or not.
                _ if answer.body["errors"][0]["extensions"]["rule"] == "identity.scope" => {
                    return Self::Nothing;
                }
                _ => return Self::Allowed,
            }
        }
        let empty = match root {
            "Mutation" => {
                let codes = codes(value);
                let all = |code: &str| !codes.is_empty() && codes.iter().all(|it| it == code);
                if all("FORBIDDEN") {
                    return Self::Denied;
                }
                all("NOT_FOUND")
            }
            _ if scoped => is_blank(value, &said(asked)),
            _ => is_nothing(value),
        };
        if empty { Self::Nothing } else { Self::Allowed }
    }
}

/// What an answer says in the place of what was asked for.
pub fn refusals(answer: &Answer) -> String {
    let found = ["/errors", "/data"].map(|it| answer.body.pointer(it).map(Value::to_string));
    let words: String = found.into_iter().flatten().collect();
    words.chars().take(600).collect()
}

/// Nothing, or a page of which no row was asked for.
fn is_empty(value: &Value) -> bool {
    let kind = value["__typename"].as_str().unwrap_or_default();
    is_nothing(value) || kind.ends_with("Connection") && value.get("nodes").is_none()
}

/// The fields of an answer that hold something, as `Type.field`.
pub fn fields_of(value: &Value, into: &mut BTreeSet<String>) {
    match value {
        Value::Array(items) => items.iter().for_each(|it| fields_of(it, into)),
        Value::Object(members) => {
            let kind = members.get("__typename").and_then(Value::as_str);
            for (name, it) in members {
                if let Some(kind) = kind
                    && name != "__typename"
                    && !is_empty(it)
                {
                    into.insert(format!("{kind}.{name}"));
                }
                fields_of(it, into);
            }
        }
        _ => {}
    }
}

/// The field that an error is about, where the row on which it stands was answered.
pub fn field_at(data: &Value, path: &Value) -> Option<String> {
    let path = path.as_array()?;
    let (field, above) = path.split_last()?;
    let mut row = data;
    for step in above {
        row = match step.as_u64() {
            Some(number) => &row[usize::try_from(number).ok()?],
            None => &row[step.as_str()?],
        };
    }
    let kind = row["__typename"].as_str()?;
    Some(format!("{kind}.{}", field.as_str()?))
}
