//! Devices that were away: what changed meanwhile, and the batch of what they did.
//!
//! How both are carried out is in `sync`; `docs/offline.md` tells clients how to use them.

pub mod batch;
pub mod changes;
pub mod device;
