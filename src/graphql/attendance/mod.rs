//! Attendance: what is known of a volunteer's presence in a shift, and the acts on it.
//!
//! Rules are in `attendance`; shifts and sign-ups are in `graphql/activities`.

pub mod acts;
pub mod exception;
pub mod loaders;
pub mod record;
