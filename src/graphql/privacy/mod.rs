//! Personal data: what people agreed to, what is given out, and what is erased.
//!
//! Rules are in `consents` and `privacy`.

pub mod access;
pub mod consent;
pub mod erasure;
pub mod number;
