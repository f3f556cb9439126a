//! What proves that somebody is the owner of an account: signing in, sessions, passwords, second factors.
//!
//! Rules are in `credentials`, the area.

pub mod password;
pub mod sessions;
pub mod sign_in;
pub mod totp;
