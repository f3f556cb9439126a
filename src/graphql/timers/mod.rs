//! Timers as clients see them.
//!
//! What becomes of them is decided in `timers`.

pub mod acts;
pub mod timer;
