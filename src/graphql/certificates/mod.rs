//! Certificates: lists, acts, and the check by a code.
//!
//! Rules are in `certificates`; the page is in `http`.

pub mod acts;
pub mod certificate;
pub mod verification;
