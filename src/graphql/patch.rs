//! From what a client left out, cleared or set to a change of the areas.
//!
//! Absent leaves a value as it is, null clears it.

use async_graphql::InputType;
use async_graphql::MaybeUndefined;

use crate::platform::change::Change;

/// A value that may be cleared.
pub fn clearable<T: InputType, U>(
    given: MaybeUndefined<T>,
    form: impl FnOnce(T) -> U,
) -> Change<Option<U>> {
    match given {
        MaybeUndefined::Undefined => Change::Keep,
        MaybeUndefined::Null => Change::To(None),
        MaybeUndefined::Value(value) => Change::To(Some(form(value))),
    }
}

/// A value that always is: null leaves it as it is, too.
pub fn lasting<T, U>(given: Option<T>, form: impl FnOnce(T) -> U) -> Change<U> {
    match given {
        None => Change::Keep,
        Some(value) => Change::To(form(value)),
    }
}
