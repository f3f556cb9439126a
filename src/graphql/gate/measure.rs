//! What an operation holds, in time linear in the document.
//!
//! Each fragment is measured once, however often it is spread: doubled fragments grow like powers
//! of two, and any walk that follows every spread would hold a core for as long. How much is too
//! much is in `budget`.

use std::collections::HashMap;

use apollo_compiler::ExecutableDocument;
use apollo_compiler::Name;
use apollo_compiler::Node;
use apollo_compiler::ast::Argument;
use apollo_compiler::ast::Type;
use apollo_compiler::ast::Value as Literal;
use apollo_compiler::executable::Field;
use apollo_compiler::executable::Operation;
use apollo_compiler::executable::OperationType;
use apollo_compiler::executable::Selection;
use apollo_compiler::executable::SelectionSet;
use serde_json::Map;
use serde_json::Value;

use crate::graphql::connection::PAGE_DEFAULT;
use crate::graphql::gate::work;

/// A mutation's own cost.
const MUTATION: usize = 10;
/// Rows that a plain list is taken to have.
const PLAIN_LIST: usize = 5;
/// Rows that a list is taken to have which holds what there is of a whole territory.
const LONG_LIST: usize = 100;
/// Rows that the list of all types is taken to have: what they are made of is in memory, so that the hundreds of them
/// cost what a few objects do.
const TYPES: usize = 3;
/// Groups of what a number leaves out: one for each state and reason, each with a page of its own.
const LEFT_OUT: usize = 8;

/// What a selection holds, all spreads followed.
#[derive(Clone, Copy, Debug, Default)]
pub struct Measure {
    /// Selections.
    pub unfolded: usize,
    /// Fields within fields.
    pub depth: usize,
    /// Selection sets within selection sets.
    pub nesting: usize,
    /// Objects that come once.
    pub cost: usize,
    /// Objects that come with each row of the page around them.
    pub row_cost: usize,
    /// Lists of the schema's description within each other.
    pub lists: usize,
}

impl Measure {
    /// What two selections beside each other hold.
    pub fn beside(self, other: Self) -> Self {
        Self {
            unfolded: self.unfolded.saturating_add(other.unfolded),
            depth: self.depth.max(other.depth),
            nesting: self.nesting.max(other.nesting),
            cost: self.cost.saturating_add(other.cost),
            row_cost: self.row_cost.saturating_add(other.row_cost),
            lists: self.lists.max(other.lists),
        }
    }
}

/// Follows the selections of one operation.
pub struct Walk<'a> {
    document: &'a ExecutableDocument,
    variables: &'a Map<String, Value>,
    defaults: HashMap<&'a str, &'a Literal>,
    fragments: HashMap<Name, Measure>,
    mutation: bool,
    /// Selections looked at so far: the work done, which tests compare with the document's size.
    looked_at: usize,
}

impl<'a> Walk<'a> {
    /// A walk with these values of the operation's variables.
    pub fn new(
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
            looked_at: 0,
        }
    }

    /// What a set holds.
    pub fn selections(&mut self, set: &SelectionSet) -> Measure {
        let mut whole = Measure::default();
        for selection in &set.selections {
            self.looked_at += 1;
            let one = match selection {
                Selection::Field(field) => self.field(field, set),
                Selection::InlineFragment(inline) => self.selections(&inline.selection_set),
                Selection::FragmentSpread(spread) => self.fragment(&spread.fragment_name),
            };
            whole = whole.beside(Measure {
                unfolded: one.unfolded.saturating_add(1),
                nesting: one.nesting.saturating_add(1),
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

    /// What a field holds with all below it.
    pub fn field(&mut self, field: &Field, parent: &SelectionSet) -> Measure {
        let inner = self.selections(&field.selection_set);
        let leaf = field.selection_set.selections.is_empty();
        let own = if self.mutation && parent.ty == "Mutation" {
            MUTATION
        } else {
            usize::from(!leaf)
        };
        let own = own.saturating_add(work::points(&parent.ty, &field.name));
        let list = matches!(field.definition.ty, Type::List(_) | Type::NonNullList(_));
        // `edges` and `nodes` come as often as the page is long, which stands one level up.
        let row = list && parent.ty.ends_with("Connection");
        let (cost, row_cost) = if row {
            (0, own.saturating_add(inner.cost))
        } else if list {
            let rows =
                self.rows(field)
                    .unwrap_or(match (parent.ty.as_str(), field.name.as_str()) {
                        ("__Schema", "types") => TYPES,
                        ("HoursReport", "rows" | "columns") | ("IndhReport", "crossings") => {
                            LONG_LIST
                        }
                        ("CellExplanation", "leftOut") => LEFT_OUT,
                        _ => PLAIN_LIST,
                    });
            (rows.saturating_mul(own.saturating_add(inner.cost)), 0)
        } else {
            let page = self.rows(field).unwrap_or(1);
            let rows = page.saturating_mul(inner.row_cost);
            (own.saturating_add(inner.cost).saturating_add(rows), 0)
        };
        Measure {
            unfolded: inner.unfolded,
            depth: inner.depth.saturating_add(1),
            nesting: inner.nesting,
            cost,
            row_cost,
            lists: inner.lists + usize::from(multiplies(field, parent)),
        }
    }

    /// How many rows the arguments of a field ask for.
    fn rows(&self, field: &Field) -> Option<usize> {
        let has = |name: &str| field.definition.argument_by_name(name).is_some();
        if has("first") {
            let asked = self
                .number(field, "first")
                .or_else(|| self.number(field, "last"));
            return Some(asked.unwrap_or(usize::try_from(PAGE_DEFAULT).unwrap_or(usize::MAX)));
        }
        if has("ids") {
            return self.length(field, "ids");
        }
        None
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
    match parent.ty.as_str() {
        "__Schema" => field.name == "types",
        "__Type" => matches!(
            field.name.as_str(),
            "enumValues" | "fields" | "inputFields" | "interfaces" | "possibleTypes"
        ),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use apollo_compiler::ExecutableDocument;
    use apollo_compiler::Schema;
    use serde_json::Map;

    use super::Measure;
    use super::Walk;

    const SDL: &str = "
        type Query { me: Person! people(first: Int): PersonConnection! tags: [Tag!]! }
        type PersonConnection { nodes: [Person!]! pageInfo: PageInfo! }
        type PageInfo { hasNextPage: Boolean! }
        type Person { name: String! people(first: Int): PersonConnection! }
        type Tag { name: String! }";

    fn measured(text: &str) -> (Measure, usize) {
        let schema = Schema::parse_and_validate(SDL, "s").unwrap();
        let document = ExecutableDocument::parse_and_validate(&schema, text, "d").unwrap();
        let operation = document.operations.get(None).unwrap();
        let none = Map::new();
        let mut walk = Walk::new(&document, operation, &none);
        let measure = walk.selections(&operation.selection_set);
        (measure, walk.looked_at)
    }

    #[test]
    fn the_work_grows_with_the_document_and_not_with_what_it_unfolds_to() {
        let bomb = |levels: usize| {
            let mut text = "{ me { ...F0 } }".to_owned();
            for level in 0..levels {
                let next = level + 1;
                text += &format!(" fragment F{level} on Person {{ ...F{next} ...F{next} }}");
            }
            text + &format!(" fragment F{levels} on Person {{ name }}")
        };
        for levels in [1, 10, 40] {
            let (_, work) = measured(&bomb(levels));

            assert_eq!(work, 2 * levels + 3);
        }
        let (measure, _) = measured(&bomb(40));
        assert!(measure.unfolded > 1 << 40);
    }

    #[test]
    fn rows_cost_and_the_page_around_them_once() {
        for (text, cost) in [
            ("{ me { name } }", 1),
            ("{ tags { name } }", 5),
            ("{ people { nodes { name } } }", 21),
            ("{ people(first: 100) { nodes { name } } }", 101),
            (
                "{ people(first: 100) { nodes { name } pageInfo { hasNextPage } } }",
                102,
            ),
            (
                "{ people(first: 10) { nodes { people(first: 10) { nodes { name } } } } }",
                121,
            ),
        ] {
            assert_eq!(measured(text).0.cost, cost, "{text}");
        }
    }
}
