//! What people agreed to, and what they took back: to an organization about their record, to the server about their
//! account.
//!
//! Written once and never changed: the last word of each purpose holds. What a purpose opens and closes is decided where
//! that is: a name on certificates in `certificates`. Texts that are put before people are kept by whoever asks them.

pub mod error;
pub mod record;
pub mod store;

pub use error::ConsentError;
