//! Reports that make themselves: their schedules, what became of each run, and the acts on them.
//!
//! Rules are in `schedules`, what files hold in `exports`.

pub mod acts;
pub mod delivery;
pub mod input;
pub mod run;
pub mod schedule;
