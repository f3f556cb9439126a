//! How whole numbers are shared out without losing one: rows by largest remainder, tables by controlled rounding.
//!
//! Pure. What the numbers stand for, and which of them are rounded at once, is said by whoever shares them out.

pub mod allocation;
pub mod controlled;
pub mod flow;
