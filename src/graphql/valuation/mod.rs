//! What volunteer work is worth: the rates, and the value of the work of a report.
//!
//! Rules are in `valuation`; the reports hold the figures.

pub mod acts;
pub mod rate;
pub mod value;
