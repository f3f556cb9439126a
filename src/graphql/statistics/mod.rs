//! Public statistics as clients see them.
//!
//! What is published, and what is not, is decided in `statistics`.

pub mod edition;
