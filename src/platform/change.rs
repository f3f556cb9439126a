//! What a partial update says of one value: nothing, or a new value.
//!
//! Where a value may be cleared, the new value is an `Option`.

use serde::Serialize;

/// What becomes of one value.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub enum Change<T> {
    /// It stays.
    #[default]
    Keep,
    /// It becomes this.
    To(T),
}

impl<T> Change<T> {
    /// The value after the change.
    pub fn over(self, before: T) -> T {
        match self {
            Self::Keep => before,
            Self::To(after) => after,
        }
    }

    /// The same change of another form of the value.
    pub fn map<U>(self, form: impl FnOnce(T) -> U) -> Change<U> {
        match self {
            Self::Keep => Change::Keep,
            Self::To(after) => Change::To(form(after)),
        }
    }
}
