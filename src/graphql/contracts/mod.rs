//! Contractual volunteering: accreditations, the register of contracts, the acts on both.
//!
//! Rules are in `contracts`; the yearly report is in `graphql/reports`.

pub mod accreditation;
pub mod acts;
pub mod contract;
pub mod profile;
