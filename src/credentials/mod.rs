//! What proves that somebody is the owner of an account, and acts of owners on it: signing in, sessions,
//! passwords, second factors, addresses.
//!
//! How passwords and tokens are made and checked is in `identity`; a password that was lost is in `recovery`.

pub mod accounts;
pub mod address;
pub mod change;
mod enter;
pub mod error;
pub mod factor;
pub mod openid;
pub mod programs;
pub mod sessions;
pub mod sign_in;
pub mod store;

pub use error::CredentialError;
