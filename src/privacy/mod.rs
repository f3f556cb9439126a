//! Personal data as the law sees it (Moroccan law 09-08, GDPR): given out whole, and erased on request.
//!
//! What people agreed to is in `consents`. Erasing takes away what says something of a person and keeps what figures
//! rest on: minutes, days, projects, territories, states, sex and the year of birth.

pub mod access;
pub mod erase;
pub mod error;
pub mod requests;
pub mod retention;
pub mod store;
mod telling;

pub use error::PrivacyError;
