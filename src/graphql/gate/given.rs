//! Whether the value of a variable fits its type, told by field and rule in the caller's language.
//!
//! Literals are in `inputs`.

use apollo_compiler::Schema;
use apollo_compiler::ast::Type;
use apollo_compiler::schema::ExtendedType;
use apollo_compiler::schema::InputObjectType;
use serde_json::Value;

use crate::graphql::scalars;
use crate::refusal::Code;
use crate::refusal::Refusal;
use crate::refusal::shortened;

/// Where in the value of a variable we are: `$input`, `shares`, `0`, `termCode`.
pub struct Place(Vec<String>);

/// Boxed: nearly every value fits.
type Fits = Result<(), Box<Refusal>>;

impl Place {
    /// At a variable.
    pub fn new(variable: String) -> Self {
        Self(vec![variable])
    }

    /// A value that may be absent.
    pub fn member(
        &mut self,
        schema: &Schema,
        ty: &Type,
        has_default: bool,
        value: Option<&Value>,
    ) -> Fits {
        match value {
            Some(value) => self.value(schema, ty, value),
            None if ty.is_non_null() && !has_default => self.refuse(Refusal::new(Code::Required)),
            None => Ok(()),
        }
    }

    fn value(&mut self, schema: &Schema, ty: &Type, value: &Value) -> Fits {
        match value {
            Value::Null if ty.is_non_null() => self.refuse(Refusal::new(Code::Required)),
            Value::Null => Ok(()),
            Value::Array(items) if ty.is_list() => {
                for (at, item) in items.iter().enumerate() {
                    self.within(&at.to_string(), |it| it.value(schema, ty.item_type(), item))?;
                }
                Ok(())
            }
            // One value stands for a list of it.
            _ if ty.is_list() => self.value(schema, ty.item_type(), value),
            _ => self.named(schema, ty.inner_named_type(), value),
        }
    }

    fn named(&mut self, schema: &Schema, name: &str, value: &Value) -> Fits {
        match schema.types.get(name) {
            Some(ExtendedType::InputObject(kind)) => {
                let Value::Object(members) = value else {
                    return self.refuse(scalars::expected("input"));
                };
                let alone = members.len() == 1 && members.values().all(|it| !it.is_null());
                if is_one_of(kind) && !alone {
                    return self.refuse(exactly_one(kind));
                }
                if let Some(unknown) = members
                    .keys()
                    .find(|it| !kind.fields.contains_key(it.as_str()))
                {
                    let refusal = Refusal::new(Code::UnknownField);
                    let unknown = shortened(unknown.clone());
                    return self.within(&unknown, |it| it.refuse(refusal));
                }
                for (name, field) in &kind.fields {
                    let (value, default) = (members.get(name.as_str()), &field.default_value);
                    self.within(name, |it| {
                        it.member(schema, &field.ty, default.is_some(), value)
                    })?;
                }
                Ok(())
            }
            Some(ExtendedType::Enum(kind)) => {
                let known = |it: &str| kind.values.contains_key(it);
                if value.as_str().is_some_and(known) {
                    return Ok(());
                }
                let known: Vec<&str> = kind.values.keys().map(|it| it.as_str()).collect();
                self.refuse(Refusal::new(Code::UnknownValue).known(&known))
            }
            _ if value.as_str().is_some_and(holds_nul) => self.refuse(no_nul()),
            _ if scalar(name, value) => Ok(()),
            _ => self.refuse(scalars::expected(name)),
        }
    }

    fn within(&mut self, part: &str, check: impl FnOnce(&mut Self) -> Fits) -> Fits {
        self.0.push(part.to_owned());
        check(self)?;
        self.0.pop();
        Ok(())
    }

    fn refuse(&self, refusal: Refusal) -> Fits {
        Err(Box::new(Refusal {
            path: self.0.clone(),
            ..refusal
        }))
    }
}

fn scalar(name: &str, value: &Value) -> bool {
    match name {
        "Int" => value.as_i64().is_some_and(|it| i32::try_from(it).is_ok()),
        "Float" => value.is_number(),
        "String" => value.is_string(),
        "Boolean" => value.is_boolean(),
        "ID" => value.is_string() || value.is_i64(),
        _ => async_graphql::Value::from_json(value.clone())
            .is_ok_and(|it| scalars::readable(name, it)),
    }
}

/// Whether a text holds what PostgreSQL keeps in none, and asks about in none.
pub fn holds_nul(text: &str) -> bool {
    text.contains('\0')
}

/// What is told then.
pub fn no_nul() -> Refusal {
    Refusal::new(Code::InvalidFormat).with("value", "U+0000")
}

/// Whether exactly one member of an input is given.
pub fn is_one_of(kind: &InputObjectType) -> bool {
    kind.directives.has("oneOf")
}

/// What is told where it is none or several.
pub fn exactly_one(kind: &InputObjectType) -> Refusal {
    let names: Vec<&str> = kind.fields.keys().map(|it| it.as_str()).collect();
    Refusal::new(Code::ExactlyOne).with("names", names.join(", "))
}
