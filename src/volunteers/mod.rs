//! Volunteers: a person's record in one organization.
//!
//! Hours are in `hours`; who may sign in is in `identity`. The same person may have a record in
//! several organizations.

pub mod contact;
pub mod error;
pub mod keys;
pub mod likeness;
pub mod number;
pub mod person;
pub mod profile;
pub mod store;
pub mod undo;

pub use error::VolunteerError;
