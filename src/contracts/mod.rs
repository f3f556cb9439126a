//! Contractual volunteering: accreditations of organizations, the register of their contracts, and what happened
//! under them.
//!
//! An optional profile of an organization after Morocco's law 06-18 (Dahir 1-21-85 of 26 July 2021): a written
//! contract (art. 2), accreditation of private organizers (arts. 4, 8-19), volunteers of 18 or more (arts.
//! 20-23). The text of its regulation was not found, so that nothing here claims that the law is kept. The
//! yearly report is in `reports::contractual`.

pub mod accreditations;
pub mod contract;
pub mod error;
pub mod handover;
pub mod incidents;
mod judged;
pub mod rules;
pub mod said;
pub mod store;

pub use error::ContractError;
