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

use crate::graphql::gate::answer::ErrorBody;
use crate::graphql::scalars;

/// Checks every literal of a document for what the validator lets pass.
pub fn literals(schema: &Schema, document: &ExecutableDocument) -> Result<(), Vec<ErrorBody>> {
    for operation in document.operations.iter() {
        let mut walk = Literals {
            schema,
            document,
            operation,
            entered: HashSet::new(),
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
) -> Result<Map<String, Value>, ErrorBody> {
    let unfit = |message: String| ErrorBody::new("BAD_USER_INPUT", message);
    let given: JsonMap =
        serde_json::from_value(Value::Object(given)).map_err(|it| unfit(it.to_string()))?;
    let coerced = coerce_variable_values(schema, operation, &given)
        .map_err(|it| unfit(sentence(&it.message().to_string())))?;
    let coerced = match serde_json::to_value(coerced.into_inner()) {
        Ok(Value::Object(values)) => values,
        Ok(_) => Map::new(),
        Err(cause) => return Err(unfit(cause.to_string())),
    };
    for variable in &operation.variables {
        if let Some(value) = coerced.get(variable.name.as_str()) {
            let mut walk = Given {
                schema,
                place: format!("${}", variable.name),
            };
            walk.value(&variable.ty, value).map_err(unfit)?;
        }
    }
    Ok(coerced)
}

/// A value of a variable, and where in it we are: `$input.shares.0.termCode`.
struct Given<'a> {
    schema: &'a Schema,
    place: String,
}

impl Given<'_> {
    fn value(&mut self, ty: &Type, value: &Value) -> Result<(), String> {
        match value {
            Value::Null => Ok(()),
            Value::Array(items) if ty.is_list() => {
                for (at, item) in items.iter().enumerate() {
                    self.within(&at.to_string(), ty.item_type(), item)?;
                }
                Ok(())
            }
            Value::Object(members) => {
                let Some(kind) = input_object(self.schema, ty) else {
                    return self.scalar(ty, value);
                };
                let alone = members.len() == 1 && members.values().all(|it| !it.is_null());
                if is_one_of(kind) && !alone {
                    return Err(exactly_one(&kind.name));
                }
                for (name, value) in members {
                    if let Some(field) = kind.fields.get(name.as_str()) {
                        self.within(name, &field.ty, value)?;
                    }
                }
                Ok(())
            }
            _ => self.scalar(ty, value),
        }
    }

    fn within(&mut self, part: &str, ty: &Type, value: &Value) -> Result<(), String> {
        let outside = self.place.len();
        self.place.push('.');
        self.place.push_str(part);
        self.value(ty, value)?;
        self.place.truncate(outside);
        Ok(())
    }

    fn scalar(&self, ty: &Type, value: &Value) -> Result<(), String> {
        let read = async_graphql::Value::from_json(value.clone()).map_err(|it| it.to_string())?;
        scalars::check(ty.inner_named_type(), read)
            .map_err(|expected| format!("`{}`: {expected}", self.place))
    }
}

struct Literals<'a> {
    schema: &'a Schema,
    document: &'a ExecutableDocument,
    operation: &'a Operation,
    /// Fragments seen: each is looked at once for each operation, as its variables may differ.
    entered: HashSet<&'a Name>,
    errors: Vec<ErrorBody>,
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
                        self.value(&argument.value, ty);
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
                    self.value(member, field.map(|it| &*it.ty));
                }
                if let Some(kind) = kind.filter(|it| is_one_of(it)) {
                    self.one_of(&kind.name, members, value.location());
                }
            }
            Literal::List(items) => {
                for item in items {
                    if let Some(ty) = ty.filter(|it| it.is_list()) {
                        self.usage(item, ty.item_type(), false);
                    }
                    self.value(item, ty.map(Type::item_type));
                }
            }
            literal => {
                let read = ty.zip(plain(literal));
                let wrong =
                    read.and_then(|(ty, it)| scalars::check(ty.inner_named_type(), it).err());
                if let Some(expected) = wrong {
                    self.refuse(expected, value.location());
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
        kind: &Name,
        members: &[(Name, Node<Literal>)],
        place: Option<SourceSpan>,
    ) {
        match members {
            [(_, member)] => match &**member {
                Literal::Null => self.refuse(exactly_one(kind), place),
                Literal::Variable(name) => {
                    let nullable = self.variable(name).is_some_and(|it| !it.ty.is_non_null());
                    if nullable {
                        let message = format!(
                            "Variable `${name}` must be non-null to be the member of `{kind}`."
                        );
                        self.refuse(message, place);
                    }
                }
                _ => {}
            },
            _ => self.refuse(exactly_one(kind), place),
        }
    }

    fn refuse(&mut self, message: String, place: Option<SourceSpan>) {
        let place = place
            .and_then(|it| it.line_column_range(&self.document.sources))
            .map(|it| (it.start.line, it.start.column));
        self.errors
            .push(ErrorBody::new("GRAPHQL_VALIDATION_FAILED", message).at(place));
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

fn is_one_of(kind: &InputObjectType) -> bool {
    kind.directives.has("oneOf")
}

fn exactly_one(kind: &Name) -> String {
    format!("`{kind}` takes exactly one of its members, and not null.")
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
