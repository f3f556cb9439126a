//! Measures of work: at first, how minutes are shared out without losing one.
//!
//! Which minutes are counted is decided by the reports.

pub mod allocation;
