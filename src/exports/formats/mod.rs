//! File formats: tables in, bytes out.
//!
//! No report is known here by name.

pub mod csv;
pub mod json;
pub mod pdf;
pub mod xlsx;
