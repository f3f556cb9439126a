//! With what everybody asks for a field: the operations on it, one for each thing of the organization.
//!
//! What they are answered is not here.

use std::collections::BTreeMap;
use std::collections::BTreeSet;

use apollo_compiler::ast::FieldDefinition;
use apollo_compiler::schema::ExtendedType;
use serde_json::json;
use tiwizi::graphql::node::split;

use crate::matrix::people::People;
use crate::matrix::suited::suit;
use crate::matrix::tables::read;
use crate::permissions::calls;
use crate::support::sdl;
use crate::support::sdl::Operation;

/// Where it is said.
pub const THINGS: &str = "tests/matrix/things.txt";

/// Whether it is asked for with every thing.
pub fn is_any(name: &str) -> bool {
    ["Query.node", "Query.nodes"].contains(&name)
}

/// With which things a field is asked for, by `Type.field`.
pub fn things() -> BTreeMap<String, BTreeSet<String>> {
    read(THINGS)
        .lines()
        .filter(|it| !it.starts_with('#'))
        .filter_map(|line| line.split_once(": "))
        .map(|(name, of)| (name.to_owned(), of.split(", ").map(str::to_owned).collect()))
        .collect()
}

/// The operations on a root field, with each thing of the organization.
pub fn operations(
    people: &People,
    root: &str,
    field: &FieldDefinition,
) -> Vec<(String, Operation)> {
    if is_any(&format!("{root}.{}", field.name)) {
        return by_id(people, field);
    }
    let mut calls = calls(&people.planted, &root.to_lowercase(), field);
    let name = format!("{root}.{}", field.name);
    for (of, operation) in &mut calls {
        suit(people, &name, of, &mut operation.variables);
        let input = operation.variables["input"].as_object_mut();
        // One or the other: both are refused before it is asked who may.
        if let Some(input) = input.filter(|it| it.contains_key("ids")) {
            input.remove("selection");
        }
    }
    calls
}

/// The same for what shows any thing: everything of that one kind is asked for.
fn by_id(people: &People, field: &FieldDefinition) -> Vec<(String, Operation)> {
    let ids = people.planted.ids.iter();
    let of_kind = ids.map(|(of, id)| {
        let (kind, _) = split(&id.clone().into()).expect("a global id");
        let on_it = match sdl::schema().types.get(kind.as_str()) {
            Some(ExtendedType::Object(it)) if it.implements_interfaces.contains("Node") => {
                let depth = if field.name == "node" { 2 } else { 0 };
                format!(
                    "... on {kind} {{ {} }}",
                    sdl::selection(sdl::schema(), &kind, depth)
                )
            }
            _ => String::new(),
        };
        let (call, variables) = match field.name.as_str() {
            "node" => ("query($id: ID!) { node(id: $id)", json!({ "id": id })),
            _ => (
                "query($ids: [ID!]!) { nodes(ids: $ids)",
                json!({ "ids": [id] }),
            ),
        };
        let query = format!("{call} {{ __typename id {on_it} }} }}");
        ((*of).to_owned(), Operation { query, variables })
    });
    of_kind.collect()
}
