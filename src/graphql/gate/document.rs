//! Documents: parsed, validated, measured once, and remembered by digest.
//!
//! What a document may cost is in `budget`, what its values must satisfy in `inputs`.

use std::collections::BTreeSet;
use std::sync::Arc;

use apollo_compiler::ExecutableDocument;
use apollo_compiler::Schema;
use apollo_compiler::ast;
use apollo_compiler::ast::Definition;
use apollo_compiler::ast::DirectiveList;
use apollo_compiler::ast::FieldDefinition;
use apollo_compiler::ast::Selection;
use apollo_compiler::executable::OperationType;
use apollo_compiler::name;
use apollo_compiler::parser::Parser;
use apollo_compiler::schema::Component;
use apollo_compiler::schema::ExtendedType;
use apollo_compiler::ty;
use apollo_compiler::validation::DiagnosticList;
use apollo_compiler::validation::Valid;
use async_graphql::Variables;
use async_graphql::parser::parse_query;
use async_graphql::parser::types::DocumentOperations;
use async_graphql::parser::types::ExecutableDocument as Runnable;
use moka::sync::Cache;
use serde_json::Map;
use serde_json::Value;
use uuid::Uuid;

use crate::config::LimitsConfig;
use crate::graphql::gate::budget;
use crate::graphql::gate::descriptions;
use crate::graphql::gate::error_body::ERRORS_MOST;
use crate::graphql::gate::inputs;
use crate::graphql::gate::named;
use crate::graphql::gate::objection::Objection;
use crate::graphql::gate::work::Work;
use crate::platform::crypto::sha256;

/// Nesting of braces and brackets in the text, before any type is known.
const RECURSION: usize = 100;

/// A valid document, or what is wrong with it.
pub type Verdict = Result<Arc<Judged>, Arc<[Objection]>>;

/// The documents seen so far.
pub struct Documents {
    schema: Arc<Valid<Schema>>,
    limits: LimitsConfig,
    verdicts: Cache<Vec<u8>, Weighed>,
}

/// A valid document.
pub struct Judged {
    schema: Arc<Valid<Schema>>,
    document: Valid<ExecutableDocument>,
    /// The same in the form that the library runs, so that nothing is parsed twice.
    runnable: Runnable,
}

/// What is known of an operation before it runs.
#[derive(Clone, Debug)]
pub struct Operation {
    /// Its name, where the client gave one.
    pub name: Option<String>,
    /// `query`, `mutation` or `subscription`.
    pub kind: &'static str,
    /// Its cost: one for each object it may touch, times page sizes, and the work of fields that compute much.
    pub cost: usize,
    /// How it is run.
    pub work: Work,
    /// The names of its root fields, in whatever fragments they stand.
    pub fields: Vec<String>,
    /// The single thing that the input of a mutation names, by type and key.
    pub named: Option<(&'static str, Uuid)>,
}

/// An operation with all that it takes to run it.
pub struct Admitted {
    /// What is known of it.
    pub operation: Operation,
    /// Its document, without the other operations: the library would walk them all.
    pub document: Runnable,
    /// Its variables, with defaults filled in and nothing that it does not declare. The library
    /// would take an omitted variable for null in `@skip` and `@include`, default or not.
    pub variables: Variables,
    /// Where it asks for the schema's own description and for nothing else: the digest of what it asks, however it is
    /// written.
    pub described: Option<Vec<u8>>,
}

impl Documents {
    /// Documents for the schema of this description.
    pub fn new(sdl: &str, limits: &LimitsConfig) -> Result<Self, String> {
        let mut schema =
            Schema::parse(sdl, "schema.graphql").map_err(|it| it.errors.to_string())?;
        know_one_of(&mut schema);
        let schema = schema.validate().map_err(|it| it.errors.to_string())?;
        Ok(Self {
            schema: Arc::new(schema),
            // By bytes and not by number: one document may be as large as a body.
            verdicts: Cache::builder()
                .max_capacity(limits.document_cache_bytes)
                .weigher(|_, verdict: &Weighed| verdict.bytes)
                .build(),
            limits: limits.clone(),
        })
    }

    /// Whether a document is valid and within the bounds that do not depend on variables.
    pub fn judge(&self, text: &str) -> Verdict {
        let digest = sha256(text.as_bytes());
        if let Some(known) = self.verdicts.get(&digest) {
            return known.verdict;
        }
        let verdict = self.judge_for_good(text);
        let bytes = u32::try_from(text.len()).unwrap_or(u32::MAX);
        self.verdicts.insert(
            digest,
            Weighed {
                bytes,
                verdict: verdict.clone(),
            },
        );
        verdict
    }

    /// The verdict on a document that was sent before. Only valid documents are given by digest;
    /// whoever sent another one has its errors.
    pub fn recall(&self, digest: &[u8]) -> Option<Arc<Judged>> {
        self.verdicts.get(digest)?.verdict.ok()
    }

    /// The same without a place among those that are forgotten.
    pub fn judge_for_good(&self, text: &str) -> Verdict {
        self.examine(text)
            .map(Arc::new)
            .map_err(Arc::<[Objection]>::from)
    }

    fn examine(&self, text: &str) -> Result<Judged, Vec<Objection>> {
        let mut parser = Parser::new()
            .recursion_limit(RECURSION)
            .token_limit(self.limits.tokens);
        let described = descriptions::blanked(text);
        let text = described.as_deref().unwrap_or(text);
        let ast = parser.parse_ast(text, "operation.graphql");
        // What ends the parser is no fault of the grammar.
        budget::within([
            ("tokens", parser.tokens_reached(), self.limits.tokens),
            ("brackets", parser.recursion_reached(), RECURSION),
        ])?;
        // Grammar first: its errors have a code of their own.
        let ast = ast.map_err(|it| told(&it.errors, "GRAPHQL_PARSE_FAILED", &Places::new()))?;
        let document = ast
            .to_executable_validate(&self.schema)
            .map_err(|it| told(&it.errors, "GRAPHQL_VALIDATION_FAILED", &selecting(&ast)))?;
        // The library does not read every notation, such as `\u{…}` in a string; the printed tree
        // has only those that it does.
        let runnable = parse_query(text)
            .or_else(|_unread| parse_query(ast.to_string()))
            .map_err(|it| vec![Objection::new("GRAPHQL_PARSE_FAILED", it.to_string())])?;
        inputs::literals(&self.schema, &document)?;
        budget::static_bounds(&document, &self.limits)?;
        Ok(Judged {
            schema: Arc::clone(&self.schema),
            document,
            runnable,
        })
    }
}

/// A verdict and what it holds of memory.
#[derive(Clone)]
struct Weighed {
    bytes: u32,
    verdict: Verdict,
}

impl Judged {
    /// The operation asked for, within the bounds that depend on variables.
    pub fn admit(
        &self,
        name: Option<&str>,
        variables: Map<String, Value>,
        limits: &LimitsConfig,
    ) -> Result<Admitted, Objection> {
        let operation = self.document.operations.get(name).map_err(|_absent| {
            let message = match name {
                Some(name) => format!("The document has no operation named `{name}`."),
                None => {
                    "The document has several operations: name one in `operationName`.".to_owned()
                }
            };
            // The name of the code in client libraries.
            Objection::new("OPERATION_RESOLUTION_FAILURE", message)
        })?;
        let variables = inputs::variables(&self.schema, operation, variables)?;
        let weighed = budget::operation(&self.document, operation, &variables, limits)?;
        let described = weighed.pure.then(|| {
            let text = self.document.to_string();
            let asked = (text, name, &variables);
            sha256(&serde_json::to_vec(&asked).unwrap_or_default())
        });
        Ok(Admitted {
            operation: Operation {
                name: operation.name.as_ref().map(ToString::to_string),
                kind: match operation.operation_type {
                    OperationType::Query => "query",
                    OperationType::Mutation => "mutation",
                    OperationType::Subscription => "subscription",
                },
                cost: weighed.cost,
                work: weighed.work,
                fields: budget::root_names(&self.document, operation),
                named: named::thing(&self.document, operation, &variables),
            },
            document: self.alone(operation.name.as_deref()),
            variables: Variables::from_json(Value::Object(variables)),
            described,
        })
    }

    fn alone(&self, name: Option<&str>) -> Runnable {
        let chosen = match (&self.runnable.operations, name) {
            (DocumentOperations::Multiple(operations), Some(name)) => operations.get(name),
            _ => None,
        };
        Runnable {
            operations: match chosen {
                Some(operation) => DocumentOperations::Single(operation.clone()),
                None => self.runnable.operations.clone(),
            },
            fragments: self.runnable.fragments.clone(),
        }
    }
}

/// Adds `__Type.isOneOf`, which the validator's own description of descriptions lacks, and clients
/// of the edition of September 2025 ask for.
fn know_one_of(schema: &mut Schema) {
    let Some(ExtendedType::Object(kind)) = schema.types.get_mut("__Type") else {
        return;
    };
    let field = FieldDefinition {
        description: None,
        name: name!("isOneOf"),
        arguments: Vec::new(),
        ty: ty!(Boolean),
        directives: DirectiveList::new(),
    };
    kind.make_mut()
        .fields
        .insert(field.name.clone(), Component::new(field));
}

/// What the library says of a field below which nothing is selected; also where all that is selected is unknown, which it
/// says besides.
const NOTHING_SELECTED: &str = "interface, union and object types must have a subselection set";

/// Lines and columns.
type Places = BTreeSet<(usize, usize)>;

/// Where the fields stand below which something is selected.
fn selecting(ast: &ast::Document) -> Places {
    let mut open: Vec<&[Selection]> = ast
        .definitions
        .iter()
        .filter_map(|it| match it {
            Definition::OperationDefinition(it) => Some(it.selection_set.as_slice()),
            Definition::FragmentDefinition(it) => Some(it.selection_set.as_slice()),
            _ => None,
        })
        .collect();
    let mut found = Places::new();
    while let Some(selections) = open.pop() {
        for selection in selections {
            match selection {
                Selection::Field(it) if it.selection_set.is_empty() => {}
                Selection::Field(it) => {
                    let range = it.line_column_range(&ast.sources);
                    found.extend(range.map(|it| (it.start.line, it.start.column)));
                    open.push(&it.selection_set);
                }
                Selection::InlineFragment(it) => open.push(&it.selection_set),
                Selection::FragmentSpread(_) => {}
            }
        }
    }
    found
}

fn told(errors: &DiagnosticList, code: &'static str, selecting: &Places) -> Vec<Objection> {
    errors
        .iter()
        .map(|it| {
            let location = it
                .line_column_range()
                .map(|range| (range.start.line, range.start.column));
            (it.error.to_string(), location)
        })
        .filter(|(text, location)| {
            text != NOTHING_SELECTED || location.is_none_or(|it| !selecting.contains(&it))
        })
        .take(ERRORS_MOST)
        .map(|(text, location)| Objection::new(code, text).at(location))
        .collect()
}
