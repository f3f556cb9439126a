//! Imports over the network: a file is brought, tried out, committed, taken back.
//!
//! What rows mean and which rules hold is in `imports` and the areas.

pub mod acts;
pub mod fields;
pub mod import;
