//! Activities: what volunteers do within a project, in shifts they sign up for.
//!
//! Signing up makes no hours: attendance does, in `hours`.

pub mod activity;
pub mod erasure;
mod error;
pub mod geofence;
pub mod handover;
pub mod lists;
pub mod presence;
pub mod recurrence;
pub mod series;
pub mod shift;
pub mod signup;
pub mod store;
pub mod telling;
mod waiting;

pub use error::ActivityError;
