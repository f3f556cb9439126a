//! Operations made from the schema at random, and bent.
//!
//! What they must be answered is not here.

use apollo_compiler::Node;
use apollo_compiler::ast::FieldDefinition;
use apollo_compiler::ast::InputValueDefinition;
use apollo_compiler::ast::Type;
use apollo_compiler::schema::ExtendedType;
use rand::Rng;
use rand::rngs::StdRng;
use serde_json::Map;
use serde_json::Value;
use serde_json::json;

use crate::storm::values::Given;
use crate::storm::values::pick;
use crate::storm::values::scalar;
use crate::support::sdl;

/// Acts that would end the session of whoever asks, and with it the storm.
const LEFT_OUT: [&str; 1] = ["signOut"];
/// Deepest selection, and deepest input object.
const DEPTH: usize = 4;
/// What is put between the words of a document.
const ODD: [&str; 22] = [
    "{",
    "}",
    "(",
    ")",
    "[",
    "]",
    "\"",
    "\"\"\"",
    "$",
    "@",
    "!",
    "...",
    ":",
    "#",
    "\u{0}",
    "\u{202e}",
    "\u{feff}",
    "😀",
    "\\u{110000}",
    "99999999999999999999",
    " on ",
    "fragment F on F { ...F }",
];

/// Makes requests from random numbers.
pub struct Maker<'a> {
    random: &'a mut StdRng,
    ids: &'a [String],
    declared: Vec<String>,
    variables: Map<String, Value>,
}

impl<'a> Maker<'a> {
    /// With ids of things that are there.
    pub fn new(random: &'a mut StdRng, ids: &'a [String]) -> Self {
        Self {
            random,
            ids,
            declared: Vec::new(),
            variables: Map::new(),
        }
    }

    /// The body of one request.
    pub fn body(&mut self) -> Vec<u8> {
        let mut document = self.document();
        if self.random.random_bool(0.3) {
            document = self.bent(document);
        }
        let mut call = json!({ "query": document, "variables": self.variables });
        if self.random.random_bool(0.05) {
            self.odd_call(&mut call);
        }
        let mut body = call.to_string().into_bytes();
        if self.random.random_bool(0.03) {
            let at = self.random.random_range(0..body.len());
            body[at] = self.random.random();
        }
        body
    }

    fn document(&mut self) -> String {
        let schema = sdl::schema();
        let (kind, root) = if self.random.random_bool(0.3) {
            ("mutation", "Mutation")
        } else {
            ("query", "Query")
        };
        let fields = sdl::fields(schema, root);
        let mut parts = Vec::new();
        for number in 0..self.random.random_range(1..=2) {
            let field = fields[self.random.random_range(0..fields.len())];
            if !LEFT_OUT.contains(&field.name.as_str()) {
                parts.push(format!("r{number}: {}", self.field(field, DEPTH)));
            }
        }
        if parts.is_empty() {
            parts.push("__typename".to_owned());
        }
        let declared = match self.declared.as_slice() {
            [] => String::new(),
            some => format!("({})", some.join(", ")),
        };
        format!("{kind} Q{declared} {{ {} }}", parts.join(" "))
    }

    fn field(&mut self, field: &FieldDefinition, depth: usize) -> String {
        let mut passed = Vec::new();
        for argument in &field.arguments {
            let paged = argument.name == "first";
            let given = if paged && self.random.random_bool(0.8) {
                Some(Given::Plain(json!(self.random.random_range(1..5))))
            } else {
                self.given(argument, DEPTH)
            };
            let Some(given) = given else { continue };
            if self.random.random_bool(0.6) {
                let name = format!("v{}", self.declared.len());
                self.declared.push(format!("${name}: {}", argument.ty));
                self.variables.insert(name.clone(), given.json());
                passed.push(format!("{}: ${name}", argument.name));
            } else {
                passed.push(format!("{}: {}", argument.name, given.literal()));
            }
        }
        let passed = if passed.is_empty() {
            String::new()
        } else {
            format!("({})", passed.join(", "))
        };
        let directive = match self.random.random_range(0..40) {
            0 => " @include(if: true)",
            1 => " @skip(if: false)",
            _ => "",
        };
        let below = self.selection(field.ty.inner_named_type(), depth);
        format!("{}{passed}{directive} {below}", field.name)
    }

    fn selection(&mut self, name: &str, depth: usize) -> String {
        let schema = sdl::schema();
        match schema.types.get(name) {
            Some(ExtendedType::Object(_) | ExtendedType::Interface(_)) => {}
            Some(ExtendedType::Union(it)) => {
                let members: Vec<_> = it.members.iter().map(|it| it.name.to_string()).collect();
                let member = &members[self.random.random_range(0..members.len())];
                let below = self.selection(member, depth.saturating_sub(1));
                return format!("{{ __typename ... on {member} {below} }}");
            }
            _ => return String::new(),
        }
        let fields = sdl::fields(schema, name);
        let mut parts = vec!["__typename".to_owned()];
        for number in 0..self.random.random_range(1..=4) {
            let field = fields[self.random.random_range(0..fields.len())];
            let leaf = !matches!(
                schema.types.get(field.ty.inner_named_type()),
                Some(ExtendedType::Object(_) | ExtendedType::Interface(_) | ExtendedType::Union(_))
            );
            if leaf || depth > 0 {
                parts.push(format!(
                    "f{number}: {}",
                    self.field(field, depth.saturating_sub(1))
                ));
            }
        }
        format!("{{ {} }}", parts.join(" "))
    }

    /// A value for an argument or member; `None` where it is left out.
    fn given(&mut self, of: &Node<InputValueDefinition>, depth: usize) -> Option<Given> {
        let needed = of.ty.is_non_null() && of.default_value.is_none();
        let left_out = if needed { 0.02 } else { 0.6 };
        (!self.random.random_bool(left_out)).then(|| self.value(&of.ty, depth))
    }

    fn value(&mut self, ty: &Type, depth: usize) -> Given {
        if self
            .random
            .random_bool(if ty.is_non_null() { 0.01 } else { 0.1 })
        {
            return Given::Null;
        }
        if ty.is_list() {
            let count = self.random.random_range(0..4);
            let item = ty.item_type();
            return Given::List((0..count).map(|_| self.value(item, depth)).collect());
        }
        let name = ty.inner_named_type().as_str();
        match sdl::schema().types.get(name) {
            Some(ExtendedType::Enum(it)) => {
                let values: Vec<_> = it.values.keys().collect();
                Given::Name(values[self.random.random_range(0..values.len())].to_string())
            }
            Some(ExtendedType::InputObject(it)) if depth > 0 => {
                let one_of = it.directives.iter().any(|it| it.name == "oneOf");
                let mut members = Vec::new();
                if one_of && self.random.random_bool(0.9) {
                    let at = self.random.random_range(0..it.fields.len());
                    let (name, field) = it.fields.iter().nth(at).expect("a member");
                    members.push((name.to_string(), self.value(&field.ty, depth - 1)));
                } else {
                    for (name, field) in &it.fields {
                        if let Some(given) = self.given(field, depth - 1) {
                            members.push((name.to_string(), given));
                        }
                    }
                }
                if self.random.random_bool(0.01) {
                    members.push(("isPlatformAdmin".to_owned(), Given::Plain(json!(true))));
                }
                Given::Object(members)
            }
            Some(ExtendedType::InputObject(_)) => Given::Null,
            _ => Given::Plain(scalar(self.random, name, self.ids)),
        }
    }

    /// The document with some of it cut, doubled, moved or put between.
    fn bent(&mut self, document: String) -> String {
        let mut words: Vec<char> = document.chars().collect();
        for _ in 0..self.random.random_range(1..=3) {
            let from = self.random.random_range(0..words.len());
            let to = (from + self.random.random_range(1..12)).min(words.len());
            match self.random.random_range(0..4) {
                0 => drop(words.drain(from..to)),
                1 => {
                    let again = words[from..to].to_vec();
                    words.splice(from..from, again);
                }
                2 => {
                    let odd = pick(self.random, &ODD);
                    words.splice(from..from, odd.chars());
                }
                _ => words[from..to].reverse(),
            }
            if words.is_empty() {
                break;
            }
        }
        words.into_iter().collect()
    }

    /// The request with members of other kinds.
    fn odd_call(&mut self, call: &mut Value) {
        let odd = [
            ("query", Value::Null),
            ("query", json!(1)),
            ("query", json!([])),
            ("variables", json!([])),
            ("variables", json!("{}")),
            ("variables", Value::Null),
            ("operationName", json!("Other")),
            ("operationName", json!({})),
            (
                "extensions",
                json!({"persistedQuery": {"version": 1, "sha256Hash": "x"}}),
            ),
            ("extensions", json!({"persistedQuery": {"version": 9}})),
            ("extensions", json!(false)),
            ("unknown", json!({"deep": [[[[[[]]]]]]})),
        ];
        let at = self.random.random_range(0..odd.len());
        let (member, value) = odd[at].clone();
        call[member] = value;
    }
}
