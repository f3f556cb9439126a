//! What proves that somebody is the owner of an account, and acts of owners on it: signing in, sessions, passwords.
//!
//! How passwords and tokens are made and checked is in `identity`; a password that was lost is in `recovery`.

pub mod change;
pub mod error;
pub mod sessions;
pub mod sign_in;

pub use error::CredentialError;
