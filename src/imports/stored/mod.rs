//! Imports in two steps: a file is brought and tried out, then committed, then perhaps taken back.
//!
//! What rows mean and how they are written is the same as for a file on the server: it is in the
//! modules above.

pub mod commit;
mod file;
pub mod forget;
mod prepare;
pub mod rejected;
pub mod start;
pub mod store;
pub mod undo;
