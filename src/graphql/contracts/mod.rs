//! Contractual volunteering: accreditations, the register of contracts, incidents, the acts on all of them.
//!
//! Rules are in `contracts`; the yearly report is in `graphql/reports`.

pub mod accreditation;
pub mod acts;
pub mod contract;
pub mod incident;
pub mod incident_acts;
pub mod profile;
