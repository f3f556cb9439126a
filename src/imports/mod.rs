//! Files in: rows with line numbers, resolved, checked by the same rules as any other input.
//!
//! No rule of hours, volunteers or projects is here: imports enter where clients enter.

pub mod columns;
pub mod commit;
pub mod error;
pub mod outcome;
pub mod plan;
pub mod read;
mod reading;
pub mod register;
pub mod rejected;
mod store;
pub mod stored;
mod titles;
mod trace;
pub mod values;
