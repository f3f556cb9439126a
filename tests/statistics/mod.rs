//! Public statistics: what is published, to whom, and that nobody can be found in it.
//!
//! Which cells are suppressed is tested beside the code too.

mod attack;
mod demo;
mod due;
mod published;
mod shares;
mod small;
