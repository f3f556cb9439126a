//! How much of everything a document may hold.
//!
//! What it holds is found out in `measure`.

use std::collections::HashSet;

use apollo_compiler::ExecutableDocument;
use apollo_compiler::Node;
use apollo_compiler::executable::Field;
use apollo_compiler::executable::Operation;
use apollo_compiler::executable::Selection;
use apollo_compiler::executable::SelectionSet;
use serde_json::Map;
use serde_json::Value;

use crate::config::LimitsConfig;
use crate::graphql::gate::measure::Measure;
use crate::graphql::gate::measure::Walk;
use crate::graphql::gate::objection::Objection;
use crate::graphql::gate::work;
use crate::graphql::gate::work::Work;

/// Most selections that an operation may unfold to, all spreads followed. The library that runs it
/// follows them all.
const UNFOLDED_MOST: usize = 20_000;
/// Selections within selections, spreads and inline fragments counted: where the library stops.
pub const NESTING_MOST: usize = 32;
/// Depth of a pure description of the schema: graphql-js asks 15 levels.
const INTROSPECTION_DEPTH: usize = 20;
/// Lists within lists of a description of the schema, which multiply: graphql-js asks for the fields of types.
const INTROSPECTION_LISTS: usize = 2;
/// Cost of a description of the schema: graphql-js asks for about 1,800.
const INTROSPECTION_COST: usize = 5_000;
/// Descriptions of the whole schema in one operation: one says all.
const INTROSPECTION_MOST: usize = 1;

/// Bounds that hold for every operation of a document, whatever its variables.
pub fn static_bounds(
    document: &ExecutableDocument,
    limits: &LimitsConfig,
) -> Result<(), Vec<Objection>> {
    let mut tally = Tally::default();
    for operation in document.operations.iter() {
        tally.directives += operation.directives.len();
        for variable in &operation.variables {
            tally.directives += variable.directives.len();
        }
        tally.selections(&operation.selection_set);
    }
    for fragment in document.fragments.values() {
        tally.directives += fragment.directives.len();
        tally.selections(&fragment.selection_set);
    }
    let none = Map::new();
    within([
        ("aliases", tally.aliases, limits.aliases),
        ("directives", tally.directives, limits.directives),
    ])?;
    for operation in document.operations.iter() {
        let measure = Walk::new(document, operation, &none).selections(&operation.selection_set);
        within([
            ("selections", measure.unfolded, UNFOLDED_MOST),
            ("nesting", measure.nesting, NESTING_MOST),
        ])?;
    }
    Ok(())
}

/// Refuses the first of some counts that passes its bound: what is counted, how many were found, how many are allowed.
pub fn within<const N: usize>(
    bounds: [(&'static str, usize, usize); N],
) -> Result<(), Vec<Objection>> {
    let passed = bounds.into_iter().find(|(_, found, most)| found > most);
    passed.map_or(Ok(()), |(what, found, most)| {
        Err(vec![too_complex(what, found, most)])
    })
}

/// What is known of an operation when it was weighed.
pub struct Weighed {
    /// Its cost.
    pub cost: usize,
    /// How it is run.
    pub work: Work,
    /// Whether it asks for the schema's own description and for nothing else: then the answer is the same for
    /// everybody.
    pub pure: bool,
}

/// The cost of one operation with these variables, and how it is to be run.
pub fn operation(
    document: &ExecutableDocument,
    operation: &Node<Operation>,
    variables: &Map<String, Value>,
    limits: &LimitsConfig,
) -> Result<Weighed, Objection> {
    let roots = root_fields(document, operation);
    let mut walk = Walk::new(document, operation, variables);
    let whole = walk.selections(&operation.selection_set);
    let root = operation.selection_set.ty.as_str();
    let dear = distinct(&roots, |it| work::is_dear(root, it));
    let descriptions = distinct(&roots, |it| it == "__schema");
    let introspects = descriptions > 0 || distinct(&roots, |it| it == "__type") > 0;
    for (what, found, most) in [
        ("root-fields", roots.len(), limits.root_fields),
        ("descriptions", descriptions, INTROSPECTION_MOST),
        ("dear", dear, work::DEAR_MOST),
    ] {
        if found > most {
            return Err(too_complex(what, found, most).costing(whole.cost));
        }
    }
    // A description of the schema is deep and wide by nature: it has bounds of its own, and keeps
    // them beside other fields.
    let (described, others): (Vec<_>, Vec<_>) =
        roots.into_iter().partition(|it| it.name.starts_with("__"));
    let description = described.iter().fold(Measure::default(), |sum, field| {
        sum.beside(walk.field(field, &operation.selection_set))
    });
    let pure = others.is_empty();
    let (depth, most) = if pure {
        (INTROSPECTION_DEPTH, INTROSPECTION_COST)
    } else {
        (limits.depth, limits.cost)
    };
    for (what, found, most) in [
        ("levels", whole.depth, depth),
        ("cost", whole.cost, most),
        ("lists", description.lists, INTROSPECTION_LISTS),
        ("cost", description.cost, INTROSPECTION_COST),
    ] {
        if found > most {
            return Err(too_complex(what, found, most).costing(whole.cost));
        }
    }
    Ok(Weighed {
        cost: whole.cost.max(1),
        work: match (introspects, dear) {
            (true, _) => Work::Description,
            (false, 0) => Work::Plain,
            (false, _) => Work::Dear,
        },
        pure: pure && introspects,
    })
}

/// How many of the fields that are meant an answer would hold: what is asked for twice under one name is there once.
fn distinct(roots: &[&Node<Field>], meant: impl Fn(&str) -> bool) -> usize {
    let meant = roots.iter().filter(|it| meant(it.name.as_str()));
    meant
        .map(|it| it.response_key())
        .collect::<HashSet<_>>()
        .len()
}

/// The names of the root fields.
pub fn root_names(document: &ExecutableDocument, operation: &Node<Operation>) -> Vec<String> {
    let fields = root_fields(document, operation);
    fields.iter().map(|it| it.name.to_string()).collect()
}

fn too_complex(what: &'static str, found: usize, most: usize) -> Objection {
    let found = if found == usize::MAX {
        "∞".to_owned()
    } else {
        found.to_string()
    };
    let values = vec![
        ("what", what.to_owned()),
        ("found", found),
        ("most", most.to_string()),
    ];
    Objection::sentence("QUERY_TOO_COMPLEX", "operation-too-complex", values)
}

/// The fields of the root, each fragment entered once.
pub fn root_fields<'a>(
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

/// Counts what a document spells out, each definition once.
#[derive(Default)]
struct Tally {
    aliases: usize,
    directives: usize,
}

impl Tally {
    fn selections(&mut self, set: &SelectionSet) {
        for selection in &set.selections {
            match selection {
                Selection::Field(field) => {
                    self.aliases += usize::from(field.alias.is_some());
                    self.directives += field.directives.len();
                    self.selections(&field.selection_set);
                }
                Selection::InlineFragment(inline) => {
                    self.directives += inline.directives.len();
                    self.selections(&inline.selection_set);
                }
                Selection::FragmentSpread(spread) => self.directives += spread.directives.len(),
            }
        }
    }
}
