//! Projects: work with a place, dates, a budget, and shares of what it serves.
//!
//! Hours are in `hours`; how shares become minutes is in `impact`.

pub mod error;
mod fields;
pub mod money;
pub mod occupation;
pub mod project;
pub mod store;
pub mod tags;

pub use error::ProjectError;
