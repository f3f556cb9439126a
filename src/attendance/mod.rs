//! Attendance: who was there in a shift. It makes hours; signing up never does.
//!
//! Shifts and sign-ups are in `activities`; hours are written by `hours::record` alone.

pub mod check;
pub mod close;
mod credit;
pub mod erasure;
mod error;
pub mod exceptions;
pub mod handover;
pub mod lists;
pub mod mark;
pub mod passing;
pub mod picture;
mod rules;
mod sheet;
pub mod store;
pub mod token;
mod written;

pub use error::AttendanceError;
pub use sheet::Outcome;
