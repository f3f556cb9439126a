//! Public statistics: figures for everybody, of which nobody can be re-identified.
//!
//! Figures for those who may see more are in `reports`.

pub mod exchange;
pub mod protect;
pub mod remainder;
pub mod shape;
pub mod table;
pub mod verify;
