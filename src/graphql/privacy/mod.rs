//! Personal data: what people agreed to.
//!
//! Rules are in `consents`.

pub mod consent;
