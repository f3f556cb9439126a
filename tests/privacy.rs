//! Personal data: what people agreed to, and what is given out and kept, what is left of somebody who was erased.
//!
//! Days of birth are tested beside the code.

mod access;
mod consents;
mod erasure;
mod files;
mod national_ids;
mod places;
mod retention;
mod tables;
pub mod traces;
