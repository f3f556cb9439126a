//! Documents: parsed, validated, measured once, and remembered by digest.
//!
//! What a document may cost is in `budget`.

use std::sync::Arc;

use apollo_compiler::ExecutableDocument;
use apollo_compiler::Schema;
use apollo_compiler::executable::OperationType;
use apollo_compiler::parser::Parser;
use apollo_compiler::validation::DiagnosticList;
use apollo_compiler::validation::Valid;
use moka::sync::Cache;
use serde_json::Map;
use serde_json::Value;

use crate::config::LimitsConfig;
use crate::graphql::gate::answer::ErrorBody;
use crate::graphql::gate::budget;
use crate::platform::crypto::sha256;

/// Nesting of braces and brackets in the text, before any type is known.
const RECURSION: usize = 100;
/// Most validation errors that are told.
const ERRORS_MOST: usize = 50;

type Verdict = Result<Arc<Judged>, Arc<[ErrorBody]>>;

/// The documents seen so far.
pub struct Documents {
    schema: Valid<Schema>,
    limits: LimitsConfig,
    verdicts: Cache<Vec<u8>, Verdict>,
}

/// A valid document.
pub struct Judged {
    document: Valid<ExecutableDocument>,
}

/// What is known of an operation before it runs.
#[derive(Clone, Debug)]
pub struct Operation {
    /// Its name, where the client gave one.
    pub name: Option<String>,
    /// `query`, `mutation` or `subscription`.
    pub kind: &'static str,
    /// Its cost: one for each object it may touch, times page sizes.
    pub cost: usize,
    /// Whether it asks for the schema's own description.
    pub introspects: bool,
}

impl Documents {
    /// Documents for the schema of this description.
    pub fn new(sdl: &str, limits: &LimitsConfig) -> Result<Self, String> {
        let schema = Schema::parse_and_validate(sdl, "schema.graphql")
            .map_err(|it| it.errors.to_string())?;
        Ok(Self {
            schema,
            verdicts: Cache::new(limits.cached_documents),
            limits: limits.clone(),
        })
    }

    /// Whether a document is valid and within the bounds that do not depend on variables.
    pub fn judge(&self, text: &str) -> Verdict {
        let digest = sha256(text.as_bytes());
        if let Some(verdict) = self.verdicts.get(&digest) {
            return verdict;
        }
        let verdict = self
            .examine(text)
            .map(Arc::new)
            .map_err(Arc::<[ErrorBody]>::from);
        self.verdicts.insert(digest, verdict.clone());
        verdict
    }

    fn examine(&self, text: &str) -> Result<Judged, Vec<ErrorBody>> {
        let mut parser = Parser::new()
            .recursion_limit(RECURSION)
            .token_limit(self.limits.tokens);
        // Grammar first: its errors have a code of their own.
        let ast = parser
            .parse_ast(text, "operation.graphql")
            .map_err(|it| told(&it.errors, "GRAPHQL_PARSE_FAILED"))?;
        let document = ast
            .to_executable_validate(&self.schema)
            .map_err(|it| told(&it.errors, "GRAPHQL_VALIDATION_FAILED"))?;
        budget::static_bounds(&document, &self.limits)?;
        Ok(Judged { document })
    }
}

impl Judged {
    /// The operation asked for, within the bounds that depend on variables.
    pub fn operation(
        &self,
        name: Option<&str>,
        variables: &Map<String, Value>,
        limits: &LimitsConfig,
    ) -> Result<Operation, ErrorBody> {
        let operation = self.document.operations.get(name).map_err(|_absent| {
            let message = match name {
                Some(name) => format!("The document has no operation named `{name}`."),
                None => {
                    "The document has several operations: name one in `operationName`.".to_owned()
                }
            };
            // The name of the code in client libraries.
            ErrorBody::new("OPERATION_RESOLUTION_FAILURE", message)
        })?;
        let introspects = budget::introspects(&self.document, operation);
        let cost = budget::operation(&self.document, operation, variables, limits)?;
        Ok(Operation {
            name: operation.name.as_ref().map(ToString::to_string),
            kind: match operation.operation_type {
                OperationType::Query => "query",
                OperationType::Mutation => "mutation",
                OperationType::Subscription => "subscription",
            },
            cost,
            introspects,
        })
    }
}

fn told(errors: &DiagnosticList, code: &'static str) -> Vec<ErrorBody> {
    errors
        .iter()
        .take(ERRORS_MOST)
        .map(|it| {
            let location = it
                .line_column_range()
                .map(|range| (range.start.line, range.start.column));
            ErrorBody::new(code, it.error.to_string()).at(location)
        })
        .collect()
}
