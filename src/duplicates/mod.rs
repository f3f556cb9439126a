//! Duplicates: two records of one person in an organization. They are suggested, merged, taken apart.
//!
//! Nothing is merged by itself, and nothing is lost: the merged record stays, as a name of the one
//! that was kept, and a merge can be taken back. When two records are alike is said in
//! `volunteers/likeness.rs`.

pub mod apart;
mod error;
pub mod find;
pub mod merge;
pub mod pairs;
pub mod store;
mod taken;
pub mod undo;

pub use error::MergeError;
pub use taken::Field;
