//! Records of one person: likely pairs, merges, and acts on them.
//!
//! What they mean is in `duplicates`.

pub mod acts;
pub mod candidate;
pub mod merge;
