//! The schema as clients read it, and operations made from it that leave nothing out.
//!
//! What the operations must answer is the tests' business.

use std::collections::HashMap;
use std::sync::LazyLock;
use std::sync::Mutex;

use apollo_compiler::Node;
use apollo_compiler::Schema;
use apollo_compiler::ast::FieldDefinition;
use apollo_compiler::ast::InputValueDefinition;
use apollo_compiler::ast::Type;
use apollo_compiler::schema::Component;
use apollo_compiler::schema::ExtendedType;
use apollo_compiler::validation::Valid;
use serde_json::Map;
use serde_json::Value;
use serde_json::json;

/// The schema that the server serves.
pub fn schema() -> &'static Schema {
    static SCHEMA: LazyLock<Valid<Schema>> = LazyLock::new(|| {
        let text = tiwizi::graphql::sdl();
        Schema::parse_and_validate(text, "schema.graphql").expect("a valid schema")
    });
    &SCHEMA
}

/// The types that are ours, by name.
pub fn own_types(schema: &Schema) -> impl Iterator<Item = (&str, &ExtendedType)> {
    schema
        .types
        .iter()
        .filter(|(_, it)| !it.is_built_in())
        .map(|(name, it)| (name.as_str(), it))
}

/// The fields of an object or interface; none for other types.
pub fn fields<'a>(schema: &'a Schema, name: &str) -> Vec<&'a Component<FieldDefinition>> {
    match schema.types.get(name) {
        Some(ExtendedType::Object(it)) => it.fields.values().collect(),
        Some(ExtendedType::Interface(it)) => it.fields.values().collect(),
        _ => Vec::new(),
    }
}

/// Everything that can be selected on a type without arguments, down to a depth; pages of two.
pub fn selection(schema: &Schema, name: &str, depth: usize) -> String {
    static MADE: LazyLock<Mutex<HashMap<(String, usize), String>>> = LazyLock::new(Mutex::default);

    let of = (name.to_owned(), depth);
    let made = MADE.lock().expect("no panic").get(&of).cloned();
    made.unwrap_or_else(|| {
        let text = selected(schema, name, depth, &mut HashMap::new());
        MADE.lock().expect("no panic").insert(of, text.clone());
        text
    })
}

/// The same; `seen` holds the types of the names that stand side by side, since fields of several
/// members of an interface may share a name only where they share the type.
fn selected(
    schema: &Schema,
    name: &str,
    depth: usize,
    seen: &mut HashMap<String, String>,
) -> String {
    let mut parts = vec!["__typename".to_owned()];
    for field in fields(schema, name) {
        let kind = field.ty.to_string();
        if *seen
            .entry(field.name.to_string())
            .or_insert_with(|| kind.clone())
            != kind
        {
            continue;
        }
        let inner = field.ty.inner_named_type();
        let paged = field.arguments.iter().any(|it| it.name == "first");
        let needs_more = field
            .arguments
            .iter()
            .any(|it| it.ty.is_non_null() && it.default_value.is_none() && it.name != "first");
        if needs_more {
            continue;
        }
        let arguments = if paged { "(first: 2)" } else { "" };
        match schema.types.get(inner) {
            Some(ExtendedType::Scalar(_) | ExtendedType::Enum(_)) => {
                parts.push(format!("{}{arguments}", field.name));
            }
            // Anything at all: what it holds is asked for where it stands by itself.
            Some(ExtendedType::Interface(_)) if inner.as_str() == "Node" => {
                parts.push(format!("{} {{ __typename id }}", field.name));
            }
            Some(ExtendedType::Object(_) | ExtendedType::Interface(_)) if depth > 0 => {
                let below = selection(schema, inner, depth - 1);
                parts.push(format!("{}{arguments} {{ {below} }}", field.name));
            }
            _ => {}
        }
    }
    for member in members(schema, name) {
        let below = selected(schema, member, depth.saturating_sub(1), seen);
        parts.push(format!("... on {member} {{ {below} }}"));
    }
    parts.join(" ")
}

/// The objects that an interface or union stands for; none for other types.
fn members<'a>(schema: &'a Schema, name: &str) -> Vec<&'a str> {
    own_types(schema)
        .filter(|(member, kind)| match (schema.types.get(name), kind) {
            (Some(ExtendedType::Union(it)), _) => it.members.contains(*member),
            (_, ExtendedType::Object(it)) => it.implements_interfaces.contains(name),
            _ => false,
        })
        .map(|(member, _)| member)
        .collect()
}

/// One operation on a root field: its document and its variables.
#[derive(Debug)]
pub struct Operation {
    /// The document.
    pub query: String,
    /// The values of its variables.
    pub variables: Value,
}

/// An operation that calls a root field with every argument that `fill` has a value for.
pub fn operation(
    schema: &Schema,
    kind: &str,
    field: &FieldDefinition,
    depth: usize,
    fill: &dyn Fn(&str, &Type) -> Option<Value>,
) -> Operation {
    let mut declared = Vec::new();
    let mut passed = Vec::new();
    let mut variables = Map::new();
    for argument in &field.arguments {
        let Some(value) = value_of(schema, argument, fill) else {
            continue;
        };
        declared.push(format!("${}: {}", argument.name, argument.ty));
        passed.push(format!("{0}: ${0}", argument.name));
        variables.insert(argument.name.to_string(), value);
    }
    let bracketed = |parts: &[String]| match parts {
        [] => String::new(),
        parts => format!("({})", parts.join(", ")),
    };
    let inner = field.ty.inner_named_type();
    let below = match schema.types.get(inner) {
        Some(ExtendedType::Scalar(_) | ExtendedType::Enum(_)) => String::new(),
        _ => format!("{{ {} }}", selection(schema, inner, depth)),
    };
    Operation {
        query: format!(
            "{kind} {}{{ {}{} {below} }}",
            bracketed(&declared),
            field.name,
            bracketed(&passed)
        ),
        variables: Value::Object(variables),
    }
}

/// A value for an argument or input field: what `fill` says, else the plainest one that is valid;
/// `None` for what may be left out.
fn value_of(
    schema: &Schema,
    of: &Node<InputValueDefinition>,
    fill: &dyn Fn(&str, &Type) -> Option<Value>,
) -> Option<Value> {
    let inner = of.ty.inner_named_type();
    let one = if let Some(value) = fill(&of.name, &of.ty) {
        value
    } else {
        match schema.types.get(inner) {
            Some(ExtendedType::InputObject(input)) => {
                let one_of = input.directives.iter().any(|it| it.name == "oneOf");
                let mut object = Map::new();
                for (name, field) in &input.fields {
                    if let Some(value) = value_of(schema, field, fill) {
                        object.insert(name.to_string(), value);
                    }
                    if one_of && object.is_empty() {
                        object.insert(name.to_string(), plain(inner_of(field)));
                    }
                    if one_of {
                        break;
                    }
                }
                if object.is_empty() && !of.ty.is_non_null() {
                    return None;
                }
                Value::Object(object)
            }
            _ if !of.ty.is_non_null() || of.default_value.is_some() => return None,
            Some(ExtendedType::Enum(it)) => json!(it.values.keys().next()?.as_str()),
            _ => plain(inner),
        }
    };
    Some(if of.ty.is_list() { json!([one]) } else { one })
}

fn inner_of(field: &Node<InputValueDefinition>) -> &str {
    field.ty.inner_named_type().as_str()
}

/// The plainest value of a scalar.
fn plain(scalar: &str) -> Value {
    match scalar {
        "Int" | "Minutes" | "Float" => json!(1),
        "Boolean" => json!(false),
        "Date" => json!("2026-10-01"),
        "DateTime" => json!("2026-10-01T10:00:00Z"),
        "TimeZone" => json!("Africa/Casablanca"),
        "Decimal" => json!("1"),
        "Locale" => json!("fr"),
        "CountryCode" => json!("MA"),
        "CurrencyCode" => json!("MAD"),
        "UUID" => json!("00000000-0000-4000-8000-000000000000"),
        "EmailAddress" => json!("nobody@example.org"),
        "PhoneNumber" => json!("+212600000000"),
        "URL" => json!("https://example.org/"),
        _ => json!("x"),
    }
}
