//! Reports over GraphQL.
//!
//! Figures are worked out in `reports`.

pub mod basis;
pub mod budget;
pub mod comparison;
pub mod completeness;
pub mod figures;
pub mod hours;
pub mod programme;
pub mod quality;
pub mod results;
pub mod snapshot;
pub mod statement;
pub mod volunteer_work;
