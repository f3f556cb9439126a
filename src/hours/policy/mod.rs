//! Rules of approval: what an organization lets be approved when it is handed in.
//!
//! Every decision of a rule leaves a trace that is never rewritten. What people decide is in
//! `hours/approve`.

pub mod rules;
pub mod settle;
pub mod store;
pub mod write;

pub use rules::Bounds;
pub use rules::Conditions;
pub use rules::Facts;
pub use rules::Rule;
pub use settle::settle;
