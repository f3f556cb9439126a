//! Webhooks: other systems that are told of changes, each in order, under one id however often it is said.
//!
//! What happened to hours is read from their ledger, the rest from the outbox: both are written in the transaction of the
//! change, by whoever makes it, and no area calls this one. `gather` numbers what an endpoint is told, `send` sends it;
//! acts of people are in `endpoint` and `again`, statements in `store`. What receivers may rely on is in `docs/webhooks.md`.

pub mod address;
pub mod again;
pub mod dial;
pub mod endpoint;
pub mod error;
pub mod event;
pub mod gather;
mod passed;
pub mod retry;
pub mod secret;
pub mod send;
pub mod store;
mod telling;

pub use dial::Dialer;
pub use error::WebhookError;
pub use event::EventType;

use uuid::Uuid;

/// The bell of whoever sends: there is something to do. No thing has this key.
pub const BELL: Uuid = Uuid::from_u128(1);
