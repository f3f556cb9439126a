//! What proves that somebody is the owner of an account: signing in, sessions, passwords, second factors, addresses.
//!
//! Rules are in `credentials`, the area.

pub mod address;
pub mod openid;
pub mod password;
pub mod sessions;
pub mod sign_in;
pub mod totp;
