//! Personal data: what people agreed to, and what is left of somebody who was erased.
//!
//! Days of birth are tested beside the code.

mod consents;
mod erasure;
mod traces;
