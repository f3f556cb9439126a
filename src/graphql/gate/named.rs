//! What a mutation is about, as its input names it: one thing, by type and key.
//!
//! Whether it is there, and whether the caller sees it, is not known here.

use apollo_compiler::ExecutableDocument;
use apollo_compiler::Node;
use apollo_compiler::ast::Value as Literal;
use apollo_compiler::executable::Operation;
use async_graphql::ID;
use serde_json::Map;
use serde_json::Value;
use uuid::Uuid;

use crate::graphql::gate::budget::root_fields;
use crate::graphql::node;

/// No global id is longer.
const ID_MOST: usize = 100;

/// The organization that the input names, else its `id`, else the first that stands alone in a member of it; `None` of an
/// operation that does several things.
pub fn thing(
    document: &ExecutableDocument,
    operation: &Node<Operation>,
    variables: &Map<String, Value>,
) -> Option<(&'static str, Uuid)> {
    if !operation.is_mutation() {
        return None;
    }
    let fields = root_fields(document, operation);
    let [field] = fields.as_slice() else {
        return None;
    };
    let mut named = Vec::new();
    for argument in &field.arguments {
        let name = argument.name.as_str();
        match argument.value.as_ref() {
            Literal::Object(members) => named.extend(
                members
                    .iter()
                    .map(|(name, it)| (name.as_str(), written(it, variables))),
            ),
            Literal::Variable(variable) => match variables.get(variable.as_str()) {
                Some(Value::Object(members)) => {
                    named.extend(members.iter().map(|(name, it)| (name.as_str(), alone(it))));
                }
                Some(other) => named.push((name, alone(other))),
                None => {}
            },
            other => named.push((name, written(other, variables))),
        }
    }
    let of = |name: &str| {
        let found = named.iter().find(|(it, _)| *it == name);
        found.and_then(|(_, thing)| *thing)
    };
    let first = || named.iter().find_map(|(_, thing)| *thing);
    of("organizationId").or_else(|| of("id")).or_else(first)
}

/// The one thing that a literal names.
fn written(literal: &Literal, variables: &Map<String, Value>) -> Option<(&'static str, Uuid)> {
    match literal {
        Literal::Variable(name) => variables.get(name.as_str()).and_then(alone),
        Literal::String(text) => known(text),
        Literal::List(items) => match items.as_slice() {
            [one] => written(one, variables),
            _ => None,
        },
        _ => None,
    }
}

/// The one thing that a value names.
fn alone(value: &Value) -> Option<(&'static str, Uuid)> {
    match value {
        Value::String(text) => known(text),
        Value::Array(items) => match items.as_slice() {
            [one] => alone(one),
            _ => None,
        },
        _ => None,
    }
}

fn known(text: &str) -> Option<(&'static str, Uuid)> {
    let short = text.len() <= ID_MOST;
    short.then(|| node::known(&ID(text.to_owned()))).flatten()
}
