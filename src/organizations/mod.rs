//! Organizations: profiles, and who belongs to them as what.
//!
//! What members may do is in `identity/permissions.rs`; volunteers' records and projects are areas
//! of their own.

pub mod error;
pub mod membership;
pub mod months;
pub mod profile;
pub mod sector;
pub mod store;

pub use error::OrganizationError;
