//! Reports that make themselves: when they are due, which days they cover, what became of each.
//!
//! How a report is asked for is in `exports`, who makes it in `jobs`. Rules of time are in `cadence` and
//! `cover`, acts of people in `schedule`, those of the clock in `due` and `settle`; statements in `store`.

pub mod alarm;
pub mod cadence;
pub mod cover;
pub mod due;
pub mod error;
pub mod fit;
pub mod question;
pub mod run;
pub mod schedule;
pub mod settle;
pub mod store;
mod telling;
pub mod whose;

pub use error::ScheduleError;
pub use whose::Whose;

use chrono::TimeDelta;

/// So long after its tick a run counts as late.
pub const LATE: TimeDelta = TimeDelta::minutes(15);
/// So long after its tick a run should have come to its end: the owner is told where it has not.
pub const OVERDUE: TimeDelta = TimeDelta::hours(1);
