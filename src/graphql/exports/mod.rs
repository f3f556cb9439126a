//! Reports as files: asking for them, following them, and the link to what was made.
//!
//! The queue is in `jobs`, what files hold in `exports`.

pub mod acts;
pub mod certificates;
pub mod entries;
pub mod export;
pub mod iati;
pub mod statement;
pub mod trail;
