//! New passwords for whoever lost theirs: asked for by address, set with a token that comes by letter.
//!
//! Asking does the same for every address, whether an account has it or not; the account is looked up afterwards, where nobody
//! waits for it. What the letters say is in `correspondence`.

pub mod error;
pub mod reset;
pub mod store;

pub use error::RecoveryError;
