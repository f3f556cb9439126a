//! What a document may cost, in time linear in the document.
//!
//! Each fragment is measured once, however often it is spread: doubled fragments grow like powers
//! of two, and any walk that follows every spread would hold a core for as long.

use std::collections::HashMap;
use std::collections::HashSet;

use apollo_compiler::ExecutableDocument;
use apollo_compiler::Name;
use apollo_compiler::Node;
use apollo_compiler::ast::Argument;
use apollo_compiler::ast::DirectiveList;
use apollo_compiler::ast::Type;
use apollo_compiler::ast::Value as Literal;
use apollo_compiler::executable::Field;
use apollo_compiler::executable::Operation;
use apollo_compiler::executable::OperationType;
use apollo_compiler::executable::Selection;
use apollo_compiler::executable::SelectionSet;
use serde_json::Map;
use serde_json::Value;

use crate::config::LimitsConfig;
use crate::graphql::connection::PAGE_DEFAULT;
use crate::graphql::gate::answer::ErrorBody;

/// Most selections that a document may unfold to, all spreads followed. The library that runs it
/// follows them all.
const UNFOLDED_MOST: usize = 20_000;
/// A mutation's own cost.
const MUTATION: usize = 10;
/// Rows that a plain list is taken to have.
const PLAIN_LIST: usize = 5;
/// Depth of a pure description of the schema: graphql-js asks 15 levels.
const INTROSPECTION_DEPTH: usize = 20;
/// Lists within lists of a description of the schema, which multiply.
const INTROSPECTION_LISTS: usize = 3;

/// What a selection holds, all spreads followed.
#[derive(Clone, Copy, Debug, Default)]
struct Measure {
    unfolded: usize,
    depth: usize,
    cost: usize,
    lists: usize,
}

impl Measure {
    fn beside(self, other: Self) -> Self {
        Self {
            unfolded: self.unfolded.saturating_add(other.unfolded),
            depth: self.depth.max(other.depth),
            cost: self.cost.saturating_add(other.cost),
            lists: self.lists.max(other.lists),
        }
    }
}

struct Walk<'a> {
    document: &'a ExecutableDocument,
    variables: &'a Map<String, Value>,
    defaults: HashMap<&'a str, &'a Literal>,
    fragments: HashMap<Name, Measure>,
    mutation: bool,
}

/// Bounds that hold for every operation of a document, whatever its variables.
pub fn static_bounds(
    document: &ExecutableDocument,
    limits: &LimitsConfig,
) -> Result<(), Vec<ErrorBody>> {
    let mut tally = Tally::default();
    for operation in document.operations.iter() {
        tally.directives += operation.directives.len();
        tally.variables_of(operation);
        tally.selections(&operation.selection_set);
    }
    for fragment in document.fragments.values() {
        tally.directives += fragment.directives.len();
        tally.selections(&fragment.selection_set);
    }
    if let Some(name) = tally.repeated {
        let message = format!("There can be only one input field named `{name}`.");
        return Err(vec![ErrorBody::new("GRAPHQL_VALIDATION_FAILED", message)]);
    }
    let none = Map::new();
    for (what, found, most) in [
        ("aliases", tally.aliases, limits.aliases),
        ("directives", tally.directives, limits.directives),
    ] {
        if found > most {
            return Err(vec![too_complex(what, found, most)]);
        }
    }
    for operation in document.operations.iter() {
        let measure = Walk::new(document, operation, &none).selections(&operation.selection_set);
        if measure.unfolded > UNFOLDED_MOST {
            return Err(vec![too_complex(
                "selections",
                measure.unfolded,
                UNFOLDED_MOST,
            )]);
        }
    }
    Ok(())
}

/// The cost of one operation with these variables.
pub fn operation(
    document: &ExecutableDocument,
    operation: &Node<Operation>,
    variables: &Map<String, Value>,
    limits: &LimitsConfig,
) -> Result<usize, ErrorBody> {
    let roots = root_fields(document, operation);
    if roots.len() > limits.root_fields {
        return Err(too_complex("root fields", roots.len(), limits.root_fields));
    }
    let measure = Walk::new(document, operation, variables).selections(&operation.selection_set);
    // A description of the schema is deep and wide by nature: it has bounds of its own.
    let describes = roots.iter().all(|it| it.name.starts_with("__"));
    if describes {
        if measure.depth > INTROSPECTION_DEPTH {
            return Err(too_complex("levels", measure.depth, INTROSPECTION_DEPTH));
        }
        if measure.lists > INTROSPECTION_LISTS {
            return Err(too_complex(
                "lists within lists",
                measure.lists,
                INTROSPECTION_LISTS,
            ));
        }
        return Ok(1);
    }
    if measure.depth > limits.depth {
        return Err(too_complex("levels", measure.depth, limits.depth));
    }
    if measure.cost > limits.cost {
        return Err(too_complex("points of cost", measure.cost, limits.cost));
    }
    Ok(measure.cost)
}

/// Whether an operation asks for the schema's own description.
pub fn introspects(document: &ExecutableDocument, operation: &Node<Operation>) -> bool {
    root_fields(document, operation)
        .iter()
        .any(|it| it.name == "__schema" || it.name == "__type")
}

fn too_complex(what: &str, found: usize, most: usize) -> ErrorBody {
    let found = if found == usize::MAX {
        "too many".to_owned()
    } else {
        found.to_string()
    };
    ErrorBody::new(
        "QUERY_TOO_COMPLEX",
        format!("The operation has {found} {what}; {most} are allowed. Ask for less at once."),
    )
}

/// The fields of the root, each fragment entered once.
fn root_fields<'a>(
    document: &'a ExecutableDocument,
    operation: &'a Node<Operation>,
) -> Vec<&'a Node<Field>> {
    let mut fields = Vec::new();
    let mut entered = HashSet::new();
    let mut open = vec![&operation.selection_set];
    while let Some(set) = open.pop() {
        for selection in &set.selections {
            match selection {
                Selection::Field(field) => fields.push(field),
                Selection::InlineFragment(inline) => open.push(&inline.selection_set),
                Selection::FragmentSpread(spread) => {
                    if entered.insert(&spread.fragment_name)
                        && let Some(fragment) = document.fragments.get(&spread.fragment_name)
                    {
                        open.push(&fragment.selection_set);
                    }
                }
            }
        }
    }
    fields
}

impl<'a> Walk<'a> {
    fn new(
        document: &'a ExecutableDocument,
        operation: &'a Node<Operation>,
        variables: &'a Map<String, Value>,
    ) -> Self {
        Self {
            document,
            variables,
            defaults: operation
                .variables
                .iter()
                .filter_map(|it| Some((it.name.as_str(), &**it.default_value.as_ref()?)))
                .collect(),
            fragments: HashMap::new(),
            mutation: operation.operation_type == OperationType::Mutation,
        }
    }

    fn selections(&mut self, set: &SelectionSet) -> Measure {
        let mut whole = Measure::default();
        for selection in &set.selections {
            let one = match selection {
                Selection::Field(field) => self.field(field, set),
                Selection::InlineFragment(inline) => self.selections(&inline.selection_set),
                Selection::FragmentSpread(spread) => self.fragment(&spread.fragment_name),
            };
            whole = whole.beside(Measure {
                unfolded: one.unfolded.saturating_add(1),
                ..one
            });
        }
        whole
    }

    fn fragment(&mut self, name: &Name) -> Measure {
        if let Some(measure) = self.fragments.get(name) {
            return *measure;
        }
        let document = self.document;
        let measure = match document.fragments.get(name) {
            Some(fragment) => self.selections(&fragment.selection_set),
            None => Measure::default(),
        };
        self.fragments.insert(name.clone(), measure);
        measure
    }

    fn field(&mut self, field: &Field, parent: &SelectionSet) -> Measure {
        let inner = self.selections(&field.selection_set);
        let leaf = field.selection_set.selections.is_empty();
        let own = if self.mutation && parent.ty == "Mutation" {
            MUTATION
        } else {
            usize::from(!leaf)
        };
        let rows = self.rows(field, parent);
        Measure {
            unfolded: inner.unfolded,
            depth: inner.depth.saturating_add(1),
            cost: own.saturating_add(rows.saturating_mul(inner.cost)),
            lists: inner.lists + usize::from(multiplies(field, parent)),
        }
    }

    /// How many rows a field may bring.
    fn rows(&self, field: &Field, parent: &SelectionSet) -> usize {
        let has = |name: &str| field.definition.arguments.iter().any(|it| it.name == name);
        if has("first") {
            let asked = self
                .number(field, "first")
                .or_else(|| self.number(field, "last"));
            return asked.unwrap_or_else(|| usize::try_from(PAGE_DEFAULT).unwrap_or(usize::MAX));
        }
        if has("ids") {
            return self.length(field, "ids").unwrap_or(1);
        }
        let within_page = parent.ty.ends_with("Connection");
        match &field.definition.ty {
            // The page's size was counted where it was asked for.
            Type::List(_) | Type::NonNullList(_) if !within_page => PLAIN_LIST,
            _ => 1,
        }
    }

    fn number(&self, field: &Field, name: &str) -> Option<usize> {
        let number = match self.literal(&field.arguments, name)? {
            Given::Literal(Literal::Int(number)) => i64::from(number.try_to_i32().ok()?),
            Given::Variable(Value::Number(number)) => number.as_i64()?,
            _ => return None,
        };
        // A negative size is refused where it is used; here it only must not be free.
        Some(usize::try_from(number).unwrap_or(1))
    }

    fn length(&self, field: &Field, name: &str) -> Option<usize> {
        match self.literal(&field.arguments, name)? {
            Given::Literal(Literal::List(items)) => Some(items.len()),
            Given::Variable(Value::Array(items)) => Some(items.len()),
            _ => None,
        }
    }

    fn literal<'b>(&'b self, arguments: &'b [Node<Argument>], name: &str) -> Option<Given<'b>> {
        let argument = arguments.iter().find(|it| it.name == name)?;
        match &*argument.value {
            Literal::Variable(variable) => match self.variables.get(variable.as_str()) {
                Some(value) => Some(Given::Variable(value)),
                None => self
                    .defaults
                    .get(variable.as_str())
                    .map(|it| Given::Literal(it)),
            },
            literal => Some(Given::Literal(literal)),
        }
    }
}

enum Given<'a> {
    Literal(&'a Literal),
    Variable(&'a Value),
}

/// Whether a field of the schema's description multiplies what lies below it.
fn multiplies(field: &Field, parent: &SelectionSet) -> bool {
    parent.ty == "__Type"
        && matches!(
            field.name.as_str(),
            "fields" | "interfaces" | "possibleTypes" | "inputFields"
        )
}

/// Counts what a document spells out, each definition once.
#[derive(Default)]
struct Tally {
    aliases: usize,
    directives: usize,
    repeated: Option<Name>,
}

impl Tally {
    fn variables_of(&mut self, operation: &Operation) {
        for variable in &operation.variables {
            self.directives += variable.directives.len();
            if let Some(default) = &variable.default_value {
                self.value(default);
            }
        }
    }

    fn selections(&mut self, set: &SelectionSet) {
        for selection in &set.selections {
            match selection {
                Selection::Field(field) => {
                    self.aliases += usize::from(field.alias.is_some());
                    self.directives(&field.directives);
                    for argument in &field.arguments {
                        self.value(&argument.value);
                    }
                    self.selections(&field.selection_set);
                }
                Selection::InlineFragment(inline) => {
                    self.directives(&inline.directives);
                    self.selections(&inline.selection_set);
                }
                Selection::FragmentSpread(spread) => self.directives(&spread.directives),
            }
        }
    }

    fn directives(&mut self, directives: &DirectiveList) {
        self.directives += directives.len();
        for directive in directives {
            for argument in &directive.arguments {
                self.value(&argument.value);
            }
        }
    }

    /// The validator lets a repeated input field pass, and the last one would win silently.
    fn value(&mut self, value: &Literal) {
        match value {
            Literal::Object(fields) => {
                let mut seen = HashSet::new();
                for (name, value) in fields {
                    if !seen.insert(name) {
                        self.repeated = Some(name.clone());
                    }
                    self.value(value);
                }
            }
            Literal::List(items) => {
                for item in items {
                    self.value(item);
                }
            }
            _ => {}
        }
    }
}
