//! Timers: started on a phone, stopped later, perhaps a week later, and then an entry.
//!
//! Stopping always succeeds: what cannot become an entry at once needs review, and nothing is lost.
//! Whether an entry is acceptable is judged in `hours` and nowhere here; checking in at a shift is
//! attendance.

pub mod erasure;
mod error;
pub mod handover;
pub mod resolve;
pub mod rules;
pub mod start;
pub mod stop;
pub mod store;
mod trail;

pub use error::TimerError;
