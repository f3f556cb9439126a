//! Webhooks for clients.
//!
//! What is told to whom, and when, is in `webhooks`.

pub mod acts;
pub mod endpoint;
