//! Activities, shifts and sign-ups as clients see them.
//!
//! What is acceptable is judged in `activities`; attendance is in `graphql/hours`.

pub mod activity;
pub mod activity_profiles;
pub mod loaders;
pub mod shift;
pub mod shift_profiles;
pub mod signup;
