//! What values must satisfy before anything runs: variables of their types and in their places,
//! one-of inputs with one member, no member twice, scalars of ours in their form.
//!
//! The rest of validation is the validator's.

use std::collections::HashSet;

use apollo_compiler::ExecutableDocument;
use apollo_compiler::Name;
use apollo_compiler::Node;
use apollo_compiler::Schema;
use apollo_compiler::ast::Argument;
use apollo_compiler::ast::Type;
use apollo_compiler::ast::Value as Literal;
use apollo_compiler::ast::VariableDefinition;
use apollo_compiler::executable::Directive;
use apollo_compiler::executable::DirectiveList;
use apollo_compiler::executable::Operation;
use apollo_compiler::executable::Selection;
use apollo_compiler::executable::SelectionSet;
use apollo_compiler::parser::SourceSpan;
use apollo_compiler::request::coerce_variable_values;
use apollo_compiler::response::JsonMap;
use apollo_compiler::schema::ExtendedType;
use apollo_compiler::schema::InputObjectType;
use apollo_compiler::validation::Valid;
use serde_json::Map;
use serde_json::Value;

use crate::graphql::gate::given::Place;
use crate::graphql::gate::given::exactly_one;
use crate::graphql::gate::given::holds_nul;
use crate::graphql::gate::given::is_one_of;
use crate::graphql::gate::given::no_nul;
use crate::graphql::gate::objection::Objection;
use crate::graphql::scalars;
use crate::refusal::Refusal;

/// Checks every literal of a document for what the validator lets pass.
pub fn literals(schema: &Schema, document: &ExecutableDocument) -> Result<(), Vec<Objection>> {
    for operation in document.operations.iter() {
        let mut walk = Literals {
            schema,
            document,
            operation,
            entered: HashSet::new(),
            path: Vec::new(),
            errors: Vec::new(),
        };
        for variable in &operation.variables {
            if let Some(default) = &variable.default_value {
                walk.value(default, Some(&variable.ty));
            }
        }
        walk.directives(&operation.directives);
        walk.selections(&operation.selection_set);
        if !walk.errors.is_empty() {
            return Err(walk.errors);
        }
    }
    Ok(())
}

/// The values of an operation's variables: of their types, with defaults, and no others.
pub fn variables(
    schema: &Valid<Schema>,
    operation: &Operation,
    given: Map<String, Value>,
) -> Result<Map<String, Value>, Objection> {
    for variable in &operation.variables {
        let mut place = Place::new(format!("${}", variable.name));
        let value = given.get(variable.name.as_str());
        place
            .member(
                schema,
                &variable.ty,
                variable.default_value.is_some(),
                value,
            )
            .map_err(|it| Objection::refusal(*it))?;
    }
    let unfit = |message: String| Objection::new("BAD_USER_INPUT", message);
    let given: JsonMap =
        serde_json::from_value(Value::Object(given)).map_err(|it| unfit(it.to_string()))?;
    // The validator has the last word, and fills in defaults.
    let coerced = coerce_variable_values(schema, operation, &given)
        .map_err(|it| unfit(sentence(&it.message().to_string())))?;
    match serde_json::to_value(coerced.into_inner()) {
        Ok(Value::Object(values)) => Ok(values),
        Ok(_) => Ok(Map::new()),
        Err(cause) => Err(unfit(cause.to_string())),
    }
}

struct Literals<'a> {
    schema: &'a Schema,
    document: &'a ExecutableDocument,
    operation: &'a Operation,
    /// Fragments seen: each is looked at once for each operation, as its variables may differ.
    entered: HashSet<&'a Name>,
    /// Where in the values of a field we are: `input`, `shares`, `0`, `termCode`.
    path: Vec<String>,
    errors: Vec<Objection>,
}

impl<'a> Literals<'a> {
    fn selections(&mut self, set: &'a SelectionSet) {
        for selection in &set.selections {
            match selection {
                Selection::Field(field) => {
                    self.directives(&field.directives);
                    for argument in &field.arguments {
                        let ty = field
                            .definition
                            .argument_by_name(&argument.name)
                            .map(|it| &*it.ty);
                        self.within(&argument.name, |it| it.value(&argument.value, ty));
                    }
                    self.selections(&field.selection_set);
                }
                Selection::InlineFragment(inline) => {
                    self.directives(&inline.directives);
                    self.selections(&inline.selection_set);
                }
                Selection::FragmentSpread(spread) => {
                    self.directives(&spread.directives);
                    if self.entered.insert(&spread.fragment_name)
                        && let Some(fragment) = self.document.fragments.get(&spread.fragment_name)
                    {
                        self.directives(&fragment.directives);
                        self.selections(&fragment.selection_set);
                    }
                }
            }
        }
    }

    /// Directives of operations take no input objects, so that only repeated members can be wrong.
    fn directives(&mut self, directives: &DirectiveList) {
        let arguments = directives
            .iter()
            .flat_map(|it: &Node<Directive>| &it.arguments);
        for argument in arguments {
            let argument: &Node<Argument> = argument;
            self.value(&argument.value, None);
        }
    }

    fn value(&mut self, value: &Node<Literal>, ty: Option<&Type>) {
        match &**value {
            Literal::Object(members) => {
                let kind = ty.and_then(|it| input_object(self.schema, it));
                let mut seen = HashSet::new();
                for (name, member) in members {
                    if !seen.insert(name) {
                        self.refuse(
                            format!("There can be only one input field named `{name}`."),
                            member.location(),
                        );
                    }
                    let field = kind.and_then(|it| it.fields.get(name));
                    if let Some(field) = field {
                        self.usage(member, &field.ty, field.default_value.is_some());
                    }
                    self.within(name, |it| it.value(member, field.map(|it| &*it.ty)));
                }
                if let Some(kind) = kind.filter(|it| is_one_of(it)) {
                    self.one_of(kind, members, value.location());
                }
            }
            Literal::List(items) => {
                for (at, item) in items.iter().enumerate() {
                    if let Some(ty) = ty.filter(|it| it.is_list()) {
                        self.usage(item, ty.item_type(), false);
                    }
                    self.within(&at.to_string(), |it| {
                        it.value(item, ty.map(Type::item_type))
                    });
                }
            }
            literal => {
                if let Literal::String(text) = literal
                    && holds_nul(text)
                {
                    self.object(no_nul(), value.location());
                    return;
                }
                let Some((ty, read)) = ty.zip(plain(literal)) else {
                    return;
                };
                let kind = ty.inner_named_type();
                if !scalars::readable(kind, read) {
                    self.object(scalars::expected(kind), value.location());
                }
            }
        }
    }

    /// Checks a variable within a list or an object; the validator looks only at whole arguments.
    fn usage(&mut self, value: &Node<Literal>, expected: &Type, has_default: bool) {
        let Literal::Variable(name) = &**value else {
            return;
        };
        let Some(variable) = self.variable(name) else {
            return;
        };
        let never_null = has_default
            || variable
                .default_value
                .as_ref()
                .is_some_and(|it| !it.is_null());
        let fits = if never_null {
            variable.ty.is_assignable_to(&expected.clone().nullable())
        } else {
            variable.ty.is_assignable_to(expected)
        };
        if !fits {
            let message = format!(
                "Variable `${name}` of type `{}` is used where `{expected}` is expected.",
                variable.ty
            );
            self.refuse(message, value.location());
        }
    }

    fn variable(&self, name: &Name) -> Option<&'a Node<VariableDefinition>> {
        self.operation.variables.iter().find(|it| it.name == *name)
    }

    fn one_of(
        &mut self,
        kind: &InputObjectType,
        members: &[(Name, Node<Literal>)],
        place: Option<SourceSpan>,
    ) {
        match members {
            [(_, member)] => match &**member {
                Literal::Null => self.object(exactly_one(kind), place),
                Literal::Variable(name) => {
                    let nullable = self.variable(name).is_some_and(|it| !it.ty.is_non_null());
                    if nullable {
                        let message = format!(
                            "Variable `${name}` must be non-null to be the member of `{}`.",
                            kind.name
                        );
                        self.refuse(message, place);
                    }
                }
                _ => {}
            },
            _ => self.object(exactly_one(kind), place),
        }
    }

    fn refuse(&mut self, message: String, at: Option<SourceSpan>) {
        let objection = Objection::new("GRAPHQL_VALIDATION_FAILED", message);
        self.errors.push(objection.at(self.place(at)));
    }

    fn within(&mut self, part: &str, look: impl FnOnce(&mut Self)) {
        self.path.push(part.to_owned());
        look(self);
        self.path.pop();
    }

    fn object(&mut self, refusal: Refusal, at: Option<SourceSpan>) {
        let objection = Objection::refusal(Refusal {
            path: self.path.clone(),
            ..refusal
        });
        self.errors.push(objection.in_document(self.place(at)));
    }

    fn place(&self, at: Option<SourceSpan>) -> Option<(usize, usize)> {
        let range = at?.line_column_range(&self.document.sources)?;
        Some((range.start.line, range.start.column))
    }
}

/// A literal that is no list, object or variable, and not null.
fn plain(literal: &Literal) -> Option<async_graphql::Value> {
    use async_graphql::Value as Read;
    match literal {
        Literal::String(text) => Some(Read::String(text.to_string())),
        Literal::Boolean(it) => Some(Read::Boolean(*it)),
        Literal::Enum(name) => Some(Read::Enum(async_graphql::Name::new(name.as_str()))),
        Literal::Int(number) => serde_json::from_str(number.as_str()).ok().map(Read::Number),
        Literal::Float(number) => serde_json::from_str(number.as_str()).ok().map(Read::Number),
        _ => None,
    }
}

fn input_object<'a>(schema: &'a Schema, ty: &Type) -> Option<&'a InputObjectType> {
    match schema.types.get(ty.inner_named_type())? {
        ExtendedType::InputObject(kind) => Some(kind),
        _ => None,
    }
}

/// The validator begins small and ends without a stop.
fn sentence(text: &str) -> String {
    let mut letters = text.chars();
    let first = letters.next().map(char::to_uppercase);
    let stop = if text.ends_with('.') { "" } else { "." };
    match first {
        Some(first) => format!("{first}{}{stop}", letters.as_str()),
        None => String::new(),
    }
}
